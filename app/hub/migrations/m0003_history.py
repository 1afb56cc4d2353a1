"""What was offered to accounts before.

The tables stand here as they were made then: this never follows later changes of `schema`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String

_PROJECTIONS = ("call_brief", "call_tally", "offer_tally", "step_tally", "projection")


def upgrade(operations: Operations) -> None:
    """Adds the table, and lets the projector begin anew, so that it is filled from all events."""
    operations.create_table(
        "account_history",
        Column("source", String(80), nullable=False),
        Column("id", String(64), nullable=False),
        Column("account", String(64), nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("offer", String(128), nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("interrupt", String(64), nullable=False),
        PrimaryKeyConstraint("source", "id", name="account_history_key"),
    )
    operations.create_index("account_history_account", "account_history", ["account", "at"])
    for table in _PROJECTIONS:
        operations.execute(f"DELETE FROM {table}")
