"""The hub's tables, in SQL that SQLite and PostgreSQL both understand.

Times are microseconds since 1970 (see `moment`); what is read only as a whole (an account, an event) is one JSON text.
A database gets here by the steps in `migrations`; a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

# Stands word for word in the query, too: both databases use the index only where they see that it fits.
IS_OF_LEG = text("type IN ('call.answered', 'call.wrapped')")

# One row per fact about the store itself: version, identity (part of every cursor), the site's region and currency.
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
    # The team at the device's first sign-in, fixed from then on: part of the key of its events, so that they lie
    # together however the device moves. Who was signed in, and for which team, is in the event's own columns.
    Column("home_team", String(64), nullable=False, server_default=""),
)

# One signed-in stretch. `person` to `roles` are as they were then: later changes never rewrite what was recorded.
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

# `digest` is the SHA-256 of the token; `kind` is "person" or "device".
token = Table(
    "token",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("session", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# Failed sign-ins and wrong factors; `about` is a keyed hash of who or what was tried, never the name itself.
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
    # Place in the order of changes: grows with every change of any account.
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

# The truth. One unique index, and one over few rows, so that taking events in stays cheap. On PostgreSQL the table is
# partitioned by month. `month` follows from the id and `home_team` from the source, so (source, id) stays unique, too.
# `position` is the order of arrival (on SQLite the row's own number, so that it costs no index); `at` is the time for
# reports (see `clock`), `held` says that it had to be put right; the time as it was sent stays in `body`. `person` and
# `team` follow from the agent session.
event = Table(
    "event",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("home_team", String(64), nullable=False),
    Column("month", Integer, nullable=False),
    Column("source", String(80), nullable=False),
    Column("id", String(64), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("held", SmallInteger, nullable=False),
    Column("subject", String(128), nullable=False),
    Column("session", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("home_team", "month", "source", "id", name="event_key"),
    Index("event_position", "position", postgresql_using="brin"),
    # Where an agent's legs of a call begin and end, so that an accept can be held against them (see `legs`).
    Index("event_leg", "subject", "source", postgresql_where=IS_OF_LEG, sqlite_where=IS_OF_LEG),
    postgresql_partition_by="LIST (month)",
)

# One row per transaction that took events in: where they lie. `place` is the order in which readers may rely on (the
# transaction's number on PostgreSQL, the first position on SQLite).
intake = Table(
    "intake",
    metadata,
    Column("place", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("months", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("place", "first", name="intake_key"),
)

# How far the projections have read, and how new what they have read is.
projection = Table(
    "projection",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("as_of", BigInteger, nullable=False),
)

# What the reports need to know of each call of a team, made from its events (`app.reports.brief`).
call_brief = Table(
    "call_brief",
    metadata,
    Column("team", String(64), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("answered_at", BigInteger),
    Column("brief", Text, nullable=False),
    PrimaryKeyConstraint("team", "subject", name="call_brief_key"),
    Index("call_brief_answered", "team", "answered_at"),
)

# What was offered to an account before, and what ended all selling (`interrupt`); read with the account.
account_history = Table(
    "account_history",
    metadata,
    Column("source", String(80), nullable=False),
    Column("id", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("offer", String(128), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("interrupt", String(64), nullable=False),
    PrimaryKeyConstraint("source", "id", name="account_history_key"),
    Index("account_history_account", "account", "at"),
)

# The sums that reports read: per team, quarter of an hour (`slot`, microseconds at its begin), person ("": the team).
call_tally = Table(
    "call_tally",
    metadata,
    Column("team", String(64), nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("person", String(64), nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in (
            "calls",
            "short_calls",
            "opportunities",
            "opportunities_extended",
            "extended",
            "accepted",
            "successes",
            "points",
        )
    ),
    # Without a value in what the version before writes.
    *(Column(name, Integer, nullable=False, server_default="0") for name in ("handed_on", "closed_for_others")),
    PrimaryKeyConstraint("team", "slot", "person", name="call_tally_key"),
)

offer_tally = Table(
    "offer_tally",
    metadata,
    Column("team", String(64), nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("person", String(64), nullable=False),
    Column("offer", String(128), nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("eligible", "displayed", "extended", "accepted", "declined", "deferred", "passed", "points")
    ),
    PrimaryKeyConstraint("team", "slot", "person", "offer", name="offer_tally_key"),
)

step_tally = Table(
    "step_tally",
    metadata,
    Column("team", String(64), nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("script", String(128), nullable=False),
    Column("step", String(128), nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("entered", "extended", "accepted")),
    PrimaryKeyConstraint("team", "slot", "script", "step", name="step_tally_key"),
)

# What is pushed to desktops: to one person, to a team, or ("" and "") to everyone.
push = Table(
    "push",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("team", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Index("push_at", "at"),
)

# How far each device has acknowledged what was pushed to it.
push_seen = Table(
    "push_seen",
    metadata,
    Column("device", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("device", "person", name="push_seen_key"),
)

# What was refused, and by whom it was sent. Ids only. `digest` chains each row to the one before (see `audit`).
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
    Column("digest", LargeBinary(32)),
)
