"""The words of accounts' names. They are filled in behind, from the first account on."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import Column, PrimaryKeyConstraint, String

_WORD = String(40).with_variant(String(40, collation="C"), "postgresql")


def upgrade(operations: Operations) -> None:
    """Adds the table."""
    operations.create_table(
        "account_word",
        Column("word", _WORD, nullable=False),
        Column("account", String(64), nullable=False),
        PrimaryKeyConstraint("word", "account", name="account_word_key"),
    )
    operations.create_index("account_word_account", "account_word", ["account", "word"])
