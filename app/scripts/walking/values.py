"""Values of `Let` as JSON and back: an amount, a date, a list, or what JSON has itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.domain.event import Json
from app.domain.money import Money


def to_json(value: object) -> Json:
    """A value as JSON; money, dates and exact numbers as a mapping with one key. Raises TypeError for anything else."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Money):
        return {"money": [value.minor, value.currency]}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Sequence):
        return [to_json(item) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot be kept by Let")


def from_json(value: Json) -> object:
    """The inverse of `to_json`."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"money": [int(minor), str(currency)]}:
            return Money(minor, currency)
        case {"number": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
    raise ValueError("this is no kept value")
