"""How long somebody may begin sessions on a device while the hub cannot be reached."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from app.hub.identity.tables import lease
from app.hub.moment import to_micros
from app.hub.store import setting

LONGEST = timedelta(days=7)
"""Cached accounts are kept no longer either (resources/help/security.md)."""


def extend_lease(connection: Connection, device: str, person: str, now: datetime) -> timedelta:
    """Renews a person's lease on a device, within the caller's transaction; how long it runs from now on.

    The site's setting `lease_days` shortens it; 0: nobody begins a session without the hub.
    """
    days = setting(connection, "lease_days", "7")
    lasts = min(LONGEST, timedelta(days=int(days))) if days.isascii() and days.isdigit() else LONGEST
    until, of_them = to_micros(now + lasts), (lease.c.device == device, lease.c.person == person)
    if connection.execute(update(lease).where(*of_them).values(until=until, revoked_at=None)).rowcount == 0:
        row = {"device": device, "person": person, "first_at": to_micros(now), "until": until}
        connection.execute(insert(lease).values(**row))
    return lasts


def held_lease(connection: Connection, device: str, person: str, at: int) -> bool:
    """Whether the person had a lease on the device at that time (microseconds)."""
    found = connection.execute(select(lease).where(lease.c.device == device, lease.c.person == person)).first()
    return found is not None and found.revoked_at is None and found.first_at <= at <= found.until
