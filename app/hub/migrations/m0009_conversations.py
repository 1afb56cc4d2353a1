"""Between agents and leads: messages, receipts, questions, and which leads listen.

The tables stand here as they were made then: this never follows later changes of `schema`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Text


def upgrade(operations: Operations) -> None:
    """Adds the tables."""
    operations.create_table(
        "lead_message",
        Column("id", String(64), primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("team", String(64), nullable=False),
        Column("person", String(64), nullable=False),
        Column("author", String(64), nullable=False),
        Column("text", Text, nullable=False),
    )
    operations.create_index("lead_message_team", "lead_message", ["team", "at"])
    operations.create_index("lead_message_at", "lead_message", ["at"])
    operations.create_table(
        "message_receipt",
        Column("message", String(64), nullable=False),
        Column("person", String(64), nullable=False),
        Column("seen_at", BigInteger),
        PrimaryKeyConstraint("message", "person", name="message_receipt_key"),
    )
    operations.create_index("message_receipt_person", "message_receipt", ["person"])
    operations.create_table(
        "lead_question",
        Column("id", String(64), primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("team", String(64), nullable=False),
        Column("person", String(64), nullable=False),
        Column("subject", String(128), nullable=False),
        Column("account", String(64), nullable=False),
        Column("queue", Text, nullable=False),
        Column("script", Text, nullable=False),
        Column("step", Text, nullable=False),
        Column("reason", String(40), nullable=False),
        Column("text", Text, nullable=False),
        Column("closed_at", BigInteger),
        Column("answered_at", BigInteger),
        Column("answered_by", String(64), nullable=False),
        Column("choice", String(40), nullable=False),
        Column("answer", Text, nullable=False),
    )
    operations.create_index("lead_question_team", "lead_question", ["team", "at"])
    operations.create_index("lead_question_person", "lead_question", ["person", "at"])
    operations.create_index("lead_question_at", "lead_question", ["at"])
    operations.create_table(
        "lead_listening",
        Column("stream", String(64), primary_key=True),
        Column("person", String(64), nullable=False),
        Column("until", BigInteger, nullable=False),
    )
