"""The operations on values at run time: numbers compare as numbers, money with money and with bare numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Protocol

from app.domain.money import Money, MoneyError, exponent


class CallState(Protocol):
    """What functions ask of the walk."""

    def visits(self, step: str) -> int:
        """How often the step of this script was entered in this call, this time included."""

    def days_until(self, day: date) -> int:
        """Whole days from today to the day; negative when it is past."""


class Missing(Exception):
    """A value that is not there (the text is its path, never a value), or an operation that has no result."""


class _MissingValue:
    """The only value of its type: what `Value.value` gives when something was missing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _MissingValue()


def find_value(scope: Mapping[str, Any], parts: Sequence[str]) -> Any:
    """What stands at a path of nested mappings, MISSING where nothing does. None counts as nothing."""
    found: Any = scope
    for part in parts:
        if not isinstance(found, Mapping):
            return MISSING
        found = found.get(part)
        if found is None:
            return MISSING
    return found


def equal(left: Any, right: Any) -> bool:
    """5 == 5.0, money == a bare number of the same amount; different currencies are not equal."""
    if isinstance(left, Money) or isinstance(right, Money):
        left, right = _amounts(left, right)
    if isinstance(left, Decimal) != isinstance(right, Decimal):
        return exact(left) == exact(right) if _numbers(left, right) else False
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def less(left: Any, right: Any) -> bool:
    """Whether left comes before right: two numbers, amounts, dates or texts."""
    return bool(operator_less(*_ordered(left, right)))


def less_or_equal(left: Any, right: Any) -> bool:
    """Whether left comes before right or is equal."""
    left, right = _ordered(left, right)
    return bool(left <= right)


def operator_less(left: Any, right: Any) -> bool:
    """Python's own comparison, once both are of one kind."""
    return bool(left < right)


def contains(item: Any, items: Any) -> bool:
    """Whether a list has an item equal to this."""
    if not isinstance(items, (list, tuple)):
        raise Missing("list")
    return any(equal(item, other) for other in items)


def add(left: Any, right: Any) -> Any:
    """Numbers, amounts (a bare number counts in the other's currency) or two texts."""
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, Money) or isinstance(right, Money):
        left, right = _both_money(left, right)
        return left + right
    return _number(left) + _number(right)


def subtract(left: Any, right: Any) -> Any:
    """Numbers or amounts."""
    if isinstance(left, Money) or isinstance(right, Money):
        left, right = _both_money(left, right)
        return left - right
    return _number(left) - _number(right)


def multiply(left: Any, right: Any) -> Any:
    """Numbers, or an amount and a number."""
    if isinstance(left, Money):
        return _scaled(left, exact(_number(right)))
    if isinstance(right, Money):
        return _scaled(right, exact(_number(left)))
    return _number(left) * _number(right)


def divide(left: Any, right: Any) -> Any:
    """Exact division (5 / 2 is 2.5); an amount by an amount is a number."""
    if isinstance(left, Money):
        if isinstance(right, Money):
            left, right = _amounts(left, right)
            return float(left / right)
        return _scaled(left, 1 / exact(_number(right)))
    return _number(left) / _number(right)


def remainder(left: Any, right: Any) -> Any:
    """The remainder, with the sign of the left side, as in CEL."""
    left, right = _number(left), _number(right)
    if isinstance(left, int) and isinstance(right, int):
        return (
            int(math.copysign(abs(left) % abs(right), left)) if abs(left) < 2**53 else left - right * int(left / right)
        )
    return math.fmod(left, right)


def negative(value: Any) -> Any:
    """The number or amount with the other sign."""
    return -value if isinstance(value, Money) else -_number(value)


def truth(value: Any) -> bool:
    """A yes or no; anything else counts as missing."""
    if isinstance(value, bool):
        return value
    raise Missing("yes/no")


def size(value: Any) -> int:
    """How many items a list or signs a text has."""
    if isinstance(value, (list, tuple, str)):
        return len(value)
    raise Missing("list")


def day_of(value: Any) -> date:
    """A date, also of a time."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise Missing("date")


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) for value in values)


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise Missing("number")


def exact(value: Any) -> Decimal:
    """A number as people wrote it: 0.1 is a tenth, not the nearest binary fraction."""
    return value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)


def _amounts(left: Any, right: Any) -> tuple[Any, Any]:
    """Both as exact amounts in major units, where they can be compared; else left as they are."""
    if isinstance(left, Money) and isinstance(right, Money):
        return (left.amount, right.amount) if left.currency == right.currency else (left, right)
    if isinstance(left, Money) and _numbers(right):
        return left.amount, exact(right)
    if isinstance(right, Money) and _numbers(left):
        return exact(left), right.amount
    return left, right


def _ordered(left: Any, right: Any) -> tuple[Any, Any]:
    if _numbers(left, right):
        if isinstance(left, Decimal) != isinstance(right, Decimal):
            return exact(left), exact(right)
        return left, right
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    if isinstance(left, date) and isinstance(right, date):
        return day_of(left), day_of(right)
    left, right = _amounts(left, right)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left, right
    raise Missing("comparable values")


def _both_money(left: Any, right: Any) -> tuple[Money, Money]:
    currency = left.currency if isinstance(left, Money) else right.currency
    return _as_money(left, currency), _as_money(right, currency)


def _as_money(value: Any, currency: str) -> Money:
    if isinstance(value, Money):
        return value
    return _rounded(exact(_number(value)).scaleb(exponent(currency)), currency)


def _scaled(amount: Money, factor: Decimal) -> Money:
    return _rounded(amount.minor * factor, amount.currency)


def _rounded(minor: Decimal, currency: str) -> Money:
    """Half a minor unit goes away from zero, as people round money."""
    return Money(int(minor.quantize(Decimal(1), ROUND_HALF_UP)), currency)


# What an operation on wrong or odd values may raise: the condition then counts as one with a missing value.
NO_RESULT: Final[tuple[type[Exception], ...]] = (Missing, MoneyError, ArithmeticError, TypeError, ValueError)

OPERATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": less,
    "<=": less_or_equal,
    ">": lambda left, right: less(right, left),
    ">=": lambda left, right: less_or_equal(right, left),
    "in": contains,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
}
