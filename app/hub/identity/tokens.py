"""Access tokens that live for minutes, and the refresh tokens that renew them.

Each renewal uses up one refresh token and names the next one by its digest: the desktop draws the secret itself and has
it on its disk before it asks. So an answer that is lost costs nothing: the same request again, with the same successor,
is known for a repeat and answered anew, however much later. Whoever comes with a token that is used up and another
successor has a copy of it that he should not have: then the whole family is revoked, the thief's and the owner's, and
the audit trail says so (RFC 9700, section 4.14.2).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.hub import schema
from app.hub.administration.access import admit, hold_door
from app.hub.audit import audit
from app.hub.credentials import new_token, token_digest
from app.hub.errors import Problem
from app.hub.identity.leases import extend_lease
from app.hub.identity.tables import refresh
from app.hub.moment import from_micros, to_micros
from app.hub.store import Store

ACCESS_LASTS = timedelta(minutes=15)

_OVER = "The session is not known or over. Sign in again."
_COPIED = "This session's key was used twice, so the session was ended to be safe. Sign in again."


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new access token of a session; `lasts` from now on."""

    session: str
    token: str
    lasts: timedelta
    lease: timedelta


def start_family(connection: Connection, session: str, digest: bytes, until: datetime) -> None:
    """Takes the first refresh token of a session, which the desktop drew itself; raises Problem 400 for a known one."""
    _keep(connection, session, digest, to_micros(until))


def issue_access(connection: Connection, session: str, until: datetime, now: datetime) -> tuple[str, timedelta]:
    """A token that opens the API for minutes, and for how long: never beyond the session's end."""
    token, lasts = new_token(), min(ACCESS_LASTS, until - now)
    connection.execute(
        insert(schema.token).values(
            digest=token_digest(token), kind="person", session=session, expires_at=to_micros(now + lasts)
        )
    )
    return token, lasts


def renew(store: Store, secret: str, successor: bytes, now: datetime) -> Renewed:
    """A new access token for a refresh token, which is used up by it; the same request again gets another answer.

    `successor` is the SHA-256 of the next refresh token. Raises Problem 401 for a token that is unknown, over or used
    otherwise before, and what `admit` raises for people and devices that are no longer let in.
    """
    digest = token_digest(secret)
    with store.read() as connection:
        if connection.execute(select(refresh.c.session).where(refresh.c.digest == digest)).first() is None:
            raise Problem(401, _OVER)
    with store.write() as connection:
        hold_door(store, connection)
        # One at a time: of two that come with the same token, the second must see the first.
        row = connection.execute(select(refresh).where(refresh.c.digest == digest).with_for_update()).first()
        if row is None:
            # Forgotten since, because its session is over.
            raise Problem(401, _OVER)
        session = connection.execute(select(schema.agent_session).where(schema.agent_session.c.id == row.session)).one()
        if row.revoked_at is not None or row.expires_at <= to_micros(now) or _was_ended(connection, row.session):
            raise Problem(401, _OVER)
        copied = row.used_at is not None and not hmac.compare_digest(row.successor, successor)
        if not copied:
            return _renewed(connection, row, session, successor, now)
        end_family(connection, row.session, now)
        facts = {"person": session.person, "device": session.device, "about": row.session}
        audit(connection, store.key, now, "refresh-reused", **facts, detail="the session was ended")
    # Outside of the transaction, which has to be kept.
    raise Problem(401, _COPIED)


def end_family(connection: Connection, session: str, now: datetime) -> None:
    """Ends what a session was signed in with; its device's token goes on, so that what is unsent still goes out."""
    at, tokens = to_micros(now), schema.token
    connection.execute(
        update(tokens)
        .where(tokens.c.session == session, tokens.c.kind == "person", tokens.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    connection.execute(
        update(refresh).where(refresh.c.session == session, refresh.c.revoked_at.is_(None)).values(revoked_at=at)
    )


def forget_old(connection: Connection, now: datetime) -> None:
    """Deletes the refresh tokens of sessions that are over."""
    connection.execute(delete(refresh).where(refresh.c.expires_at <= to_micros(now)))


def _renewed(connection: Connection, row: Row[Any], session: Row[Any], successor: bytes, now: datetime) -> Renewed:
    admit(connection, session.person, session.device)
    if row.used_at is None:
        _keep(connection, row.session, successor, row.expires_at)
        connection.execute(
            update(refresh).where(refresh.c.digest == row.digest).values(used_at=to_micros(now), successor=successor)
        )
    elif connection.execute(select(refresh.c.used_at).where(refresh.c.digest == successor)).scalar() is not None:
        # An old request that comes once more, long after its answer was used: nobody's but a network's doing.
        raise Problem(401, _OVER)
    tokens = schema.token
    connection.execute(
        delete(tokens).where(
            tokens.c.session == row.session,
            tokens.c.kind == "person",
            tokens.c.revoked_at.is_(None),
            tokens.c.expires_at <= to_micros(now),
        )
    )
    token, lasts = issue_access(connection, row.session, from_micros(session.expires_at), now)
    lease = extend_lease(connection, session.device, session.person, now)
    return Renewed(row.session, token, lasts, lease)


def _was_ended(connection: Connection, session: str) -> bool:
    """Whether an administrator, or signing out, has ended the session's tokens."""
    tokens = schema.token
    ended = select(tokens.c.digest).where(
        tokens.c.session == session, tokens.c.kind == "person", tokens.c.revoked_at.is_not(None)
    )
    return connection.execute(ended.limit(1)).first() is not None


def _keep(connection: Connection, session: str, digest: bytes, expires_at: int) -> None:
    if connection.execute(select(refresh.c.session).where(refresh.c.digest == digest)).first() is not None:
        raise Problem(400, "This refresh token was given before. Draw a new one at random each time.")
    connection.execute(insert(refresh).values(digest=digest, session=session, expires_at=expires_at))
