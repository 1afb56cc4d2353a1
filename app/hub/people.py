"""People, their sessions and their tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from uuid_utils import uuid7

from app.domain.person import AgentSession, Person, Role
from app.hub import schema
from app.hub.administration.access import admit, hold_door, settle_moves
from app.hub.administration.tables import person_standing
from app.hub.audit import audit
from app.hub.credentials import (
    SIGN_IN_PER_ADDRESS,
    SIGN_IN_PER_USER,
    Passwords,
    new_token,
    note_failure,
    token_digest,
    wait_seconds,
)
from app.hub.errors import Problem
from app.hub.identity.leases import extend_lease
from app.hub.identity.tokens import end_family, forget_old, issue_access, start_family
from app.hub.moment import from_micros, to_micros
from app.hub.store import Store, settings_of

SESSION_LASTS = timedelta(hours=12)
# Long enough for events that waited out a holiday on a desktop that was switched off.
DEVICE_TOKEN_LASTS = timedelta(days=90)

_DEVICE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_SITE = {
    "site_region": "GB",
    "site_currency": "GBP",
    "site_name": "",
    "site_policy": "uk",
    "site_timezone": "Europe/London",
}
_WRONG = "The user name or the password is wrong."


@dataclass(frozen=True, slots=True)
class Credential:
    """What a token stands for. `device_only`: it may send events and nothing else; `home_team`: that of the device.

    `must_change`: the person has a one-time password, and has to set an own one before anything else.
    """

    session: AgentSession
    device_only: bool
    home_team: str
    must_change: bool = False

    @property
    def source(self) -> str:
        """The only event source that this credential may send for."""
        return f"/devices/{self.session.device_id}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session with its two tokens; the tokens are known here and now only. `must_change`: see `Credential`.

    `lasts`: how long the first one opens the API; `lease`: how long sessions may be begun there without the hub.
    """

    session: AgentSession
    token: str
    device_token: str
    must_change: bool = False
    lasts: timedelta = SESSION_LASTS
    lease: timedelta = timedelta(0)


def add_person(connection: Connection, person: Person, user_name: str, password_hash: str) -> None:
    """Adds a person who may sign in."""
    connection.execute(
        insert(schema.person).values(
            id=person.id,
            user_name=user_name.casefold(),
            display_name=person.display_name,
            first_name=person.first_name,
            team=person.team,
            roles=" ".join(person.roles),
            teams=" ".join(person.teams),
            password=password_hash,
        )
    )


def sign_in(
    store: Store,
    passwords: Passwords,
    now: datetime,
    *,
    user: str,
    password: str,
    device: tuple[str, str],
    address: str,
    refresh: bytes | None = None,
) -> SignedIn:
    """Opens a session; `device` is its id and its name, `address` the network address that asks.

    `refresh` is the SHA-256 of the desktop's refresh token: then the access token lives for minutes. Without, for a
    desktop that does not renew, it lives as long as the session.

    Raises Problem 401 (the same for an unknown user and a wrong password), 429 after too many failures, 400 for a
    device id that is none.
    """
    device_id = checked_device(device[0])
    user_name = user.casefold()
    # Hashed under the store's key: the list of failures names neither people nor addresses.
    limits = (
        (store.keyed_hash("sign-in", user_name, address), SIGN_IN_PER_USER),
        (store.keyed_hash("sign-in", address), SIGN_IN_PER_ADDRESS),
    )
    settle_moves(store, to_micros(now))
    with store.read() as connection:
        wait = max(wait_seconds(connection, about, limit, now) for about, limit in limits)
        row = connection.execute(select(schema.person).where(schema.person.c.user_name == user_name)).first()
    if wait:
        raise Problem(429, "Too many failed sign-ins. Wait, then try again.", retry_after=wait)
    if not passwords.fits(password, None if row is None else row.password) or row is None:
        with store.write() as connection:
            for about, _ in limits:
                note_failure(connection, about, now)
            about_whom = "" if row is None else str(row.id)
            facts = {"person": about_whom, "device": device_id, "about": "", "detail": "refused"}
            audit(connection, store.key, now, "sign-in", **facts)
        raise Problem(401, _WRONG)
    with store.write() as connection:
        hold_door(store, connection)
        store.exclusive(connection, f"device {device_id}")
        # As he is now: checking a password takes a while, in which it may be reset, or a role be taken away.
        fresh = connection.execute(select(schema.person).where(schema.person.c.id == row.id)).first()
        if fresh is None or fresh.password != row.password:
            raise Problem(401, _WRONG)
        return open_session(connection, person_of(fresh), device, now, refresh)


def credential_of(store: Store, token: str, now: datetime) -> Credential:
    """What a token stands for; raises Problem 401 for one that is unknown, ended or expired."""
    tokens, sessions, devices = schema.token, schema.agent_session, schema.device
    with store.read() as connection:
        row = connection.execute(
            select(tokens.c.kind, devices.c.home_team, person_standing.c.must_change, sessions)
            .join(sessions, sessions.c.id == tokens.c.session)
            .join(devices, devices.c.id == sessions.c.device)
            .outerjoin(person_standing, person_standing.c.person == sessions.c.person)
            .where(
                tokens.c.digest == token_digest(token),
                tokens.c.expires_at > to_micros(now),
                tokens.c.revoked_at.is_(None),
            )
        ).first()
        if row is None:
            raise Problem(401, "The session is not known or over. Sign in again.")
        return Credential(_session(connection, row), row.kind == "device", row.home_team, bool(row.must_change))


