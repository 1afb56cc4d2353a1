"""Who may do what: refresh tokens, keys and leases of devices, sign-in through the company."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, String


def upgrade(operations: Operations) -> None:
    """The step."""
    operations.create_table(
        "refresh",
        Column("digest", LargeBinary(32), primary_key=True),
        Column("session", String(64), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
        Column("successor", LargeBinary(32)),
        Column("revoked_at", BigInteger),
    )
    operations.create_index("refresh_session", "refresh", ["session"])
    operations.create_index("refresh_expires", "refresh", ["expires_at"])
    operations.create_table(
        "device_key",
        Column("device", String(64), primary_key=True),
        Column("public", LargeBinary(32), nullable=False),
        Column("registered_at", BigInteger, nullable=False),
    )
    operations.create_table(
        "lease",
        Column("device", String(64), nullable=False),
        Column("person", String(64), nullable=False),
        Column("first_at", BigInteger, nullable=False),
        Column("until", BigInteger, nullable=False),
        Column("revoked_at", BigInteger),
        PrimaryKeyConstraint("device", "person", name="lease_key"),
    )
    operations.create_table(
        "company_ticket",
        Column("digest", LargeBinary(32), primary_key=True),
        Column("person", String(64), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger),
    )
    operations.create_index("company_ticket_expires", "company_ticket", ["expires_at"])
    # Tokens are now made every few minutes, and those of one session are ended together.
    operations.create_index("token_session", "token", ["session"])
    operations.create_index("agent_session_person", "agent_session", ["person"])
    operations.create_index("agent_session_device", "agent_session", ["device"])
