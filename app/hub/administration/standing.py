"""A person's standing: disabled or not, with an own password or a one-time one."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from app.hub.administration.tables import person_standing


def set_standing(connection: Connection, person: str, **values: int | None) -> None:
    """Sets `disabled_at` or `must_change`; the other stays."""
    changed = connection.execute(
        update(person_standing).where(person_standing.c.person == person).values(**values)
    ).rowcount
    if not changed:
        connection.execute(insert(person_standing).values(**{"person": person, "must_change": 0, **values}))
