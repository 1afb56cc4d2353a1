"""Text with placeholders: `{path|filter:arg}`, filled from declared values and never evaluated as code.

Filters: money, date, time, phone, gb, mb, number, percent (0.14 is 14 %), upper, title, or. What is missing shows as
a visible gap with the field's name, never as nothing or as "None".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.domain.money import Money
from app.scripts.amounts import money_text, number_text
from app.scripts.expressions import MISSING, Kind, Names, find_value
from app.scripts.suggest import closest, did_you_mean

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_FILTER = re.compile(r"""\s*\|\s*(\w+)\s*(?::\s*("[^"]*"|[^|"]*))?""")
# A single value longer than this belongs in no sentence.
_LONGEST_VALUE = 500
_KINDS_OF_FILTER: Mapping[str, tuple[Kind, ...]] = {
    "money": (Kind.MONEY, Kind.NUMBER),
    "date": (Kind.DATE,),
    "time": (Kind.DATE,),
    "phone": (Kind.TEXT,),
    "gb": (Kind.NUMBER,),
    "mb": (Kind.NUMBER,),
    "number": (Kind.NUMBER,),
    "percent": (Kind.NUMBER,),
    "upper": (),
    "title": (),
    "or": (),
}
FILTERS = tuple(_KINDS_OF_FILTER)


@dataclass(frozen=True, slots=True)
class TextProblem:
    """Something wrong with a template: rule id, sentence, column (from 1, within the template), suggestion."""

    rule: str
    message: str
    column: int
    end_column: int
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap to fill: the path and its filters with their argument ("" for none)."""

    parts: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]
    column: int
    end_column: int

    @property
    def path(self) -> str:
        """The path as written."""
        return ".".join(self.parts)

    @property
    def gap(self) -> str:
        """What is shown when the value is missing."""
        return f"⟨{self.parts[-1].replace('_', ' ')}⟩"


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text: pieces of text and placeholders in turn.

    `faults` are placeholders that cannot be read, `placeholders` the gaps to fill.
    """

    source: str
    pieces: tuple[str | Placeholder, ...]
    faults: tuple[TextProblem, ...] = ()
    placeholders: tuple[Placeholder, ...] = ()

    def render(self, scope: Mapping[str, object], locale: str) -> str:
        """The text with its gaps filled. `locale` is like "en_GB" (or "en"); what cannot be read stays as written."""
        if len(self.pieces) == 1 and isinstance(self.pieces[0], str):
            return self.pieces[0]
        return "".join(piece if isinstance(piece, str) else _fill(piece, scope, locale) for piece in self.pieces)

    def problems(self, names: Names) -> tuple[TextProblem, ...]:
        """What is wrong with the template where these names are known."""
        found = list(self.faults)
        for placeholder in self.placeholders:
            found.extend(_problems(placeholder, names))
        return tuple(found)


@lru_cache(maxsize=20_000)
def compile_text(template: str) -> Template:
    """Compiles a text once; never raises (see `Template.problems`)."""
    if "{" not in template and "}" not in template:
        return Template(template, (template,))
    pieces: list[str | Placeholder] = []
    placeholders: list[Placeholder] = []
    faults: list[TextProblem] = []
    position = 0
    for match in _PLACEHOLDER.finditer(template):
        _stray(template, position, match.start(), faults)
        read = _placeholder(match.group(1), match.start() + 1, match.end() + 1)
        if isinstance(read, TextProblem):
            faults.append(read)
            pieces.append(template[position : match.end()])
        else:
            pieces += [template[position : match.start()], read]
            placeholders.append(read)
        position = match.end()
    _stray(template, position, len(template), faults)
    pieces.append(template[position:])
    return Template(template, tuple(piece for piece in pieces if piece), tuple(faults), tuple(placeholders))


def _stray(template: str, start: int, end: int, faults: list[TextProblem]) -> None:
    """Notes the first curly bracket without its partner."""
    places = [place for place in (template.find("{", start, end), template.find("}", start, end)) if place >= 0]
    if places:
        found = min(places)
        message = "This curly bracket has no partner. A placeholder is {path} or {path|filter}."
        faults.append(TextProblem("syntax", message, found + 1, found + 2))


def _placeholder(inside: str, column: int, end_column: int) -> Placeholder | TextProblem:
    read = _read_placeholder(inside)
    if isinstance(read, str):
        return TextProblem("syntax", read, column, end_column)
    return Placeholder(*read, column, end_column)


@lru_cache(maxsize=5_000)
def _read_placeholder(inside: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]] | str:
    """The path and the filters of what stands in curly brackets, or what is wrong with it."""
    text = inside.strip()
    path = _PATH.match(text)
    if text.split(" ", 1)[0] == "if":
        return "{if condition} stands at the end of a line, once."
    if path is None or "__" in path.group():
        return "A placeholder begins with a field: {account.bill|money}"
    filters: list[tuple[str, str]] = []
    position = path.end()
    while position < len(text):
        match = _FILTER.match(text, position)
        if match is None:
            return (
                f"“{text[position : position + 20]}” does not belong here. A placeholder is {{path|filter:argument}}."
            )
        filters.append((match.group(1), (match.group(2) or "").strip().strip('"')))
        position = match.end()
    return tuple(path.group().split(".")), tuple(filters)


def _problems(placeholder: Placeholder, names: Names) -> list[TextProblem]:
    column, end = placeholder.column, placeholder.end_column
    found: list[TextProblem] = []
    type_ = names.type_of(placeholder.parts)
    if type_ is None:
        fix = closest(placeholder.path, names.paths())
        message = f'"{placeholder.path[:60]}" is not known here.' + did_you_mean(fix)
        found.append(TextProblem("unknown-variable", message, column, end, fix))
    elif type_.kind is Kind.RECORD:
        message = f'"{placeholder.path[:60]}" has several fields; name one of them.'
        found.append(TextProblem("type-error", message, column, end))
    for name, argument in placeholder.filters:
        wanted = _KINDS_OF_FILTER.get(name)
        if wanted is None:
            fix = closest(name, FILTERS)
            message = f'There is no filter "{name[:40]}" ({", ".join(FILTERS)}).' + did_you_mean(fix)
            found.append(TextProblem("unknown-filter", message, column, end, fix))
        elif name == "or" and not argument:
            message = 'The filter or needs what is said instead: {account.first_name|or:"there"}'
            found.append(TextProblem("syntax", message, column, end))
        elif wanted and type_ is not None and type_.kind not in (*wanted, Kind.ANYTHING):
            message = f"The filter {name} is for {' or '.join(wanted)}; {placeholder.path[:60]} is {type_}."
            found.append(TextProblem("type-error", message, column, end))
    return found


def _fill(placeholder: Placeholder, scope: Mapping[str, object], locale: str) -> str:
    value = find_value(scope, placeholder.parts)
    text = _format(value, placeholder, locale) if value is not MISSING else ""
    if text:
        return text[:_LONGEST_VALUE]
    return next((argument for name, argument in placeholder.filters if name == "or"), "") or placeholder.gap


def _format(value: Any, placeholder: Placeholder, locale: str) -> str:
    """The value through its filters; "" when it is no value for one of them."""
    text: str | None = None
    for name, argument in placeholder.filters:
        if name in _VALUE_FILTERS:
            try:
                text = _VALUE_FILTERS[name](value, argument, locale)
            except (TypeError, ValueError, ArithmeticError):
                return ""
    text = plain(value, locale) if text is None else text
    for name, _ in placeholder.filters:
        if name == "upper":
            text = text.upper()
        elif name == "title":
            text = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
    return text


def plain(value: object, locale: str) -> str:
    """A value as people write it, where no filter says more; "" for what is no value of a script."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return _money(value, "", locale)
    if isinstance(value, (int, float, Decimal)):
        return _number(value, "", locale)
    if isinstance(value, date):
        return _date(value, "", locale)
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(item, locale) for item in value)
    return ""


