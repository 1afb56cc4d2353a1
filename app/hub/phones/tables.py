"""The tables of this room. Times are microseconds since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from app.hub.schema import metadata

# A phone system that may post calls. `secret` is sealed under the store's key; `public_url` is the address by which it
# calls us, "" where that is the one that we see.
phone_source = Table(
    "phone_source",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("public_url", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
)

# Whose phone it is, as phone systems name it: an extension, an interface, a user's name or address; casefolded.
phone_extension = Table(
    "phone_extension",
    metadata,
    Column("extension", String(128), primary_key=True),
    Column("person", String(64), nullable=False),
)

# What has been delivered lately, by a keyed hash, so that it does nothing when it comes again.
phone_delivery = Table(
    "phone_delivery",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index("phone_delivery_at", "at"),
)

# The last event of each leg of an agent's; one that has ended stays for two minutes, for what comes late.
phone_leg = Table(
    "phone_leg",
    metadata,
    Column("source", String(40), nullable=False),
    Column("leg", String(128), nullable=False),
    Column("person", String(64), nullable=False),
    Column("linked", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("is_over", SmallInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    PrimaryKeyConstraint("source", "leg", name="phone_leg_key"),
    Index("phone_leg_person", "person"),
    Index("phone_leg_linked", "source", "linked"),
    Index("phone_leg_at", "is_over", "at"),
)

# Which of several hub processes listens to a switch.
phone_lease = Table(
    "phone_lease",
    metadata,
    Column("switch", String(255), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),
)
