"""Releases and settings.

The tables stand here as they were made then: this never follows later changes of `schema`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, String, Text


def upgrade(operations: Operations) -> None:
    """Adds the tables."""
    operations.create_table(
        "library_release",
        Column("id", String(64), primary_key=True),
        Column("number", BigInteger, nullable=False, unique=True),
        Column("content_hash", String(64), nullable=False),
        Column("content", String(64), nullable=False),
        Column("author", Text, nullable=False),
        Column("approver", Text, nullable=False),
        Column("signed_with", String(64), nullable=False),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_until", BigInteger),
        Column("size", BigInteger, nullable=False),
        Column("packed", LargeBinary, nullable=False),
        Column("published_by", String(64), nullable=False),
        Column("published_at", BigInteger, nullable=False),
        Column("approved_by", String(64)),
        Column("approved_at", BigInteger),
        Column("goes_back_to", String(64)),
    )
    operations.create_index("library_release_content", "library_release", ["content"])
    operations.create_table(
        "managed_setting",
        Column("team", String(64), nullable=False),
        Column("name", String(60), nullable=False),
        Column("value", Text, nullable=False),
        Column("person", String(64), nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("team", "name", name="managed_setting_key"),
    )
