"""What administration keeps beside the hub's other tables (`app.hub.schema`), of whose metadata these are a part."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
)

from app.hub.schema import metadata

# A person without a row may sign in as ever.
person_standing = Table(
    "person_standing",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("disabled_at", BigInteger),
    # Has a one-time password, and can do nothing but set an own one.
    Column("must_change", SmallInteger, nullable=False),
)

# Who was in which team from when on. The first row of a person is made when he first moves. `done`: `person.team` says
# so; a move that lies ahead is taken over once its time has come.
team_membership = Table(
    "team_membership",
    metadata,
    Column("person", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("team", String(64), nullable=False),
    Column("done", SmallInteger, nullable=False),
    PrimaryKeyConstraint("person", "since", name="team_membership_key"),
)

# Teams that nobody can be put into any more; what was recorded for them stays.
retired_team = Table(
    "retired_team",
    metadata,
    Column("team", String(64), primary_key=True),
    Column("retired_at", BigInteger, nullable=False),
)

# Devices on which nobody can sign in, and which send nothing.
withdrawn_device = Table(
    "withdrawn_device",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("withdrawn_at", BigInteger, nullable=False),
)

# Customers whose data was erased, and their calls, for as long as a desktop may still send something of them: `marker`
# is what stands in the events instead of the account's id. That desktops forget the account is `account_gone`'s matter.
erased_account = Table(
    "erased_account",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("marker", String(64), nullable=False, unique=True),
    Column("erased_at", BigInteger, nullable=False),
)
erased_call = Table(
    "erased_call",
    metadata,
    Column("subject", String(128), primary_key=True),
    Column("erased_at", BigInteger, nullable=False),
)
