"""The values of many accounts as columns, for the bulk form of conditions. Imports numpy; loaded when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.domain.money import Money
from app.scripts.expressions.evaluate import MISSING, day_of, find_value
from app.scripts.expressions.types import Kind, Names

Mask: TypeAlias = NDArray[np.bool_]

# Whole numbers beyond this are not told apart as 64-bit floating-point numbers.
LARGEST_NUMBER = 2**53


class ColumnError(ValueError):
    """A column cannot hold a value; the text names the path and the row, never the value."""


@dataclass(frozen=True, slots=True)
class Column:
    """The values at one path, a row for each account; `missing` is True where there is none (None: nowhere).

    `values` are, by `kind`: numbers as float64, money as int64 in minor units of `currency`, dates as int64 (days of
    the proleptic Gregorian calendar), yes/no as bool, texts as int32 into `texts`. A list has its lengths as float64
    and in `holding`, for each text in any of them, in which rows it is.
    """

    kind: Kind
    values: NDArray[Any]
    missing: Mask | None = None
    currency: str = ""
    texts: tuple[str, ...] = ()
    holding: Mapping[str, Mask] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of equal length by path ("account.plan.data_gb")."""

    rows: int
    by_path: Mapping[str, Column]

    def slice(self, paths: Iterable[str], start: int, end: int) -> Columns:
        """The rows from `start` to before `end` of these columns, not copied; raises KeyError for one not there."""
        return Columns(min(end, self.rows) - start, {path: _cut(self.by_path[path], start, end) for path in paths})


def columns_of(scopes: Sequence[Mapping[str, Any]], paths: Iterable[str], names: Names) -> Columns:
    """The columns at these paths, one row for each scope; raises ColumnError.

    A column of money has one currency: accounts of several currencies are asked in groups.
    """
    by_path: dict[str, Column] = {}
    for path in paths:
        parts = tuple(path.split("."))
        type_ = names.type_of(parts)
        if type_ is None:
            raise ColumnError(f'"{path}" is not declared.')
        found = [find_value(scope, parts) for scope in scopes]
        gone = np.fromiter((value is MISSING for value in found), np.bool_, len(found))
        by_path[path] = _column(type_.kind, found, gone if gone.any() else None, path)
    return Columns(len(scopes), by_path)


def _column(kind: Kind, found: list[Any], missing: Mask | None, path: str) -> Column:
    match kind:
        case Kind.NUMBER:
            return Column(kind, _all(found, _number, path, np.float64), missing)
        case Kind.YES_NO:
            return Column(kind, _all(found, _yes_no, path, np.bool_), missing)
        case Kind.DATE:
            return Column(kind, _all(found, lambda value: day_of(value).toordinal(), path, np.int64), missing)
        case Kind.MONEY:
            return _money(found, missing, path)
        case Kind.TEXT:
            return _texts(found, missing, path)
        case Kind.LIST:
            return _lists(found, missing, path)
        case _:
            raise ColumnError(f"{path} has no value that a column could hold.")


def _all(found: list[Any], read: Any, path: str, dtype: Any) -> NDArray[Any]:
    values = np.zeros(len(found), dtype)
    for row, value in enumerate(found):
        if value is not MISSING:
            try:
                values[row] = read(value)
            except Exception as error:
                raise ColumnError(f"{path} cannot be read in row {row}.") from error
    return values


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise TypeError
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise ValueError
    return float(value)


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _money(found: list[Any], missing: Mask | None, path: str) -> Column:
    currencies = {value.currency for value in found if isinstance(value, Money)}
    if len(currencies) > 1:
        raise ColumnError(f"{path} has several currencies. Ask for the accounts of each by themselves.")

    def minor(value: Money) -> int:
        if abs(value.minor) > LARGEST_NUMBER:
            raise ValueError
        return value.minor

    return Column(Kind.MONEY, _all(found, minor, path, np.int64), missing, currencies.pop() if currencies else "")


def _texts(found: list[Any], missing: Mask | None, path: str) -> Column:
    codes: dict[str, int] = {}

    def code(value: Any) -> int:
        if not isinstance(value, str):
            raise TypeError
        return codes.setdefault(value, len(codes))

    values = _all(found, code, path, np.int32)
    return Column(Kind.TEXT, values, missing, texts=tuple(codes) or ("",))


def _lists(found: list[Any], missing: Mask | None, path: str) -> Column:
    holding: dict[str, Mask] = {}
    for row, value in enumerate(found):
        for item in value if isinstance(value, (list, tuple)) else ():
            if isinstance(item, str):
                holding.setdefault(item, np.zeros(len(found), np.bool_))[row] = True
    return Column(Kind.LIST, _all(found, len, path, np.float64), missing, holding=holding)


def _cut(column: Column, start: int, end: int) -> Column:
    return Column(
        column.kind,
        column.values[start:end],
        column.missing[start:end] if column.missing is not None else None,
        column.currency,
        column.texts,
        {text: mask[start:end] for text, mask in column.holding.items()},
    )


def value_at(column: Column, row: int) -> Any:
    """The value of one row as scripts see it; None where there is none, and for lists of records."""
    if column.missing is not None and column.missing[row]:
        return None
    value = column.values[row]
    match column.kind:
        case Kind.MONEY:
            return Money(int(value), column.currency)
        case Kind.DATE:
            return date.fromordinal(int(value))
        case Kind.YES_NO:
            return bool(value)
        case Kind.TEXT:
            return column.texts[value]
        case Kind.LIST:
            held = [text for text, mask in column.holding.items() if mask[row]]
            # Items that are no texts, and texts that come twice, only count.
            return held + [0] * (int(value) - len(held))
        case _:
            return int(value) if float(value).is_integer() else float(value)
