"""What an agent who transfers a call hands to the next one."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, String, Text


def upgrade(operations: Operations) -> None:
    """Adds the tables."""
    operations.create_table(
        "handover",
        Column("id", String(64), primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("person", String(64), nullable=False),
        Column("number", LargeBinary(32)),
        Column("target", String(128), nullable=False),
        Column("target_person", String(64), nullable=False),
        Column("taken_by", String(64), nullable=False),
        Column("context", Text, nullable=False),
    )
    operations.create_index("handover_at", "handover", ["at"])
    operations.create_index("handover_number", "handover", ["number"])
    operations.create_table(
        "handover_name",
        Column("name", String(128), nullable=False),
        Column("handover", String(64), nullable=False),
        PrimaryKeyConstraint("name", "handover", name="handover_name_key"),
    )
    operations.create_index("handover_name_handover", "handover_name", ["handover"])
