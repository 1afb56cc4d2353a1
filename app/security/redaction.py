"""Card data out of what agents type, before it is written anywhere.

Found is what payment cards look like under PCI DSS 4.0.1 (3.3: the code on the card may never be kept; 3.5: a number
only unreadable): 13 to 19 digits that begin like an issuer's numbers (ISO/IEC 7812-1) and end with the right check
digit (Luhn, ISO/IEC 7812-1 annex B), in any script's digits (NFKC), with spaces, dashes and the like between
them, also where the number goes on in the next note; and what stands behind `cvv`.

An order number can look the same. Each removal is therefore told, so that the window can offer to undo it; what the
agent says is no card is passed as `keep` the next time and lives nowhere but in the window's memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

MAX_NOTE_BYTES = 4096
# Looked at beyond the cap, so that a number that is cut by the cap is still seen whole.
_BEYOND = 64

_SHORTEST, _LONGEST = 13, 19
_MOST_BETWEEN = 3

_CODE_NAME = re.compile(
    r"(?<![a-z])(?:cvv2?|cvc2?|cvn2?|csc|cid|cav2?|(?:security|card|verification|check)\s+(?:code|number|value))(?![a-z])"
)
_CODE = re.compile(r"\D{0,12}?((?:\d[\s.\-]{0,2}){2,3}\d)(?!\d)")


class Removed(StrEnum):
    """What was taken out, and the text that stands in its place."""

    CARD_NUMBER = "[card number removed]"
    CARD_CODE = "[card code removed]"


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing taken out of one text.

    `start` and `end` are its place in the text as it was typed, `at` where its placeholder begins in the redacted
    one. `digits` is what an undo passes as `keep`; it is for the window's memory alone and shows in no log.
    """

    what: Removed
    start: int
    end: int
    at: int
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text fit to be kept. `removals` in order; `cut`: it was longer than a note may be (4 kB) and was cut."""

    text: str
    removals: tuple[Removal, ...] = ()
    cut: bool = False


def redact(text: str, keep: Collection[str] = ()) -> Redacted:
    """One text without card data, at most 4 kB of UTF-8 long. `keep`: digits that the agent says are no card."""
    return redact_together([text], keep)[0]


def redact_together(texts: Sequence[str], keep: Collection[str] = ()) -> list[Redacted]:
    """Neighbouring texts (notes of a call in order, fields of a form), read as one: a number may go over several."""
    looked_at = [_beginning(text) for text in texts]
    joined = "\n".join(looked_at)
    found = sorted(_found(joined, frozenset(keep)), key=lambda place: place[1])
    results, offset = [], 0
    for typed, text in zip(texts, looked_at, strict=True):
        results.append(_without(text, offset, found, len(typed) > len(text)))
        offset += len(text) + 1
    return results


def cut_to_bytes(text: str, most: int = MAX_NOTE_BYTES) -> str:
    """The beginning of a text that fits into so many bytes of UTF-8, never half a character."""
    encoded = text.encode("utf-8", "replace")
    return text if len(encoded) <= most else encoded[:most].decode("utf-8", "ignore")


_Place = tuple[Removed, int, int, str]


def _beginning(text: str) -> str:
    return text[: MAX_NOTE_BYTES + _BEYOND]


def _without(text: str, offset: int, found: Sequence[_Place], longer: bool) -> Redacted:
    """The part of the joined text that begins at `offset`, with what was found in it taken out."""
    pieces: list[str] = []
    removals: list[Removal] = []
    done = length = 0
    for what, first, last, digits in found:
        start, end = max(first - offset, 0), min(last - offset, len(text))
        if start >= end:
            continue
        pieces.append(text[done:start])
        length += start - done
        removals.append(Removal(what, start, end, length, digits))
        pieces.append(what.value)
        length += len(what.value)
        done = end
    whole = "".join(pieces) + text[done:]
    kept = cut_to_bytes(whole)
    return Redacted(kept, tuple(r for r in removals if r.at < len(kept)), longer or kept != whole)


def _found(text: str, keep: frozenset[str]) -> list[_Place]:
    plain, origin = _plain(text)
    cards = [
        (Removed.CARD_NUMBER, start, end, digits)
        for start, end, digits in _card_places(plain, origin)
        if digits not in keep
    ]
    codes = [
        (Removed.CARD_CODE, start, end, digits)
        for start, end, digits in _code_places(plain, origin)
        if digits not in keep and not any(start < last and first < end for _, first, last, _ in cards)
    ]
    return cards + codes


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with plain digits, small letters and nothing invisible; and where each character came from."""
    characters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        if character.isascii():
            characters.append(character.lower())
            origin.append(place)
            continue
        if unicodedata.category(character) == "Cf":
            continue
        for form in unicodedata.normalize("NFKC", character):
            digit = unicodedata.decimal(form, None)
            characters.append(form.lower()[:1] if digit is None else str(digit))
            origin.append(place)
    return "".join(characters), origin


