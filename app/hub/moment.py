"""Times as the store keeps them: whole microseconds since 1970 in UTC, which every database compares alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - taken as UTC; an aware one cannot hold every offset of year 1
_MICROSECOND = timedelta(microseconds=1)
# RFC 3339; more than microseconds are cut, as a time that precise is no clock's.
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def to_micros(time: datetime) -> int:
    """An aware time as microseconds since 1970 in UTC; any offset of any year, year 1 included."""
    offset = time.utcoffset()
    if offset is None:
        raise ValueError("the time has no offset from UTC")
    return (time.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The inverse of `to_micros`, in UTC; what lies outside the calendar is held at its ends."""
    try:
        return (_EPOCH + micros * _MICROSECOND).replace(tzinfo=UTC)
    except OverflowError:
        return datetime(1, 1, 1, tzinfo=UTC) if micros < 0 else datetime(9999, 12, 31, tzinfo=UTC)


def read_time(text: str) -> datetime:
    """An RFC 3339 time, aware; raises ValueError for anything else."""
    if not _RFC_3339.fullmatch(text):
        raise ValueError("the time is not written like 2026-01-31T09:30:00Z")
    return datetime.fromisoformat(text)
