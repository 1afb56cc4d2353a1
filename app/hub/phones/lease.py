"""Which of several hub processes listens to a switch: the one whose name stands in a row, and is renewed there."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from app.hub.moment import to_micros
from app.hub.phones.tables import phone_lease
from app.hub.store import Store

LASTS = timedelta(seconds=10)
"""So long after the last renewal another process takes over."""


def take_lease(store: Store, switch: str, holder: str, now: datetime) -> bool:
    """Takes or renews the lease; whether it is ours now. The clocks of the hub's machines have to agree."""
    lease = phone_lease
    until = to_micros(now + LASTS)
    with store.write() as connection:
        store.exclusive(connection, f"lease {switch}")
        free = or_(lease.c.holder == holder, lease.c.until < to_micros(now))
        ours = connection.execute(
            update(lease).where(lease.c.switch == switch, free).values(holder=holder, until=until)
        )
        if ours.rowcount:
            return True
        if connection.execute(select(lease.c.holder).where(lease.c.switch == switch)).first() is not None:
            return False
        connection.execute(insert(lease).values(switch=switch, holder=holder, until=until))
        return True


def give_back(store: Store, switch: str, holder: str) -> None:
    """Lets another process take over at once."""
    with store.write() as connection:
        connection.execute(delete(phone_lease).where(phone_lease.c.switch == switch, phone_lease.c.holder == holder))