def sign_out(store: Store, token: str, now: datetime) -> None:
    """Ends a session's tokens; the device's token goes on, so that what is unsent still goes out."""
    with store.write() as connection:
        of_it = select(schema.token.c.session).where(schema.token.c.digest == token_digest(token))
        session = connection.execute(of_it).scalar()
        if session is not None:
            end_family(connection, session, now)


def team_members(connection: Connection, team: str) -> dict[str, str]:
    """The ids and shown names of the agents in a team."""
    rows = connection.execute(select(schema.person).where(schema.person.c.team == team))
    return {row.id: row.display_name for row in rows if Role.AGENT in person_of(row).roles}


def names_of(connection: Connection, people: Iterable[str]) -> dict[str, str]:
    """The shown names of these people, by id."""
    table = schema.person
    rows = connection.execute(select(table.c.id, table.c.display_name).where(table.c.id.in_(list(people))))
    return {row.id: row.display_name for row in rows}


def team_name(connection: Connection, team: str) -> str | None:
    """A team's name, or None where there is no such team."""
    return connection.execute(select(schema.team.c.name).where(schema.team.c.id == team)).scalar()


def checked_device(device_id: str) -> str:
    """The id where it is one; raises Problem 400."""
    if not _DEVICE_ID.fullmatch(device_id):
        raise Problem(400, "The device id must be 1 to 64 letters, digits, dots, dashes or underscores.")
    return device_id


def open_session(
    connection: Connection, person: Person, device: tuple[str, str], now: datetime, refresh: bytes | None
) -> SignedIn:
    """Opens a session for somebody who has shown who he is, within the caller's transaction; see `sign_in`."""
    device_id, until = device[0], now + SESSION_LASTS
    must_change = admit(connection, person.id, device_id)
    _see_device(connection, device_id, device[1], person.team, to_micros(now))
    session = issue_session(connection, str(uuid7()), person, device_id, now, until)
    forget_old(connection, now)
    if refresh is None:
        token, lasts = _issue(connection, "person", session.id, now, SESSION_LASTS), SESSION_LASTS
    else:
        start_family(connection, session.id, refresh, until)
        token, lasts = issue_access(connection, session.id, until, now)
    device_token = _issue(connection, "device", session.id, now, DEVICE_TOKEN_LASTS)
    lease = extend_lease(connection, device_id, person.id, now)
    return SignedIn(session, token, device_token, must_change, lasts, lease)


def issue_session(
    connection: Connection, session_id: str, person: Person, device_id: str, begins: datetime, until: datetime
) -> AgentSession:
    """Writes an agent session down, with who the person is today."""
    connection.execute(
        insert(schema.agent_session).values(
            id=session_id,
            person=person.id,
            device=device_id,
            team=person.team,
            team_name=team_name(connection, person.team) or person.team,
            display_name=person.display_name,
            first_name=person.first_name,
            roles=" ".join(person.roles),
            teams=" ".join(person.teams),
            signed_in_at=to_micros(begins),
            expires_at=to_micros(until),
        )
    )
    found = session_by_id(connection, session_id)
    assert found is not None
    return found


def session_by_id(connection: Connection, session_id: str) -> AgentSession | None:
    """An agent session, or None."""
    row = connection.execute(select(schema.agent_session).where(schema.agent_session.c.id == session_id)).first()
    return None if row is None else _session(connection, row)


def person_by(connection: Connection, *, user_name: str = "", person_id: str = "") -> Person | None:
    """Somebody by his user name or his id, or None."""
    who = schema.person.c.id == person_id if person_id else schema.person.c.user_name == user_name.casefold()
    row = connection.execute(select(schema.person).where(who)).first()
    return None if row is None else person_of(row)


def _issue(connection: Connection, kind: str, session: str, now: datetime, lasts: timedelta) -> str:
    token = new_token()
    expires_at = to_micros(now + lasts)
    connection.execute(
        insert(schema.token).values(digest=token_digest(token), kind=kind, session=session, expires_at=expires_at)
    )
    return token


def _see_device(connection: Connection, device_id: str, name: str, team: str, at: int) -> None:
    devices = schema.device
    seen = connection.execute(update(devices).where(devices.c.id == device_id).values(name=name, last_seen=at))
    if seen.rowcount == 0:
        connection.execute(insert(devices).values(id=device_id, name=name, first_seen=at, last_seen=at, home_team=team))


def person_of(row: Row[Any]) -> Person:
    """A row of the table `person` as a person."""
    return Person(
        id=row.id,
        display_name=row.display_name,
        first_name=row.first_name,
        team=row.team,
        roles=tuple(Role(role) for role in row.roles.split()),
        teams=tuple(row.teams.split()),
    )


def _session(connection: Connection, row: Row[Any]) -> AgentSession:
    site = settings_of(connection, _SITE)
    return AgentSession(
        id=row.id,
        person=Person(
            id=row.person,
            display_name=row.display_name,
            first_name=row.first_name,
            team=row.team,
            roles=tuple(Role(role) for role in row.roles.split()),
            teams=tuple(row.teams.split()),
        ),
        device_id=row.device,
        team_name=row.team_name,
        site_region=site["site_region"],
        currency=site["site_currency"],
        company=site["site_name"],
        policy=site["site_policy"],
        timezone=site["site_timezone"],
        signed_in_at=from_micros(row.signed_in_at),
        expires_at=from_micros(row.expires_at),
    )
