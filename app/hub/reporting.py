"""A lead's report out of the recorded events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, tuple_

from app.domain.event import Event, EventType
from app.domain.person import Person, Role
from app.hub import schema
from app.hub.errors import Problem
from app.hub.moment import from_micros, to_micros
from app.hub.people import team_members, team_name
from app.hub.store import Store
from app.reports.team import TeamReport, team_report

_decode = msgspec.json.Decoder(type=dict).decode


def agents_report(
    store: Store, person: Person, *, team: str, since: datetime, until: datetime, now: datetime
) -> TeamReport:
    """The figures of one team's agents; "" for the first team that the person leads.

    Raises Problem 403 for who leads no team, 404 for a team that is not his (whether it exists or not), 400 for a
    period that ends before it begins.
    """
    if not person.may(Role.LEAD):
        raise Problem(403, "Reports are for team leads.")
    if until < since:
        raise Problem(400, "The period ends before it begins.")
    wanted = team or next(iter(person.teams), "")
    if wanted not in person.teams:
        raise Problem(404, "There is no such team among yours.")
    with store.read() as connection:
        return team_report(
            team=wanted,
            team_name=team_name(connection, wanted) or wanted,
            agents=team_members(connection, wanted),
            events=_events_of_calls(connection, wanted, since, until),
            since=since,
            until=until,
            as_of=now,
        )


def _events_of_calls(
    connection: Connection, team: str, since: datetime, until: datetime
) -> Iterator[tuple[str, Event]]:
    """All events of the team's calls that were answered in the period, also those that lie outside of it."""
    events, answered = schema.event, schema.event.alias()
    calls = select(answered.c.person, answered.c.subject).where(
        answered.c.team == team,
        answered.c.type == EventType.CALL_ANSWERED.value,
        answered.c.at >= to_micros(since),
        answered.c.at < to_micros(until),
    )
    rows = connection.execute(
        select(events).where(events.c.team == team, tuple_(events.c.person, events.c.subject).in_(calls))
    )
    for row in rows:
        yield (
            row.person,
            Event(
                id=row.id,
                source=row.source,
                sequence=row.sequence,
                type=EventType(row.type),
                time=from_micros(row.at),
                subject=row.subject,
                agent_session=row.session,
                data=_decode(row.body)["data"],
            ),
        )
