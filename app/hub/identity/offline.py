"""Sessions that a device began while the hub could not be reached: signed there, countersigned here.

A session that is not countersigned stays unknown, so each of its events is refused and audited like any other of a
session that the hub did not issue (safety.md, row 22); none is ever rewritten to fit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from sqlalchemy import Connection, insert, select

from app.domain.person import AgentSession
from app.hub.administration.access import admit, hold_door, team_at
from app.hub.audit import audit
from app.hub.errors import Problem
from app.hub.identity.leases import held_lease
from app.hub.identity.tables import device_key
from app.hub.moment import to_micros
from app.hub.people import SESSION_LASTS, issue_session, person_by, session_by_id
from app.hub.store import Store
from app.hub.strict_json import read_as
from app.security.signatures import PublicKey

# How far the device's idea of our clock may be ahead of it.
_AHEAD = timedelta(minutes=2)


class Statement(msgspec.Struct, frozen=True):
    """What the device says of the session: its id, whose it is, where and (by the hub's clock) when it began."""

    session: Annotated[
        str, msgspec.Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    ]
    person: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    device: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    began_at: Annotated[datetime, msgspec.Meta(tz=True)]


def register_key(store: Store, session: AgentSession, public: bytes, now: datetime) -> None:
    """Takes the key of the device that the session is on; raises Problem 409, audited, where it has another one."""
    with store.write() as connection:
        store.exclusive(connection, f"device {session.device_id}")
        known = _key_of(connection, session.device_id)
        if known == public:
            return
        if known is None:
            row = {"device": session.device_id, "public": public, "registered_at": to_micros(now)}
            connection.execute(insert(device_key).values(**row))
            return
        _audit(connection, store, now, session.person.id, session.device_id, session.id, "another key")
    raise Problem(409, "This device has another key. Begin a new store, which gets a device id of its own.")


def countersign(store: Store, device_id: str, text: str, signature: bytes, now: datetime) -> AgentSession:
    """Makes a session that `device_id` began offline the hub's own; one that is so already is given back.

    Raises Problem 400 for what is no statement, 403 (audited) where device, person, lease or time do not fit.
    """
    said = read_as(text.encode("utf-8", "surrogatepass"), Statement)
    with store.write() as connection:
        hold_door(store, connection)
        store.exclusive(connection, f"device {device_id}")
        reason = _reason_against(connection, said, device_id, text, signature, now)
        person = person_by(connection, person_id=said.person)
        if not reason and person is not None:
            known = session_by_id(connection, said.session)
            if known is not None:
                return known
            until = said.began_at + SESSION_LASTS
            # Calls count for the team in which they were made, also where it is told after a move.
            was_in = team_at(connection, person.id, to_micros(said.began_at), person.team)
            then = replace(person, team=was_in)
            session = issue_session(connection, said.session, then, device_id, said.began_at, until)
            _audit(connection, store, now, person.id, device_id, said.session, "countersigned")
            return session
        known_person = "" if person is None else person.id
        _audit(connection, store, now, known_person, device_id, said.session, reason or "no such person")
    raise Problem(403, f"This session was begun without the hub and is not accepted: {reason or 'no such person'}.")


def _reason_against(
    connection: Connection, said: Statement, device_id: str, text: str, signature: bytes, now: datetime
) -> str:
    """Why the session is not accepted; "" where everything fits."""
    public = _key_of(connection, device_id)
    if said.device != device_id:
        return "it is another device's"
    if public is None or not PublicKey(public).signed(text.encode("utf-8", "surrogatepass"), signature):
        return "it is not signed with the device's key"
    known = session_by_id(connection, said.session)
    if known is not None:
        same = (known.person.id, known.device_id, known.signed_in_at) == (said.person, device_id, said.began_at)
        return "" if same else "its id is another session's"
    try:
        admit(connection, said.person, device_id)
    except Problem:
        return "the person or the device is no longer let in"
    if said.began_at > now + _AHEAD:
        return "it begins in the future"
    if not held_lease(connection, device_id, said.person, to_micros(said.began_at)):
        return "it lies outside of the time for which this device could work without the hub"
    return ""


def _key_of(connection: Connection, device: str) -> bytes | None:
    found = connection.execute(select(device_key.c.public).where(device_key.c.device == device)).scalar()
    return None if found is None else bytes(found)


def _audit(
    connection: Connection, store: Store, now: datetime, person: str, device: str, session: str, detail: str
) -> None:
    audit(connection, store.key, now, "offline-session", person=person, device=device, about=session, detail=detail)
