"""The month in an event's id (UUIDv7), which decides the partition that it lies in.

It follows from the id alone, whatever the event's time says: the same event always comes to the same place, where the
unique key finds it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

ELSEWHERE = 0
"""The month of ids whose clock was outside of the years that get partitions of their own."""

_FIRST_YEAR, _LAST_YEAR = 2025, 2049
# The id's first 7 hex digits are 28 of the 48 bits of its milliseconds; the other 20 bits are some 17 minutes.
_SHIFT = 20


def month_of(event_id: str) -> int:
    """The month as a number (202603) of a well-formed UUIDv7, in UTC."""
    month = _month_of_stretch(event_id[:7])
    return month if month is not None else _month(int(event_id[:8] + event_id[9:13], 16))


def partition_of(month: int) -> str:
    """The name of the month's table on PostgreSQL."""
    return "event_rest" if month == ELSEWHERE else f"event_{month:06d}"


def month_bounds(month: int) -> tuple[datetime, datetime]:
    """When a month (202603) begins and when the next one does."""
    year, number = divmod(month, 100)
    following = (year, number + 1) if number < 12 else (year + 1, 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*following, 1, tzinfo=UTC)


def following(month: int, ahead: int) -> list[int]:
    """The month and so many after it, those that get partitions of their own; `ELSEWHERE` has none after it."""
    months = [month]
    while month != ELSEWHERE and len(months) <= ahead:
        end = month_bounds(months[-1])[1]
        if end.year > _LAST_YEAR:
            break
        months.append(end.year * 100 + end.month)
    return months


@lru_cache(maxsize=4096)
def _month_of_stretch(digits: str) -> int | None:
    """The month of all ids that begin so; None where a month ends in between."""
    first = int(digits, 16) << _SHIFT
    month = _month(first)
    return month if month == _month(first + (1 << _SHIFT) - 1) else None


def _month(milliseconds: int) -> int:
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ELSEWHERE
    return moment.year * 100 + moment.month if _FIRST_YEAR <= moment.year <= _LAST_YEAR else ELSEWHERE
