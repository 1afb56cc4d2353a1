"""Where an agent's legs of a call begin and end, to be found at once, and partitions for the months to come."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic.operations import Operations
from sqlalchemy import text

from app.hub.months import following

_MONTHS_AHEAD = 2
_IS_OF_LEG = text("type IN ('call.answered', 'call.wrapped')")


def upgrade(operations: Operations) -> None:
    """Adds an index over the few rows that begin or end a leg; on PostgreSQL also the partitions of this month and of
    those after it, where there are none."""
    operations.create_index(
        "event_leg", "event", ["subject", "source"], postgresql_where=_IS_OF_LEG, sqlite_where=_IS_OF_LEG
    )
    if operations.get_bind().dialect.name == "postgresql":
        now = datetime.now(UTC)
        for month in following(now.year * 100 + now.month, _MONTHS_AHEAD):
            operations.execute(
                f"CREATE TABLE IF NOT EXISTS event_{month:06d} PARTITION OF event FOR VALUES IN ({month:d})"
            )
