"""The table of the search, in the hub's metadata."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table

from app.hub.schema import metadata

LONGEST = 40
# Compared byte by byte, so that all words that begin alike lie together, whatever language the database speaks.
WORD = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")

# One row per word of an account's name, without capitals and accents.
account_word = Table(
    "account_word",
    metadata,
    Column("word", WORD, nullable=False),
    Column("account", String(64), nullable=False),
    PrimaryKeyConstraint("word", "account", name="account_word_key"),
    Index("account_word_account", "account", "word"),
)
