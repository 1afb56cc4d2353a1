"""Briefs of calls (`app.reports.brief`) as they are kept: JSON lists of what counts of each event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from app.domain.event import Event, EventType
from app.hub.moment import from_micros
from app.reports.brief import COUNTING, COUNTING_DATA, CallSums, sums_of_call
from app.reports.links import linked_name

COUNTING_TYPES = tuple(sorted(type_.value for type_ in COUNTING))


class Noted(NamedTuple):
    """What counts of one event; `at` in microseconds."""

    source: str
    id: str
    sequence: int
    at: int
    type: str
    person: str
    data: dict[str, Any]


class _Body(msgspec.Struct, gc=False):
    data: dict[str, Any]


_body = msgspec.json.Decoder(_Body).decode
_brief = msgspec.json.Decoder(list[Noted]).decode
_brief_or_name = msgspec.json.Decoder(list[Noted] | str).decode
_encode = msgspec.json.Encoder().encode


def noted(row: Any) -> Noted:
    """What counts of an event's row."""
    data = _body(row.body).data
    kept = {name: data[name] for name in COUNTING_DATA if name in data}
    return Noted(row.source, row.id, row.sequence, row.at, row.type, row.person, kept)


def read_brief(text: str | None) -> list[Noted]:
    """A brief as it is kept; an empty one for None."""
    return [] if text is None else _brief(text)


def read_brief_or_name(text: str) -> list[Noted] | str:
    """A brief as it is kept, or the name of the call in whose brief this one's events are."""
    kept: list[Noted] | str = _brief_or_name(text)
    return kept


def write_name(subject: str) -> str:
    """What is kept of a call whose events are in the brief of that one."""
    return _encode(subject).decode()


def linked_to(events: Iterable[Noted]) -> set[str]:
    """The other names of a call that its events tell."""
    found = {linked_name(event.data) for event in events if event.type == EventType.CALL_TRANSFERRED.value}
    return found - {""}


def write_brief(events: Iterable[Noted]) -> str:
    """A brief as it is kept."""
    return _encode(list(events)).decode()


def joined(earlier: list[Noted], later: Iterable[Noted]) -> list[Noted]:
    """Both together, each event once."""
    return list({(event.source, event.id): event for event in (*earlier, *later)}.values())


def sums(brief: Iterable[Noted]) -> CallSums:
    """What a brief's call comes to."""
    return sums_of_call((event.person, _event(event)) for event in brief)


def _event(event: Noted) -> Event:
    return Event(
        id=event.id,
        source=event.source,
        sequence=event.sequence,
        type=EventType(event.type),
        time=from_micros(event.at),
        subject="",
        agent_session="",
        data=event.data,
    )
