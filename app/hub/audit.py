"""The audit trail: who sent what was refused. Ids only, never a name, a number, a factor or a body.

Each row carries a keyed hash of itself and of the row before. Whoever changes, adds or removes a row in the database
without the hub's key breaks the chain there, and `verify` names the row. The newest rows can still be cut off; keeping
the last digest elsewhere (`cuecard hub audit --verify` prints it) shows that, too.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, text, update

from app.hub import schema
from app.hub.moment import to_micros

_PAGE = 1000
_NOTHING = b""


@dataclass(frozen=True, slots=True)
class Trail:
    """What checking the trail found: how many rows are sound, the first row that is not (None: all are), the head."""

    sound: int
    broken: int | None
    head: str


def audit(
    connection: Connection, key: bytes, now: datetime, kind: str, *, person: str, device: str, about: str, detail: str
) -> None:
    """Adds a row within the caller's transaction."""
    trail = schema.audit
    if connection.dialect.name == "postgresql":
        # One at a time, since each row needs the one before. Readers go on.
        connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    last = connection.execute(select(trail.c.number, trail.c.digest).order_by(trail.c.number.desc()).limit(1)).first()
    row = {
        "number": 1 if last is None else last.number + 1,
        "at": to_micros(now),
        "kind": kind,
        "person": person,
        "device": device,
        "about": about,
        "detail": detail,
    }
    before = _NOTHING if last is None else last.digest
    connection.execute(insert(trail).values(**row, digest=_digest(key, before, tuple(row.values()))))


def seal(connection: Connection, key: bytes) -> None:
    """Chains the rows of a database that was made before there was a chain."""
    trail = schema.audit
    if connection.execute(select(trail.c.number).where(trail.c.digest.is_(None)).limit(1)).first() is None:
        return
    before = _NOTHING
    for row in connection.execute(select(trail).order_by(trail.c.number)).all():
        before = _digest(key, before, _content(row)) if row.digest is None else row.digest
        connection.execute(update(trail).where(trail.c.number == row.number).values(digest=before))


def verify(connection: Connection, key: bytes) -> Trail:
    """Checks every row against the one before."""
    trail = schema.audit
    before, sound = _NOTHING, 0
    ordered = select(trail).order_by(trail.c.number)
    with connection.execute(ordered, execution_options={"yield_per": _PAGE}) as rows:
        for row in rows:
            expected = _digest(key, before, _content(row))
            if row.number != sound + 1 or not hmac.compare_digest(expected, row.digest or b""):
                return Trail(sound, row.number, before.hex())
            before, sound = expected, sound + 1
    return Trail(sound, None, before.hex())


def _content(row: Row[Any]) -> tuple[Any, ...]:
    return (row.number, row.at, row.kind, row.person, row.device, row.about, row.detail)


def _digest(key: bytes, before: bytes, content: tuple[Any, ...]) -> bytes:
    return hmac.new(key, before + msgspec.json.encode(content), hashlib.sha256).digest()
