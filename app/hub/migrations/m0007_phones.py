"""Calls from phone systems.

The tables stand here as they were made then: this never follows later changes of the tables in use.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Text


def upgrade(operations: Operations) -> None:
    """Adds the tables."""
    operations.create_table(
        "phone_source",
        Column("name", String(40), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("secret", LargeBinary, nullable=False),
        Column("public_url", Text, nullable=False),
        Column("added_at", BigInteger, nullable=False),
    )
    operations.create_table(
        "phone_extension",
        Column("extension", String(128), primary_key=True),
        Column("person", String(64), nullable=False),
    )
    operations.create_table(
        "phone_delivery",
        Column("id", LargeBinary(32), primary_key=True),
        Column("at", BigInteger, nullable=False),
    )
    operations.create_index("phone_delivery_at", "phone_delivery", ["at"])
    operations.create_table(
        "phone_leg",
        Column("source", String(40), nullable=False),
        Column("leg", String(128), nullable=False),
        Column("person", String(64), nullable=False),
        Column("linked", String(128), nullable=False),
        Column("state", String(16), nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("is_over", SmallInteger, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("event", Text, nullable=False),
        PrimaryKeyConstraint("source", "leg", name="phone_leg_key"),
    )
    operations.create_index("phone_leg_person", "phone_leg", ["person"])
    operations.create_index("phone_leg_linked", "phone_leg", ["source", "linked"])
    operations.create_index("phone_leg_at", "phone_leg", ["is_over", "at"])
    operations.create_table(
        "phone_lease",
        Column("switch", String(255), primary_key=True),
        Column("holder", String(64), nullable=False),
        Column("until", BigInteger, nullable=False),
    )
