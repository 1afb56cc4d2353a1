"""Who extended and who closed, in calls that were transferred."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import Column, Integer

_PROJECTIONS = ("call_brief", "call_tally", "offer_tally", "step_tally", "projection")


def upgrade(operations: Operations) -> None:
    """Adds the counts, and lets the projector begin anew, so that they are made from all events."""
    for name in ("handed_on", "closed_for_others"):
        operations.add_column("call_tally", Column(name, Integer, nullable=False, server_default="0"))
    for table in _PROJECTIONS:
        operations.execute(f"DELETE FROM {table}")
