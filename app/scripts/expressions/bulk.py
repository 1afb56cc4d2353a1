"""Conditions over columns: the same tree asked of many accounts at once. Imports numpy; loaded when asked for.

What numpy cannot do exactly as one account would have it (amounts times a broken number, texts put together) is asked
row by row, so that both forms always agree.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.domain.money import exponent
from app.scripts.expressions.columns import Column, Columns, Mask, value_at
from app.scripts.expressions.compiled import Condition, compile_condition, named_tree
from app.scripts.expressions.evaluate import OPERATIONS, CallState, exact
from app.scripts.expressions.tree import (
    Binary,
    Call,
    Choice,
    ListOf,
    Literal,
    Named,
    Node,
    Path,
    Unary,
    nodes_in,
    paths_in,
)
from app.scripts.expressions.typed import step_named
from app.scripts.expressions.types import Kind, Names

# So many rows at a time stay in the processor's cache.
_AT_A_TIME = 32_768

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": python.eq,
    "!=": python.ne,
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}
_RECKON: Mapping[str, Callable[[Any, Any], Any]] = {"+": python.add, "-": python.sub, "*": python.mul}


class _RowByRow(Exception):
    """This has no exact form over columns."""


@dataclass(frozen=True, slots=True)
class _Many:
    """A value for each row, or one for all of them (`values` is then a scalar); `missing` None: nowhere."""

    kind: Kind
    values: Any
    missing: Mask | None = None
    column: Column | None = None


Rows: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BulkCondition:
    """A condition ready to be asked of many accounts. `paths` are the columns that it needs."""

    source: str
    paths: tuple[str, ...]
    _tree: Node
    _names: Names
    _single: Condition

    def holds(self, columns: Columns, functions: CallState) -> Rows:
        """In which rows it holds; raises KeyError for a column that is not there.

        `functions` answers visits() and days_until() alike for all rows. A missing value makes a row false.
        """
        result = np.zeros(columns.rows, np.bool_)
        for start in range(0, columns.rows, _AT_A_TIME):
            part = columns.slice(self.paths, start, start + _AT_A_TIME)
            result[start : start + part.rows] = self._part(part, functions)
        return result

    def _part(self, columns: Columns, functions: CallState) -> Rows:
        try:
            with np.errstate(all="ignore"):
                found = _Evaluation(columns, self._names, functions).value(self._tree, 0)
        except _RowByRow:
            return self._row_by_row(columns, functions)
        held = np.broadcast_to(np.asarray(found.values, np.bool_), columns.rows)
        return held if found.missing is None else held & ~found.missing

    def _row_by_row(self, columns: Columns, functions: CallState) -> Rows:
        held = np.zeros(columns.rows, np.bool_)
        for row in range(columns.rows):
            scope: dict[str, Any] = {}
            for path in self.paths:
                *outer, last = path.split(".")
                inner = scope
                for part in outer:
                    inner = inner.setdefault(part, {})
                inner[last] = value_at(columns.by_path[path], row)
            held[row] = self._single.holds(scope, functions)
        return held


def compile_bulk(source: str, names: Names) -> BulkCondition:
    """A condition for many accounts. Raises ExpressionError."""
    single = compile_condition(source, names)
    paths = dict.fromkeys(_all_paths(single.tree, names, 0))
    return BulkCondition(source, tuple(paths), single.tree, names, single)


def _all_paths(tree: Node, names: Names, depth: int) -> list[str]:
    found = [path.text for path in paths_in(tree)]
    for node in _named_in(tree):
        found += _all_paths(named_tree(node, names, depth), names, depth + 1)
    return found


def _named_in(tree: Node) -> list[Named]:
    return [node for node in nodes_in(tree) if isinstance(node, Named)]


class _Evaluation:
    """One condition over some rows."""

    def __init__(self, columns: Columns, names: Names, functions: CallState) -> None:
        self._columns = columns
        self._names = names
        self._functions = functions
        self._named: dict[tuple[str, int], _Many] = {}

    def value(self, node: Node, depth: int) -> _Many:
        match node:
            case Literal(value=value):
                return _Many(_kind_of(value), value)
            case Path():
                column = self._columns.by_path[node.text]
                return _Many(column.kind, column.values, column.missing, column)
            case Named():
                return self._asked(node, depth)
            case Unary(operator=operator, operand=operand):
                return self._unary(operator, self.value(operand, depth))
            case Binary(operator="in", left=left, right=right):
                return self._within(left, right, depth)
            case Binary(operator=operator, left=left, right=right):
                return self._binary(operator, self.value(left, depth), self.value(right, depth))
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return self._choice(*(self.value(part, depth) for part in (condition, then, otherwise)))
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments[0], depth)
            case ListOf():
                raise _RowByRow

    def _asked(self, node: Named, depth: int) -> _Many:
        key = (node.name, depth)
        if key not in self._named:
            self._named[key] = self.value(named_tree(node, self._names, depth), depth + 1)
        return self._named[key]

    def _unary(self, operator: str, operand: _Many) -> _Many:
        if operator == "!":
            return _Many(Kind.YES_NO, np.logical_not(_yes_no(operand)), operand.missing)
        if operand.kind not in (Kind.NUMBER, Kind.MONEY):
            raise _RowByRow
        return _Many(operand.kind, -operand.values, operand.missing, operand.column)

    def _binary(self, operator: str, left: _Many, right: _Many) -> _Many:
        if operator in ("&&", "||"):
            return _joined(operator, left, right)
        missing = _either(left.missing, right.missing)
        if operator in _COMPARE:
            return _Many(Kind.YES_NO, _compared(operator, left, right), missing)
        return _reckoned(operator, left, right, missing)

    def _within(self, left: Node, right: Node, depth: int) -> _Many:
        item = self.value(left, depth)
        if isinstance(right, ListOf):
            choices = [one.value for one in right.items if isinstance(one, Literal)]
            if len(choices) != len(right.items):
                raise _RowByRow
            held: Any = np.False_
            for choice in choices:
                held = held | _compared("==", item, _Many(_kind_of(choice), choice))
            return _Many(Kind.YES_NO, held, item.missing)
        listed = self.value(right, depth)
        if listed.column is None or item.kind is not Kind.TEXT or item.column is not None:
            raise _RowByRow
        return _Many(Kind.YES_NO, listed.column.holding.get(item.values, np.False_), listed.missing)

    def _choice(self, condition: _Many, then: _Many, otherwise: _Many) -> _Many:
        if then.kind is not otherwise.kind or then.kind in (Kind.TEXT, Kind.LIST) or _currencies(then, otherwise) > 1:
            raise _RowByRow
        chosen = _yes_no(condition)
        missing = _where(chosen, then.missing, otherwise.missing)
        column = then.column or otherwise.column
        values = np.where(chosen, then.values, otherwise.values)
        return _Many(then.kind, values, _either(condition.missing, missing), column)

    def _call(self, function: str, argument: Node, depth: int) -> _Many:
        if function == "visits":
            return _Many(Kind.NUMBER, float(self._functions.visits(step_named(argument))))
        if function == "has" and isinstance(argument, Path):
            missing = self._columns.by_path[argument.text].missing
            return _Many(Kind.YES_NO, np.True_ if missing is None else ~missing)
        found = self.value(argument, depth)
        if function == "size" and found.kind is Kind.LIST:
            return _Many(Kind.NUMBER, found.values, found.missing)
        if function == "days_until" and found.kind is Kind.DATE:
            shift = self._functions.days_until(date(1, 1, 1)) - 1
            return _Many(Kind.NUMBER, (found.values + shift).astype(np.float64), found.missing)
        raise _RowByRow


def _kind_of(value: int | float | str | bool) -> Kind:
    if isinstance(value, bool):
        return Kind.YES_NO
    return Kind.TEXT if isinstance(value, str) else Kind.NUMBER


def _yes_no(many: _Many) -> Any:
    if many.kind is not Kind.YES_NO:
        raise _RowByRow
    return many.values


def _joined(operator: str, left: _Many, right: _Many) -> _Many:
    """The right side counts, and can be missing, only where the left one leaves it open."""
    first, second = _yes_no(left), _yes_no(right)
    if operator == "&&":
        values, asked = first & second, first
    else:
        values, asked = first | second, np.logical_not(first)
    missing = right.missing if right.missing is None else right.missing & asked
    return _Many(Kind.YES_NO, values, _either(left.missing, missing))


def _compared(operator: str, left: _Many, right: _Many) -> Any:
    kinds = {left.kind, right.kind}
    if len(kinds) == 1 and kinds <= {Kind.NUMBER, Kind.DATE, Kind.YES_NO}:
        return _COMPARE[operator](left.values, right.values)
    if kinds == {Kind.MONEY}:
        if _currencies(left, right) > 1:
            raise _RowByRow
        return _COMPARE[operator](left.values, right.values)
    if kinds == {Kind.MONEY, Kind.NUMBER}:
        return _money_compared(operator, left, right)
    if kinds == {Kind.TEXT}:
        return _texts_compared(operator, left, right)
    raise _RowByRow


def _money_compared(operator: str, left: _Many, right: _Many) -> Any:
    """An amount against a number that is written in the condition: exact, in minor units."""
    money, number = (left, right) if left.kind is Kind.MONEY else (right, left)
    if isinstance(number.values, np.ndarray) or money.column is None:
        raise _RowByRow
    scaled = exact(number.values).scaleb(exponent(money.column.currency))
    minor = int(scaled) if scaled == scaled.to_integral_value() else float(scaled)
    sides = (money.values, minor) if money is left else (minor, money.values)
    return _COMPARE[operator](*sides)


def _texts_compared(operator: str, left: _Many, right: _Many) -> Any:
    """A column of texts against one text: each different text is compared once."""
    if (left.column is None) == (right.column is None):
        raise _RowByRow
    operation = OPERATIONS[operator]
    if left.column is not None:
        table = np.array([operation(text, right.values) for text in left.column.texts], np.bool_)
        return table[left.values]
    assert right.column is not None
    table = np.array([operation(left.values, text) for text in right.column.texts], np.bool_)
    return table[right.values]


def _reckoned(operator: str, left: _Many, right: _Many, missing: Mask | None) -> _Many:
    kinds = (left.kind, right.kind)
    if kinds == (Kind.NUMBER, Kind.NUMBER):
        if operator in _RECKON:
            return _Many(Kind.NUMBER, _RECKON[operator](left.values, right.values), missing)
        nothing = np.equal(right.values, 0)
        operation = np.true_divide if operator == "/" else np.fmod
        return _Many(
            Kind.NUMBER, operation(left.values, right.values), _either(missing, _as_mask(nothing, left, right))
        )
    if kinds == (Kind.MONEY, Kind.MONEY) and operator in ("+", "-") and _currencies(left, right) == 1:
        return _Many(Kind.MONEY, _RECKON[operator](left.values, right.values), missing, left.column or right.column)
    if Kind.MONEY in kinds and Kind.NUMBER in kinds:
        return _money_reckoned(operator, left, right, missing)
    raise _RowByRow


def _money_reckoned(operator: str, left: _Many, right: _Many, missing: Mask | None) -> _Many:
    """An amount with a number that is written in the condition; half a minor unit goes away from zero."""
    money, number = (left, right) if left.kind is Kind.MONEY else (right, left)
    if isinstance(number.values, np.ndarray) or money.column is None:
        raise _RowByRow
    if operator in ("+", "-"):
        shift = int(_rounded(np.int64(1), Fraction(exact(number.values).scaleb(exponent(money.column.currency)))))
        sides = (money.values, shift) if money is left else (shift, money.values)
        return _Many(Kind.MONEY, _RECKON[operator](*sides), missing, money.column)
    factor = Fraction(exact(number.values))
    if operator == "/" and money is left and factor:
        factor = 1 / factor
        if not _ends(factor.denominator):
            # One account is reckoned with 28 digits of the reciprocal.
            raise _RowByRow
    elif operator != "*":
        raise _RowByRow
    return _Many(Kind.MONEY, _rounded(money.values, factor), missing, money.column)


def _rounded(minor: Any, factor: Fraction) -> Any:
    """Amounts times an exact factor, in whole minor units."""
    if abs(factor.numerator) * 2 > 2**20 or factor.denominator > 2**20:
        raise _RowByRow
    if np.any(np.abs(minor) > 2**40):
        raise _RowByRow
    twice = np.abs(minor) * (2 * abs(factor.numerator)) + factor.denominator
    whole = twice // (2 * factor.denominator)
    return np.sign(minor) * whole * (1 if factor >= 0 else -1)


def _ends(denominator: int) -> bool:
    """Whether a fraction with this denominator ends when it is written with decimals."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def _currencies(*sides: _Many) -> int:
    return len({side.column.currency if side.column else "" for side in sides if side.kind is Kind.MONEY})


def _either(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def _where(chosen: Any, then: Mask | None, otherwise: Mask | None) -> Mask | None:
    if then is None and otherwise is None:
        return None
    return np.where(chosen, np.False_ if then is None else then, np.False_ if otherwise is None else otherwise)


def _as_mask(nothing: Any, left: _Many, right: _Many) -> Mask | None:
    """The rows in which a division has no result; None when there are none."""
    if not np.any(nothing):
        return None
    shape = np.broadcast_shapes(np.shape(left.values), np.shape(right.values))
    return np.broadcast_to(nothing, shape).copy()
