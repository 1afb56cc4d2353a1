"""JSON read strictly: what two programs could understand differently is not read at all.

Refused are repeated keys, NaN and infinities, integers beyond 64 bits, half surrogate pairs, bad UTF-8, deep nesting.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeVar

import msgspec

from app.hub.errors import Problem

MAX_DEPTH = 32

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_LONGEST_INTEGER = len(str(_LOWEST))

T = TypeVar("T")


def read_json(body: bytes) -> Any:
    """The value in the body; raises Problem 400 that never repeats what the body held."""
    try:
        text = body.decode("utf-8")
        value = _decoder.decode(text)
    except UnicodeDecodeError as error:
        raise _unreadable("it is not UTF-8") from error
    except RecursionError as error:
        raise _unreadable("it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise _unreadable(f"it is not JSON at line {error.lineno}, column {error.colno}") from error
    # Half a surrogate pair can only come in by an escape; looking is dear, so it is done where there is one.
    _check_depth(value, text if "\\u" in text else "")
    return value


def read_as(body: bytes, type_: type[T]) -> T:
    """The body as one of the API's request types; raises Problem 400 naming the place that does not fit."""
    if b"\\u0000" in body:
        # PostgreSQL cannot keep it, and nobody types it.
        raise _unreadable("it holds a NUL character")
    try:
        return msgspec.convert(read_json(body), type_)
    except msgspec.ValidationError as error:
        raise Problem(400, f"The body does not fit: {_place(error)}") from error


def canonical(value: Any) -> bytes:
    """The one way in which a value is written here: keys in order, no blanks. For comparing and keeping."""
    return msgspec.json.encode(value, order="sorted")


def _check_depth(value: Any, escaped: str) -> None:
    level = [value]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _unreadable("it is nested too deeply")
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    if escaped:
        try:
            msgspec.json.encode(value)
        except UnicodeEncodeError as error:
            raise _unreadable("it holds half of a surrogate pair") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise _unreadable("a key stands twice in one object")
    return read


def _integer(digits: str) -> int:
    # The length first: turning thousands of digits into a number is slow, and Python refuses it with its own error.
    number = int(digits) if len(digits) <= _LONGEST_INTEGER else _HIGHEST + 1
    if not _LOWEST <= number <= _HIGHEST:
        raise _unreadable("an integer does not fit into 64 bits")
    return number


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _unreadable("a number is too large")
    return number


def _constant(_: str) -> NoReturn:
    raise _unreadable("NaN and infinities are not JSON")


def _unreadable(why: str) -> Problem:
    return Problem(400, f"The body cannot be read: {why}.")


def _place(error: msgspec.ValidationError) -> str:
    # msgspec names types and places ("Expected `str`, got `int` - at `$.user`"), never values.
    return str(error)


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant, strict=True
)
