"""Accounts in bulk: what is being brought in, which accounts are gone, and cursors over both.

The tables stand here as they were made then: this never follows later changes of `schema`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Text


def upgrade(operations: Operations) -> None:
    """Adds the tables; positions of accounts go on where they are, in larger steps."""
    operations.create_table(
        "account_gone",
        Column("id", String(64), primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("position", BigInteger, nullable=False, unique=True),
        Column("gone_at", BigInteger, nullable=False),
    )
    operations.create_table(
        "account_import",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("fingerprint", String(128), nullable=False),
        Column("is_full", SmallInteger, nullable=False),
        Column("is_trial", SmallInteger, nullable=False),
        Column("chunk_rows", Integer, nullable=False),
        Column("person", String(64), nullable=False),
        Column("begun_at", BigInteger, nullable=False),
        Column("finished_at", BigInteger),
        Column("gone", Integer, nullable=False),
    )
    operations.create_table(
        "account_import_chunk",
        Column("run", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("digest", LargeBinary(32), nullable=False),
        Column("fresh", Integer, nullable=False),
        Column("changed", Integer, nullable=False),
        Column("unchanged", Integer, nullable=False),
        Column("bad", Integer, nullable=False),
        Column("lost", Integer, nullable=False),
        PrimaryKeyConstraint("run", "number", name="account_import_chunk_key"),
    )
    operations.create_table(
        "account_import_fault",
        Column("run", Integer, nullable=False),
        Column("row", Integer, nullable=False),
        Column("place", String(200), nullable=False),
        Column("problem", Text, nullable=False),
        PrimaryKeyConstraint("run", "row", "place", name="account_import_fault_key"),
    )
    operations.create_table(
        "account_import_seen",
        Column("run", Integer, nullable=False),
        Column("account", String(64), nullable=False),
        PrimaryKeyConstraint("run", "account", name="account_import_seen_key"),
        sqlite_with_rowid=False,
    )
