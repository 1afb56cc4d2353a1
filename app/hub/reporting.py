"""A lead's report out of the projections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from app.domain.person import Person, Role
from app.hub import schema
from app.hub.briefs import read_brief, sums
from app.hub.errors import Problem
from app.hub.moment import from_micros, to_micros
from app.hub.people import names_of, team_members, team_name
from app.hub.projector import SLOT, as_of
from app.hub.store import Store
from app.reports.brief import CALL_COUNTS, Counts
from app.reports.team import TeamReport, report_of_sums


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
        sums_by_person = _sums(connection, wanted, to_micros(since), to_micros(until))
        return report_of_sums(
            team=wanted,
            team_name=team_name(connection, wanted) or wanted,
            # Who has left the team is there with what he did while he was in it.
            agents={**names_of(connection, sums_by_person), **team_members(connection, wanted)},
            sums=sums_by_person,
            since=since,
            until=until,
            as_of=from_micros(as_of(connection, to_micros(now))),
        )


def _sums(connection: Connection, team: str, since: int, until: int) -> dict[str, Counts]:
    """The team's counts of a period, by person: whole quarters of an hour as they stand, the rest call by call."""
    first, last = -(-since // SLOT) * SLOT, until // SLOT * SLOT
    if first >= last:
        return _of_calls(connection, team, since, until)
    tally = schema.call_tally
    columns = [func.sum(tally.c[name]) for name in CALL_COUNTS]
    rows = connection.execute(
        select(tally.c.person, *columns)
        .where(tally.c.team == team, tally.c.slot >= first, tally.c.slot < last)
        .group_by(tally.c.person)
    )
    found: dict[str, Counts] = {row[0]: tuple(int(count) for count in row[1:]) for row in rows}
    for begin, end in ((since, first), (last, until)):
        for person, counts in _of_calls(connection, team, begin, end).items():
            found[person] = _plus(found.get(person), counts)
    return found


def _of_calls(connection: Connection, team: str, since: int, until: int) -> dict[str, Counts]:
    if since >= until:
        return {}
    brief = schema.call_brief
    rows = connection.execute(
        select(brief.c.brief).where(brief.c.team == team, brief.c.answered_at >= since, brief.c.answered_at < until)
    )
    found: dict[str, Counts] = {}
    for text in rows.scalars():
        for person, counts in sums(read_brief(text)).calls.items():
            found[person] = _plus(found.get(person), counts)
    return found


def _plus(one: Counts | None, other: Counts) -> Counts:
    return other if one is None else tuple(a + b for a, b in zip(one, other, strict=True))
