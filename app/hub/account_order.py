"""The order in which accounts change, so that whoever reads on from a position misses nothing.

A position is the place of a transaction, in front, and the place within it. On PostgreSQL the place of a transaction is
its number, and transactions end in any order: a reader goes only up to the oldest one that is still under way
(`pg_snapshot_xmin`), before which nothing can appear any more. On SQLite there is one writer, and they are counted.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select, text

from app.hub import schema
from app.hub.importing.tables import account_gone

WITHIN = 20
"""Bits of a position that tell the place within its transaction."""

MOST_AT_ONCE = 1 << WITHIN
"""How many accounts a single transaction may change on PostgreSQL."""

FORGOTTEN = "accounts_forgotten"
"""The setting that holds the position of the newest account of which it is no longer known that it is gone."""

_BASE = "coalesce((SELECT value::bigint FROM setting WHERE name = 'place_base'), 0)"
_OURS = text(f"SELECT ({_BASE} + pg_current_xact_id()::text::bigint) << {WITHIN}")
_FORGOTTEN_UP_TO = text("SELECT value FROM setting WHERE name = :name").bindparams(name=FORGOTTEN)
_SETTLED = text(f"SELECT ({_BASE} + pg_snapshot_xmin(pg_current_snapshot())::text::bigint) << {WITHIN}")


def first_position(connection: Connection) -> int:
    """The first position that this transaction has not used yet; those after it are its own, too."""
    if connection.dialect.name != "postgresql":
        return settled_before(connection)
    ours = int(connection.execute(_OURS).scalar_one())
    return max(ours, newest_position(connection, ours, ours + MOST_AT_ONCE) + 1)


def settled_before(connection: Connection) -> int:
    """The position from which on something may still appear; ask for it before reading rows."""
    if connection.dialect.name != "postgresql":
        # What was forgotten counts, too, or a cursor from before would seem to be ahead.
        return max(newest_position(connection), int(connection.execute(_FORGOTTEN_UP_TO).scalar() or 0)) + 1
    return int(connection.execute(_SETTLED).scalar_one())


def newest_position(connection: Connection, first: int = 0, before: int = 1 << 62) -> int:
    """The highest position taken in that range; 0 where there is none."""
    columns = (schema.account.c.position, account_gone.c.position)
    found = (
        connection.execute(select(func.max(column)).where(column >= first, column < before)).scalar()
        for column in columns
    )
    return max(position or 0 for position in found)
