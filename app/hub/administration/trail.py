"""The audit trail, for reading and checking."""

from __future__ import annotations

from sqlalchemy import select

from app.hub import schema
from app.hub.administration.messages import Nothing, TrailChecked, TrailRow, TrailRows, TrailWanted
from app.hub.administration.office import Office
from app.hub.audit import verify
from app.hub.moment import from_micros


def list_trail(office: Office, asked: TrailWanted) -> TrailRows:
    """Rows after a number, oldest first."""
    trail = schema.audit
    wanted = select(trail).where(trail.c.number > asked.after)
    if asked.kind:
        wanted = wanted.where(trail.c.kind == asked.kind)
    with office.store.read() as connection:
        rows = connection.execute(wanted.order_by(trail.c.number).limit(asked.limit)).all()
    return TrailRows(
        [
            TrailRow(row.number, from_micros(row.at), row.kind, row.person, row.device, row.about, row.detail)
            for row in rows
        ]
    )


def verify_trail(office: Office, _: Nothing) -> TrailChecked:
    """Checks the chain from the first row to the last."""
    with office.store.read() as connection:
        trail = verify(connection, office.store.key)
    return TrailChecked(trail.sound, trail.broken, trail.head)
