"""The tables of identity; made by the step `m0005_identity`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, String, Table

from app.hub.schema import metadata

# One row per refresh token, by its SHA-256. Those of one agent session are a family: each is used once, and names its
# `successor`'s digest then. Rows that are used stay until the session is over, or reuse could not be told.
refresh = Table(
    "refresh",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("session", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("successor", LargeBinary(32)),
    Column("revoked_at", BigInteger),
    Index("refresh_session", "session"),
    Index("refresh_expires", "expires_at"),
)

# The Ed25519 key with which a device signs the sessions that it begins without the hub; the first one stays.
device_key = Table(
    "device_key",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("public", LargeBinary(32), nullable=False),
    Column("registered_at", BigInteger, nullable=False),
)

# How long a person may begin sessions on a device without the hub; renewed whenever the two meet.
lease = Table(
    "lease",
    metadata,
    Column("device", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    PrimaryKeyConstraint("device", "person", name="lease_key"),
)

# What shows that the company's sign-in knows a person, for the minutes until a session is opened with it; used once.
company_ticket = Table(
    "company_ticket",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("company_ticket_expires", "expires_at"),
)
