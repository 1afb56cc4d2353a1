"""What stands in a cell, as a value. Each raises Unfit with a sentence that does not quote the cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from app.domain.money import Money, MoneyError
from app.hub.importing.errors import MapProblem, Unfit

NEEDED: Any = object()
"""What an empty cell means where there must be a value."""

_LONGEST_TEXT = 300
_REMEMBERED = 20_000
_AS_TEXT = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"[=@]|[+-][A-Za-z(=@]")
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")
_CURRENCY = re.compile(r"[A-Z]{3}|[$£€¥]|zł|Kč|kr\.?")
_FORMAT = (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("hh", "%H"), ("mm", "%M"), ("ss", "%S"))
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def plain(cell: str) -> str:
    """A cell's text on one line, without what spreadsheets put around it to keep it a text."""
    text = cell.strip()
    if text.isalnum():
        return text
    if text.startswith('="') and (kept := _AS_TEXT.fullmatch(text)):
        text = kept[1].strip()
    if not text.isprintable():
        text = " ".join(text.split())
        if "\0" in text:
            raise Unfit("It holds a NUL sign: the file was damaged on its way.")
        if not text.isprintable():
            text = "".join(sign for sign in text if sign.isprintable())
    if text[:1] in ("=", "@", "+", "-") and _FORMULA.match(text):
        raise Unfit("It is a formula, not a value. Export the values.")
    return text


def words_of(text: str) -> str:
    """A text for people."""
    if len(text) > _LONGEST_TEXT:
        raise Unfit(f"It is longer than {_LONGEST_TEXT} signs.")
    return text


def name_of(longest: int) -> Callable[[str], str]:
    """A text that is a key: an account number, an id."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise Unfit(f"It is longer than {longest} signs.")
        if "+" in text and _ROUNDED.fullmatch(text):
            raise Unfit("A spreadsheet has rounded it. Export the column as text.")
        return text

    return read


def cell_reader(
    read: Callable[[str], Any], empty: Container[str], when_empty: Any, *, remembers: bool
) -> Callable[[str], Any]:
    """From a cell as it stands in the file to a value.

    `empty` are the words (folded) for no value; then it is `when_empty`, or Unfit where that is NEEDED. `remembers`:
    for columns in which the same text stands often; so many are kept, and then it begins anew.
    """

    def read_cell(cell: str) -> Any:
        text = plain(cell)
        if text and text.casefold() not in empty:
            return read(text)
        if when_empty is NEEDED:
            raise Unfit("It is empty, and every account needs one.")
        return when_empty

    return _Remembered(read_cell).__getitem__ if remembers else read_cell


class _Remembered(dict[str, Any]):
    """Cells and what they mean, found without a call of ours where it is known."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __missing__(self, cell: str) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[cell] = self._read(cell)
        return value


def amount_in(currency: str, decimal: str, is_minor: bool) -> Callable[[str], Money]:
    """Amounts of money: with or without the currency, in groups of three or not, a minus before or behind."""
    grouping = "," if decimal == "." else "."
    number = re.compile(rf"(\d{{1,3}}(?:[{grouping}' \u00a0\u202f]\d{{3}})+|\d+)(?:[{decimal}](\d+))?")

    def read(text: str) -> Money:
        bare = _CURRENCY.sub("", text).strip()
        is_negative = bare.startswith(("-", "\u2212", "(")) or bare.endswith("-")
        found = number.fullmatch(bare.strip("-\u2212() +\u00a0\u202f"))
        if found is None or (is_minor and found[2]):
            raise Unfit("It is no amount of money as the map says they are written here.")
        whole = "".join(sign for sign in found[1] if sign.isdecimal())
        try:
            money = Money(int(whole), currency) if is_minor else Money.of(f"{whole}.{found[2] or 0}", currency)
        except MoneyError as error:
            raise Unfit("It has more decimals than the currency has.") from error
        if abs(money.minor) > 10**12:
            raise Unfit("It is more money than can be.")
        return -money if is_negative else money

    return read


def day_in(format_: str) -> Callable[[str], date]:
    """Dates in a format like DD.MM.YYYY."""
    read = moment_in(format_, UTC)
    return lambda text: read(text).date()


def moment_in(format_: str, zone: tzinfo) -> Callable[[str], datetime]:
    """Times in a format like DD.MM.YYYY hh:mm, of a time zone; in UTC. "ISO" takes RFC 3339."""
    pattern = format_
    for ours, theirs in _FORMAT:
        pattern = pattern.replace(ours, theirs)
    is_iso = format_ in ("ISO", "YYYY-MM-DD")
    if not is_iso and "%" not in pattern:
        raise MapProblem(f"The map's date format {format_!r} has no YYYY, MM and DD.")

    def read(text: str) -> datetime:
        try:
            # The zone is put in below, where the text has none.
            moment = datetime.fromisoformat(text) if is_iso else datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError as error:
            raise Unfit(f"It is no date written like {format_}.") from error
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise Unfit(f"Its year is not between {_FIRST_YEAR} and {_LAST_YEAR}.")
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)

    return read


def quantity_in(decimal: str) -> Callable[[str], float]:
    """Numbers that are not negative ("3,5")."""
    number = re.compile(rf"\d{{1,12}}(?:[{decimal}]\d{{1,9}})?")

    def read(text: str) -> float:
        if number.fullmatch(text) is None:
            raise Unfit("It is no number as the map says they are written here.")
        return float(text.replace(decimal, "."))

    return read


def count(text: str) -> int:
    """Whole numbers that are not negative."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Unfit("It is no whole number.")
    return int(text)


def yes_or_no(yes: Iterable[object], no: Iterable[object]) -> Callable[[str], bool]:
    """Yes and no in the words of the map."""
    answers = {str(word).casefold(): False for word in no} | {str(word).casefold(): True for word in yes}

    def read(text: str) -> bool:
        try:
            return answers[text.casefold()]
        except KeyError:
            raise Unfit("It is none of the map's words for yes and no.") from None

    return read


def one_of(meant: Iterable[str], words: Mapping[str, str]) -> Callable[[str], str]:
    """One of a few words, said in the map's own or in ours."""
    known = {word: word for word in meant}
    if wrong := [word for word in words.values() if word not in known]:
        raise MapProblem(f"The map's words lead to {wrong[0]!r}; there are: {', '.join(known)}.")
    known |= {word.casefold(): meaning for word, meaning in words.items()}

    def read(text: str) -> str:
        try:
            return known[text.casefold()]
        except KeyError:
            raise Unfit("It is none of the words that the map explains.") from None

    return read


def translated(words: Mapping[str, str]) -> Callable[[str], str]:
    """A text, said in other words where the map has them."""
    known = {word.casefold(): meaning for word, meaning in words.items()}
    return lambda text: words_of(known.get(text.casefold(), text))


def outward(text: str) -> str:
    """The first part of a postcode: up to the space, else without the three signs that end a British one."""
    head, space, _ = text.partition(" ")
    return head if space or len(text) < 5 or text.isdecimal() else text[:-3]
