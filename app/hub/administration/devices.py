"""Devices and tokens: which there are, and their end."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from app.hub import schema
from app.hub.administration.access import end_sessions
from app.hub.administration.messages import (
    DeviceNamed,
    Devices,
    DeviceShown,
    Done,
    Nothing,
    Tokens,
    TokenShown,
    TokensOf,
)
from app.hub.administration.names import person_called
from app.hub.administration.office import Office
from app.hub.administration.tables import withdrawn_device
from app.hub.errors import Problem
from app.hub.moment import from_micros
from app.hub.push import SIGN_OUT, publish_within


def list_devices(office: Office, _: Nothing) -> Devices:
    """Every device that somebody ever signed in on."""
    device, session, people = schema.device, schema.agent_session, schema.person
    with office.store.read() as connection:
        latest = select(session.c.device, func.max(session.c.signed_in_at).label("at")).group_by(session.c.device)
        last = latest.subquery()
        users = connection.execute(
            select(session.c.device, people.c.user_name)
            .join(last, (last.c.device == session.c.device) & (last.c.at == session.c.signed_in_at))
            .join(people, people.c.id == session.c.person)
        )
        last_user = {row.device: row.user_name for row in users}
        rows = connection.execute(
            select(device, withdrawn_device.c.withdrawn_at)
            .outerjoin(withdrawn_device, withdrawn_device.c.device == device.c.id)
            .order_by(device.c.last_seen.desc(), device.c.id)
        ).all()
    return Devices(
        [
            DeviceShown(
                device=row.id,
                name=row.name,
                home_team=row.home_team,
                first_seen=from_micros(row.first_seen),
                last_seen=from_micros(row.last_seen),
                last_user=last_user.get(row.id, ""),
                withdrawn_at=None if row.withdrawn_at is None else from_micros(row.withdrawn_at),
            )
            for row in rows
        ]
    )


def withdraw_device(office: Office, asked: DeviceNamed) -> Done:
    """For a device that was lost or stolen: every token of it ends, nothing comes in from it, nobody signs in on it.

    What it had not sent is lost with it.
    """
    session = schema.agent_session
    with office.change() as connection:
        device = _known(connection, asked.device)
        if connection.execute(select(withdrawn_device).where(withdrawn_device.c.device == device)).first() is None:
            connection.execute(insert(withdrawn_device).values(device=device, withdrawn_at=office.micros))
        ended = end_sessions(connection, office.micros, device=device, and_devices=True)
        # Whoever is signed in there; elsewhere his stream comes back by itself.
        people = select(session.c.person).where(session.c.device == device, session.c.expires_at > office.micros)
        for person in sorted(set(connection.execute(people).scalars())):
            publish_within(connection, office.store, office.now, SIGN_OUT, {}, person=person)
        office.note(connection, "device-withdrawn", device)
    return Done(ended)


def restore_device(office: Office, asked: DeviceNamed) -> Done:
    """Lets people sign in on a device again that was withdrawn."""
    with office.change() as connection:
        device = _known(connection, asked.device)
        connection.execute(delete(withdrawn_device).where(withdrawn_device.c.device == device))
        office.note(connection, "device-restored", device)
    return Done()


def list_tokens(office: Office, _: Nothing) -> Tokens:
    """Tokens that open something now."""
    token, session, people = schema.token, schema.agent_session, schema.person
    with office.store.read() as connection:
        rows = connection.execute(
            select(people.c.user_name, token.c.kind, session.c.device, session.c.signed_in_at, token.c.expires_at)
            .join(session, session.c.id == token.c.session)
            .join(people, people.c.id == session.c.person)
            .where(token.c.revoked_at.is_(None), token.c.expires_at > office.micros)
            .order_by(people.c.user_name, session.c.device, session.c.signed_in_at, token.c.kind)
        ).all()
    return Tokens(
        [
            TokenShown(row.user_name, row.kind, row.device, from_micros(row.signed_in_at), from_micros(row.expires_at))
            for row in rows
        ]
    )


def revoke_tokens(office: Office, asked: TokensOf) -> Done:
    """Ends everything a person is signed in with; he may sign in again."""
    with office.change() as connection:
        person = person_called(connection, asked.user)
        ended = office.sign_out(connection, person.id, and_devices=asked.and_devices)
        office.note(connection, "tokens-revoked", person.id, "devices too" if asked.and_devices else "")
    return Done(ended)


def _known(connection: Connection, device: str) -> str:
    if connection.execute(select(schema.device.c.id).where(schema.device.c.id == device)).first() is None:
        raise Problem(404, "There is no such device.")
    return device
