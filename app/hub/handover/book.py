"""Keeps what is handed over, says whose desktop wants to look, and finds it for the agent who has the call next.

A call is the same call where an id of it is the same. Where the next agent's phone knows none, the caller's number
may say so within ten minutes, but never where it could be another call of that number: several were handed over, or
one is on besides. Only the extension that was dialled then still tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from app.hub import schema
from app.hub.errors import Problem
from app.hub.handover.tables import handover, handover_name
from app.hub.moment import from_micros, to_micros
from app.hub.phones.extensions import extensions, person_of
from app.hub.phones.tables import phone_leg
from app.hub.push import publish_all
from app.hub.store import Store
from app.telephony.errors import WrongProtocol
from app.telephony.wire import from_json

KEPT = timedelta(days=1)
NUMBER_WITHIN = timedelta(minutes=10)
"""How old a handover may be to be found by the caller's number alone."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is handed over. `names` are the ids of the call, `number` the caller's in E.164 or "", `context` JSON."""

    id: str
    names: Sequence[str]
    number: str
    target: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which call is asked about; `reached` is what was dialled to reach the agent (his extension, the queue)."""

    names: Sequence[str]
    number: str
    reached: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What was handed over, by whom and when. `certain`: an id of the call says that it is this one."""

    id: str
    at: datetime
    by: str
    team: str
    certain: bool
    context: dict[str, Any]


def hand_over(store: Store, now: datetime, person: str, given: Given) -> None:
    """Keeps it and tells the desktops that it may be for; the same again changes nothing.

    Raises Problem 409 for an id that somebody else has used.
    """
    phones = extensions(store) if given.target else {}
    target_person = person_of(phones, given.target) if given.target else ""
    target_person = "" if target_person == person else target_person
    names = sorted({name for name in given.names if name})
    with store.write() as connection:
        store.exclusive(connection, f"handover {given.id}")
        _forget(connection, now)
        known = connection.execute(select(handover.c.person).where(handover.c.id == given.id)).scalar()
        if known is not None and known != person:
            raise Problem(409, "This id belongs to another handover.")
        if known is not None:
            return
        row = {
            "id": given.id,
            "at": to_micros(now),
            "person": person,
            "number": _hashed(store, given.number),
            "target": given.target.strip().casefold(),
            "target_person": target_person,
            "taken_by": "",
            "context": msgspec.json.encode(given.context).decode(),
        }
        connection.execute(insert(handover), [row])
        if names:
            connection.execute(insert(handover_name), [{"name": name, "handover": given.id} for name in names])
        body = msgspec.json.encode({"kind": "handover", "id": given.id, "names": names}).decode()
        told = sorted({target_person, *_on_the_line(connection, names)} - {"", person})
        # Where nobody knows whose phone rings, every desktop looks whether it has this call.
        publish_all(connection, store, now, "message", [("", each, body) for each in told or [""]])


def find(store: Store, now: datetime, person: str, asked: Asked) -> Found | None:
    """What was handed over of this call, the latest; None where there is nothing, or where it cannot be told which."""
    names = [name for name in asked.names if name]
    with store.read() as connection:
        row = _by_name(connection, now, person, names)
        certain = row is not None
        if row is None and asked.number:
            row = _by_number(connection, store, now, person, asked)
        if row is None:
            return None
        by = connection.execute(
            select(schema.person.c.display_name, schema.team.c.name)
            .join_from(schema.person, schema.team, schema.person.c.team == schema.team.c.id, isouter=True)
            .where(schema.person.c.id == row.person)
        ).first()
    who, team = (by.display_name, by.name or "") if by is not None else ("", "")
    return Found(row.id, from_micros(row.at), who, team, certain, msgspec.json.decode(row.context))


def take(store: Store, now: datetime, person: str, identity: str) -> None:
    """This person goes on with it: nobody else finds it any more. Raises Problem 404 and 409."""
    with store.write() as connection:
        store.exclusive(connection, f"handover {identity}")
        taken = connection.execute(
            select(handover.c.taken_by).where(handover.c.id == identity, handover.c.at >= to_micros(now - KEPT))
        ).scalar()
        if taken is None:
            raise Problem(404, "There is no such handover, or its day is over.")
        if taken not in ("", person):
            raise Problem(409, "Somebody else has gone on with this call.")
        connection.execute(update(handover).where(handover.c.id == identity).values(taken_by=person))


def _by_name(connection: Connection, now: datetime, person: str, names: Sequence[str]) -> Row[Any] | None:
    if not names:
        return None
    return connection.execute(
        select(handover)
        .join_from(handover_name, handover, handover_name.c.handover == handover.c.id)
        .where(handover_name.c.name.in_(names), *_open(now - KEPT, person))
        .order_by(handover.c.at.desc(), handover.c.id.desc())
        .limit(1)
    ).first()


def _by_number(connection: Connection, store: Store, now: datetime, person: str, asked: Asked) -> Row[Any] | None:
    rows = connection.execute(
        select(handover).where(
            handover.c.number == _hashed(store, asked.number),
            handover.c.target_person.in_(("", person)),
            *_open(now - NUMBER_WITHIN, person),
        )
    ).all()
    reached = {name.strip().casefold() for name in asked.reached if name.strip()}
    dialled = [row for row in rows if row.target_person == person or row.target in reached]
    if len(dialled) == 1:
        return dialled[0]
    if len(rows) != 1 or dialled:
        return None
    row = rows[0]
    ours = {*asked.names, *_names_of(connection, row.id)}
    return None if _others_on(connection, asked.number, ours) else row


def _open(since: datetime, person: str) -> tuple[Any, ...]:
    """Not the asker's own, and nobody else has gone on with it."""
    return handover.c.at >= to_micros(since), handover.c.person != person, handover.c.taken_by.in_(("", person))


def _names_of(connection: Connection, identity: str) -> set[str]:
    return set(connection.execute(select(handover_name.c.name).where(handover_name.c.handover == identity)).scalars())


def _others_on(connection: Connection, number: str, ours: Iterable[str]) -> bool:
    """Whether another call of this number is under way, as far as the phone systems at the hub tell."""
    known = set(ours)
    rows = connection.execute(
        select(phone_leg.c.event).where(phone_leg.c.is_over == 0, phone_leg.c.event.contains(number))
    )
    for row in rows:
        try:
            event = from_json(row.event)
        except WrongProtocol:
            continue
        if event.ani_e164 == number and not known & {event.leg_id, event.call_id, event.linked_id}:
            return True
    return False


def _on_the_line(connection: Connection, names: Sequence[str]) -> set[str]:
    """Whose phone has this interaction now."""
    if not names:
        return set()
    legs = phone_leg.c.linked.in_(names), phone_leg.c.is_over == 0
    return set(connection.execute(select(phone_leg.c.person).where(*legs)).scalars())


def _hashed(store: Store, number: str) -> bytes | None:
    return store.keyed_hash("handover number", number) if number else None


def _forget(connection: Connection, now: datetime) -> None:
    old = select(handover.c.id).where(handover.c.at < to_micros(now - KEPT))
    connection.execute(delete(handover_name).where(handover_name.c.handover.in_(old)))
    connection.execute(delete(handover).where(handover.c.at < to_micros(now - KEPT)))
