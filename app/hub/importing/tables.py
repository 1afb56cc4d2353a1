"""The tables of accounts that come in and go, in the hub's metadata."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from app.hub.schema import metadata

# Accounts that were taken away, so that whoever keeps an index can take them away, too. `position` is in the same
# order as that of `account`.
account_gone = Table(
    "account_gone",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("position", BigInteger, nullable=False, unique=True),
    Column("gone_at", BigInteger, nullable=False),
)

# One row per import. `fingerprint` tells the same file with the same map again, so that it goes on where it stopped.
account_import = Table(
    "account_import",
    metadata,
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

# One row per chunk that was taken, written in the transaction that took it. `lost`: bad rows of which nobody can tell
# whose they are.
account_import_chunk = Table(
    "account_import_chunk",
    metadata,
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

# What is wrong with which row: its number, the column's name and a sentence, never what stands there.
account_import_fault = Table(
    "account_import_fault",
    metadata,
    Column("run", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("place", String(200), nullable=False),
    Column("problem", Text, nullable=False),
    PrimaryKeyConstraint("run", "row", "place", name="account_import_fault_key"),
)

# The accounts that an import has met so far; emptied when it ends.
account_import_seen = Table(
    "account_import_seen",
    metadata,
    Column("run", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    PrimaryKeyConstraint("run", "account", name="account_import_seen_key"),
    sqlite_with_rowid=False,
)
