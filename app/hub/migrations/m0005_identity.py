"""Who may do what: refresh tokens, sign-in through the company, devices, teams over time."""

from __future__ import annotations

from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """The step."""
