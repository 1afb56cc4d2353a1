"""The calls that are under way, one row a leg: what a desktop reads again after it was away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Insert, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.call import CallEvent, CallState
from app.hub.moment import to_micros
from app.hub.phones.tables import phone_leg
from app.hub.store import Store
from app.telephony.wire import from_json, to_json

RINGS_AT_MOST = timedelta(minutes=5)
LASTS_AT_MOST = timedelta(hours=12)
KEPT_AFTER_END = timedelta(minutes=2)
_RINGING = (CallState.OFFERED.value, CallState.RINGING.value)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg as last told. `told` is the event as JSON, as it is pushed."""

    event: CallEvent
    person: str
    told: str

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.event.state is CallState.ENDED

    @property
    def rings(self) -> bool:
        """Whether nobody has answered it."""
        return self.event.state.value in _RINGING


def leg_of(event: CallEvent, person: str) -> Leg:
    """The leg after this event."""
    return Leg(event, person, to_json(event))


def known_legs(connection: Connection, source: str, legs: Sequence[str], linked: Sequence[str]) -> list[Leg]:
    """What is known of these legs, and of all legs of these interactions."""
    found: dict[str, Leg] = {}
    for column, wanted in ((phone_leg.c.leg, legs), (phone_leg.c.linked, linked)):
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            rows = connection.execute(select(phone_leg).where(phone_leg.c.source == source, column.in_(some)))
            found |= {row.leg: _leg(row) for row in rows}
    return list(found.values())


def keep_legs(connection: Connection, legs: Iterable[Leg], now: datetime) -> None:
    """Keeps the legs as they are now."""
    rows = [
        {
            "source": leg.event.source,
            "leg": leg.event.leg_id,
            "person": leg.person,
            "linked": leg.event.linked_id or "",
            "state": leg.event.state.value,
            "seq": leg.event.seq,
            "is_over": int(leg.is_over),
            "at": to_micros(now),
            "event": leg.told,
        }
        for leg in legs
    ]
    if rows:
        connection.execute(_KEEP[connection.dialect.name], rows)


def calls_of(store: Store, person: str, now: datetime) -> list[CallEvent]:
    """The last event of each call of a person's that rings or is on."""
    with store.read() as connection:
        rows = connection.execute(
            select(phone_leg).where(phone_leg.c.person == person, phone_leg.c.is_over == 0).order_by(phone_leg.c.at)
        ).all()
    return [leg.event for leg in map(_leg, rows) if not _forgotten(leg, now)]


def legs_of_source(store: Store, source: str) -> list[Leg]:
    """All legs of a source that have not ended."""
    with store.read() as connection:
        rows = connection.execute(select(phone_leg).where(phone_leg.c.source == source, phone_leg.c.is_over == 0)).all()
    return [_leg(row) for row in rows]


def tidy(connection: Connection, now: datetime) -> list[Leg]:
    """Forgets legs that have ended for a while; those of whose end nobody told, which have to be ended."""
    over = phone_leg.c.is_over == 1
    connection.execute(delete(phone_leg).where(over, phone_leg.c.at < to_micros(now - KEPT_AFTER_END)))
    silent = connection.execute(
        select(phone_leg).where(phone_leg.c.is_over == 0, phone_leg.c.at < to_micros(now - RINGS_AT_MOST))
    )
    return [leg for leg in map(_leg, silent) if _forgotten(leg, now)]


def _forgotten(leg: Leg, now: datetime) -> bool:
    return now - leg.event.received_at > (RINGS_AT_MOST if leg.rings else LASTS_AT_MOST)


def _leg(row: Row[Any]) -> Leg:
    return Leg(from_json(row.event), row.person, row.event)


def _keeping(dialect: str) -> Insert:
    """Replaces the leg's row; both databases know the same words for it."""
    made = sqlite.insert(phone_leg) if dialect == "sqlite" else postgresql.insert(phone_leg)
    columns = [column.name for column in phone_leg.columns if not column.primary_key]
    replaced = {name: made.excluded[name] for name in columns}
    return made.on_conflict_do_update(index_elements=[phone_leg.c.source, phone_leg.c.leg], set_=replaced)


_KEEP = {dialect: _keeping(dialect) for dialect in ("sqlite", "postgresql")}