def _money(value: Any, argument: str, locale: str) -> str:
    if not isinstance(value, Money):
        return _number(value, argument, locale)
    return money_text(value, _known(locale))


def _number(value: Any, argument: str, locale: str) -> str:
    if type(value) is not int:
        value = _decimal(value)
    return number_text(value, _known(locale))


def _percent(value: Any, argument: str, locale: str) -> str:
    from babel.numbers import format_percent

    return str(format_percent(_decimal(value), format="#,##0.#%", locale=_known(locale)))


def _gb(value: Any, argument: str, locale: str) -> str:
    return f"{_number(value if type(value) is int else round(_decimal(value), 1), '', locale)} GB"


def _mb(value: Any, argument: str, locale: str) -> str:
    return f"{_number(round(_decimal(value)), '', locale)} MB"


def _date(value: Any, argument: str, locale: str) -> str:
    if not isinstance(value, date):
        raise TypeError
    return _long_date(value.year, value.month, value.day, _known(locale))


@lru_cache(maxsize=2_000)
def _long_date(year: int, month: int, day: int, locale: str) -> str:
    from babel.dates import format_date

    return str(format_date(date(year, month, day), format="long", locale=locale))


def _time(value: Any, argument: str, locale: str) -> str:
    from babel.dates import format_time

    if not isinstance(value, (datetime, time)):
        raise TypeError
    return str(format_time(value, format="short", locale=_known(locale)))


def _phone(value: Any, argument: str, locale: str) -> str:
    from app.domain.phone import national

    region = locale.replace("-", "_").partition("_")[2]
    if not isinstance(value, str):
        raise TypeError
    return national(value, region) if region else value


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise TypeError
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError
    return exact


@lru_cache(maxsize=100)
def _known(locale: str) -> str:
    """The locale if Babel has it, else its language, else English: a call must not fail by it."""
    from babel.core import Locale, UnknownLocaleError

    name = locale.replace("-", "_")
    for candidate in (name, name.partition("_")[0]):
        try:
            return str(Locale.parse(candidate))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"


_VALUE_FILTERS: Mapping[str, Callable[[Any, str, str], str]] = {
    "money": _money,
    "date": _date,
    "time": _time,
    "phone": _phone,
    "gb": _gb,
    "mb": _mb,
    "number": _number,
    "percent": _percent,
}