def _card_places(plain: str, origin: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Places in the original text, none touching another: overlapping finds are one."""
    for run in _digit_runs(plain):
        digits = "".join(plain[place] for place in run)
        beginnings = _beginnings(run)
        first = last = -1
        for start, end in _cards(digits):
            if start not in beginnings:
                continue
            if start >= last:
                if last > 0:
                    yield origin[run[first]], origin[run[last - 1]] + 1, digits[first:last]
                first = start
            last = max(last, end)
        if last > 0:
            yield origin[run[first]], origin[run[last - 1]] + 1, digits[first:last]


def _beginnings(run: Sequence[int]) -> frozenset[int]:
    """Where in a run of digits a card number may begin: with a group, or anywhere in a group as long as a card.

    Not in the middle of a short group, or two telephone numbers in a row would be a card number now and then.
    """
    starts = [0] + [i for i in range(1, len(run)) if run[i] != run[i - 1] + 1] + [len(run)]
    allowed: set[int] = set()
    for start, following in pairwise(starts):
        allowed |= set(range(start, following)) if following - start >= _SHORTEST else {start}
    return frozenset(allowed)


def _digit_runs(plain: str) -> Iterator[list[int]]:
    """Places of digits that follow each other with at most three spaces, dashes or points in between."""
    run: list[int] = []
    between = 0
    for place, character in enumerate(plain):
        if "0" <= character <= "9":
            run.append(place)
            between = 0
        elif run:
            between += 1
            if between > _MOST_BETWEEN or not _separates(character):
                if len(run) >= _SHORTEST:
                    yield run
                run, between = [], 0
    if len(run) >= _SHORTEST:
        yield run


def _separates(character: str) -> bool:
    return character in "-–—−.·/_,|" or character.isspace() or unicodedata.category(character) == "Pd"


def _cards(digits: str) -> Iterator[tuple[int, int]]:
    """Every stretch that could be a card number, by where it begins."""
    for start in range(len(digits) - _SHORTEST + 1):
        for length in range(_SHORTEST, min(_LONGEST, len(digits) - start) + 1):
            if _issued(digits[start : start + 6], length) and _checks(digits[start : start + length]):
                yield start, start + length


def _issued(prefix: str, length: int) -> bool:
    """Whether an issuer gives out numbers that begin so and are so long."""
    two, three, four, six = int(prefix[:2]), int(prefix[:3]), int(prefix[:4]), int(prefix)
    if prefix[0] == "4":
        return length in (13, 16, 19)  # Visa
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return length == 16  # Mastercard
    if two in (34, 37):
        return length == 15  # American Express
    if 300 <= three <= 305 or two in (36, 38, 39) or three == 309:
        return 14 <= length <= 19  # Diners Club
    if 3528 <= four <= 3589:
        return 16 <= length <= 19  # JCB
    if four == 6011 or 644 <= three <= 649 or two == 65 or 622126 <= six <= 622925:
        return 16 <= length <= 19  # Discover
    if two == 62 or two == 81:
        return 16 <= length <= 19  # UnionPay
    if 2200 <= four <= 2204 or two in (50, 60) or 56 <= two <= 69:
        return length >= _SHORTEST  # Mir; Maestro, RuPay, Elo, Troy
    return False


def _checks(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _code_places(plain: str, origin: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    for name in _CODE_NAME.finditer(plain):
        code = _CODE.match(plain, name.end())
        if code is not None:
            digits = re.sub(r"\D", "", code[1])
            yield origin[code.start(1)], origin[code.end(1) - 1] + 1, digits
