"""Briefs of calls for a round of the projector: what is kept, and what it becomes with fresh events.

A call that was transferred may have two names. Its events are then in one brief, under the smallest of its names; under
the others that name is kept. So late events find their call, and the end is the same in whatever order they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, text

from app.hub import schema
from app.hub.briefs import Noted, joined, linked_to, read_brief_or_name
from app.reports.links import Links

Call = tuple[str, str]
"""A team and the name of a call."""

Kept = list[Noted] | str
"""The brief of a call, or the name under which it is."""

_CALLS_AT_ONCE = 300


class Merged(NamedTuple):
    """A call that changes: `after` is its new brief, in place of those `before`; `others` are names that now lead
    here."""

    call: Call
    others: list[str]
    before: list[list[Noted]]
    after: list[Noted]


def kept_calls(connection: Connection, fresh: Mapping[Call, list[Noted]]) -> dict[Call, Kept]:
    """What is kept of these calls, of those that their events tell of, and of those to which either leads."""
    wanted = {*fresh, *_told(fresh)}
    found: dict[Call, Kept] = {}
    while wanted:
        some = _read(connection, wanted)
        found |= some
        wanted = {(team, kept) for (team, _), kept in some.items() if isinstance(kept, str)} - found.keys()
    return found


def merged(fresh: Mapping[Call, list[Noted]], kept: Mapping[Call, Kept]) -> Iterator[Merged]:
    """The calls that fresh events change."""
    links = Links[Call]()
    for (team, subject), other in kept.items():
        if isinstance(other, str):
            links.join((team, subject), (team, other))
    for (team, subject), events in fresh.items():
        for other in linked_to(events):
            links.join((team, subject), (team, other))
    names: dict[Call, set[Call]] = defaultdict(set)
    for call in (*fresh, *_told(fresh), *kept):
        names[links.first(call)].add(call)
    for first, calls in names.items():
        before = [brief for call in sorted(calls) if isinstance(brief := kept.get(call), list)]
        after: list[Noted] = []
        for events in (*before, *(fresh.get(call, []) for call in sorted(calls))):
            after = joined(after, events)
        if len(before) != 1 or len(after) > len(before[0]) or not isinstance(kept.get(first), list):
            moved = [call[1] for call in sorted(calls - {first}) if not isinstance(kept.get(call), str)]
            yield Merged(first, moved, before, after)


def _told(fresh: Mapping[Call, list[Noted]]) -> set[Call]:
    return {(team, other) for (team, _), events in fresh.items() for other in linked_to(events)}


def _read(connection: Connection, calls: Iterable[Call]) -> dict[Call, Kept]:
    subjects: dict[str, list[str]] = defaultdict(list)
    for team, subject in calls:
        subjects[team].append(subject)
    found: dict[Call, Kept] = {}
    for team, wanted in subjects.items():
        for start in range(0, len(wanted), _CALLS_AT_ONCE):
            rows = _rows_of(connection, team, wanted[start : start + _CALLS_AT_ONCE])
            found |= {(team, row.subject): read_brief_or_name(row.brief) for row in rows}
    return found


def _rows_of(connection: Connection, team: str, subjects: list[str]) -> Iterable[Row[Any]]:
    if connection.dialect.name == "postgresql":
        return connection.execute(_EACH_BRIEF, {"team": team, "subjects": subjects})
    brief = schema.call_brief.c
    return connection.execute(select(brief.subject, brief.brief).where(brief.team == team, brief.subject.in_(subjects)))


# Each by the whole key: without statistics PostgreSQL would rather go through all calls of the team.
_EACH_BRIEF = text(
    "SELECT b.subject, b.brief FROM unnest(CAST(:subjects AS text[])) AS wanted (subject), LATERAL (SELECT c.subject,"
    " c.brief FROM call_brief c WHERE c.team = :team AND c.subject = wanted.subject LIMIT 1) b"
)
