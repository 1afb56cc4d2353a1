"""Who may come in just now: what signing in and every request ask of administration."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from app.hub import schema
from app.hub.administration.tables import person_standing, team_membership, withdrawn_device
from app.hub.errors import Problem
from app.hub.identity.tables import lease, refresh
from app.hub.store import Store

_DEVICE = "device"
_DOOR = "coming in"


def hold_door(store: Store, connection: Connection) -> None:
    """For a transaction that lets somebody in: while it runs, no administrator shuts anybody out.

    To be asked for before anything is looked at. Otherwise what has just been ended for somebody would not include what
    he is being given at that moment, since neither transaction sees the other.
    """
    store.shared(connection, _DOOR)


def shut_door(store: Store, connection: Connection) -> None:
    """For a transaction that may shut people out: waits for those who are coming in, and lets nobody in meanwhile."""
    store.exclusive(connection, _DOOR)


def admit(connection: Connection, person: str, device: str) -> bool:
    """Lets a person whose sign-in is right open a session on a device; whether his password has to be changed first.

    Raises Problem 401 for a person who is disabled, 403 for a device that was withdrawn.
    """
    standing = connection.execute(select(person_standing).where(person_standing.c.person == person)).first()
    if standing is not None and standing.disabled_at is not None:
        raise Problem(401, "This sign-in is disabled. Ask your administrator.")
    if connection.execute(select(withdrawn_device).where(withdrawn_device.c.device == device)).first() is not None:
        raise Problem(403, "This device was withdrawn. Ask your administrator.")
    return standing is not None and bool(standing.must_change)


def settle_moves(store: Store, now: int) -> None:
    """Puts those into their new team whose move has come due; `now` in microseconds."""
    due = select(team_membership).where(team_membership.c.done == 0, team_membership.c.since <= now)
    with store.read() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return
    with store.write() as connection:
        take_over_moves(connection, now)


def take_over_moves(connection: Connection, now: int) -> None:
    """The same within the caller's transaction, which reads nothing where no move is due."""
    due = select(team_membership).where(team_membership.c.done == 0, team_membership.c.since <= now)
    for row in connection.execute(due.order_by(team_membership.c.since)).all():
        connection.execute(update(schema.person).where(schema.person.c.id == row.person).values(team=row.team))
        connection.execute(
            update(team_membership)
            .where(team_membership.c.person == row.person, team_membership.c.since == row.since)
            .values(done=1)
        )


def team_at(connection: Connection, person: str, at: int, now_in: str) -> str:
    """The team in which a person was at a time (microseconds); `now_in` for somebody who was never moved."""
    moves = team_membership
    was_in = select(moves.c.team).where(moves.c.person == person, moves.c.since <= at)
    return connection.execute(was_in.order_by(moves.c.since.desc()).limit(1)).scalar() or now_in


def end_sessions(
    connection: Connection, now: int, *, person: str = "", device: str = "", and_devices: bool = False, but: str = ""
) -> int:
    """Revokes what a person, or whoever is at a device, is signed in with; how many sessions that were.

    Leases end, too, so that nothing begins offline any more. The devices' own tokens, by which what was recorded before
    still comes in, end only where `and_devices` says so. The session `but` goes on.
    """
    token, session = schema.token, schema.agent_session
    whose = session.c.person == person if person else session.c.device == device
    of_them = select(session.c.id).where(whose, session.c.id != but)
    live = (token.c.session.in_(of_them), token.c.revoked_at.is_(None), token.c.expires_at > now)
    kinds = () if and_devices else (token.c.kind != _DEVICE,)
    ended = connection.execute(select(token.c.session).where(*live, *kinds).distinct()).all()
    connection.execute(update(token).where(*live, *kinds).values(revoked_at=now))
    connection.execute(
        update(refresh).where(refresh.c.session.in_(of_them), refresh.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    whose_lease = lease.c.person == person if person else lease.c.device == device
    if not but:
        connection.execute(update(lease).where(whose_lease, lease.c.revoked_at.is_(None)).values(revoked_at=now))
    return len(ended)
