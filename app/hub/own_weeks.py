"""An agent's own weeks out of the projections: for the agent, whoever leads him."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, func, select

from app.domain.person import Person
from app.hub import schema
from app.hub.moment import from_micros, to_micros
from app.hub.projector import as_of
from app.hub.store import Store, setting
from app.reports.brief import CALL_COUNTS, Counts
from app.reports.own import OwnWeeks, own_weeks

_WEEK = timedelta(days=7)


def weeks_of(store: Store, person: Person, count: int, now: datetime) -> OwnWeeks:
    """The counts of this week and those before it, `count` in all, whichever teams the person was in."""
    with store.read() as connection:
        zone = _zone(connection)
        today = now.astimezone(zone).date()
        this = today - timedelta(days=today.weekday())
        mondays = [this - _WEEK * back for back in reversed(range(count))]
        sums = {
            monday: _sums(connection, person.id, _begin(monday, zone), _begin(monday + _WEEK, zone))
            for monday in mondays
        }
        return own_weeks(mondays, sums, from_micros(as_of(connection, to_micros(now))))


def _sums(connection: Connection, person: str, since: int, until: int) -> Counts:
    """The sums of whole quarters of an hour: a week begins with one in every time zone there is."""
    tally = schema.call_tally
    teams = select(schema.agent_session.c.team).where(schema.agent_session.c.person == person).distinct()
    row = connection.execute(
        select(*(func.coalesce(func.sum(tally.c[name]), 0) for name in CALL_COUNTS)).where(
            # By the whole key: the sums of all teams are many.
            tally.c.team.in_(teams),
            tally.c.slot >= since,
            tally.c.slot < until,
            tally.c.person == person,
        )
    ).one()
    return tuple(int(value) for value in row)


def _begin(monday: date, zone: tzinfo) -> int:
    return to_micros(datetime.combine(monday, time.min, zone))


def _zone(connection: Connection) -> tzinfo:
    try:
        return ZoneInfo(setting(connection, "site_timezone", "Europe/London"))
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
