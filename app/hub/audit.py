"""The audit trail: who sent what was refused. Ids only, never a name, a number, a factor or a body."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from app.hub import schema
from app.hub.moment import to_micros


def audit(
    connection: Connection, now: datetime, kind: str, *, person: str, device: str, about: str, detail: str
) -> None:
    """Adds a row within the caller's transaction."""
    connection.execute(
        insert(schema.audit).values(
            at=to_micros(now), kind=kind, person=person, device=device, about=about, detail=detail
        )
    )
