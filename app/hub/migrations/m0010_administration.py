"""People, teams and devices over time, as administrators change them, and customers whose data was erased.

The tables stand here as they were made then: this never follows later changes of `app.hub.administration.tables`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, SmallInteger, String


def upgrade(operations: Operations) -> None:
    """Adds the tables; they begin empty."""
    operations.create_table(
        "person_standing",
        Column("person", String(64), primary_key=True),
        Column("disabled_at", BigInteger),
        Column("must_change", SmallInteger, nullable=False),
    )
    operations.create_table(
        "team_membership",
        Column("person", String(64), nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("team", String(64), nullable=False),
        Column("done", SmallInteger, nullable=False),
        PrimaryKeyConstraint("person", "since", name="team_membership_key"),
    )
    operations.create_table(
        "retired_team",
        Column("team", String(64), primary_key=True),
        Column("retired_at", BigInteger, nullable=False),
    )
    operations.create_table(
        "withdrawn_device",
        Column("device", String(64), primary_key=True),
        Column("withdrawn_at", BigInteger, nullable=False),
    )
    operations.create_table(
        "erased_account",
        Column("account", String(64), primary_key=True),
        Column("marker", String(64), nullable=False, unique=True),
        Column("erased_at", BigInteger, nullable=False),
    )
    operations.create_table(
        "erased_call",
        Column("subject", String(128), primary_key=True),
        Column("erased_at", BigInteger, nullable=False),
    )
