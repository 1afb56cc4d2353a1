"""People, teams and devices over time, as administrators change them."""

from __future__ import annotations

from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """The step."""
