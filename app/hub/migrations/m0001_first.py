"""The first state of the hub's database, as it was then: this never follows later changes of `schema`."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData()

setting = Table(
    "setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

team = Table("team", metadata, Column("id", String(64), primary_key=True), Column("name", Text, nullable=False))

person = Table(
    "person",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_name", String(64), nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("team", String(64), nullable=False),
    Column("roles", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("password", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
)

agent_session = Table(
    "agent_session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("team_name", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("signed_in_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("session", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

attempt = Table(
    "attempt",
    metadata,
    Column("about", LargeBinary(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("attempt_about_at", "about", "at"),
)

account = Table(
    "account",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", String(32), nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("position", BigInteger, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

account_phone = Table(
    "account_phone",
    metadata,
    Column("phone", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    PrimaryKeyConstraint("phone", "account"),
)

factor = Table(
    "factor",
    metadata,
    Column("account", String(64), nullable=False),
    Column("method", String(40), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    PrimaryKeyConstraint("account", "method"),
)

placed_order = Table(
    "placed_order",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("account", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("details", Text, nullable=False),
    Column("person", String(64), nullable=False),
    Column("placed_at", BigInteger, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("source", String(80), nullable=False),
    Column("id", String(64), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("subject", String(128), nullable=False),
    Column("session", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("source", "id"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("person", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
)


def upgrade(operations: Operations) -> None:
    """Makes the tables; ones that are there already (made before versions were kept) are left as they are."""
    metadata.create_all(operations.get_bind())
