"""The tables of what leads and agents tell each other; made by the step `m0009_conversations`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, String, Table, Text

from app.hub.schema import metadata

# What a lead told a team, or (`person`) somebody in it. `id` is drawn by the lead's desk: sent twice it is one message.
lead_message = Table(
    "lead_message",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("team", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("author", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Index("lead_message_team", "team", "at"),
    Index("lead_message_at", "at"),
)

# Whom a message was meant for when it was sent, and when each of them said that he has seen it.
message_receipt = Table(
    "message_receipt",
    metadata,
    Column("message", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("seen_at", BigInteger),
    PrimaryKeyConstraint("message", "person", name="message_receipt_key"),
    Index("message_receipt_person", "person"),
)

# What an agent asks his leads in a call. Open while neither `answered_at` nor `closed_at` is there (the agent no longer
# wants it). `account` is an id: its number is looked up when the question is shown. `choice` is a code, "" for none.
lead_question = Table(
    "lead_question",
    metadata,
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
    Index("lead_question_team", "team", "at"),
    Index("lead_question_person", "person", "at"),
    Index("lead_question_at", "at"),
)

# Which leads listen just now, by the stream that each of their desktops holds open. `until`: renewed while it is open,
# so that a hub that was killed leaves nobody behind.
lead_listening = Table(
    "lead_listening",
    metadata,
    Column("stream", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),
)
