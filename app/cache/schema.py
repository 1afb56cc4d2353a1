"""The tables of the local store, version 3 (see `migrations`; a test holds the two together).

Times are whole microseconds since 1970 UTC, so that they come back exactly as they were. Bodies are JSON by msgspec.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, text

VERSION = 3

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Outcome(IntEnum):
    """What became of an event: `outbox.state`."""

    UNSENT = 0
    ACKNOWLEDGED = 1
    SET_ASIDE = 2


metadata = MetaData()

# version, device_id, next_sequence: what must change in the same transaction as the rows that depend on it.
meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("time_us", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("state", Integer, nullable=False, default=int(Outcome.UNSENT)),
    Column("settled_us", Integer),
    Column("status", Integer),
    Column("problem", Text),
    # How often the hub failed on this one alone, and the number of the check in which it still had it.
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("confirmed", Integer, nullable=False, server_default=text("0")),
)
# Only the few rows still in motion, so that counting them costs the same with a week of events behind them.
Index("outbox_open", outbox.c.state, outbox.c.sequence, sqlite_where=outbox.c.state != int(Outcome.ACKNOWLEDGED))
Index("outbox_time", outbox.c.time_us)
Index(
    "outbox_confirmed",
    outbox.c.confirmed,
    outbox.c.sequence,
    sqlite_where=outbox.c.state == int(Outcome.ACKNOWLEDGED),
)

drafts = Table(
    "drafts",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("call", Text, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("masked", LargeBinary, nullable=False),
    Column("opened", LargeBinary),
    Column("opened_us", Integer),
)
Index("accounts_number", accounts.c.number)
Index("accounts_opened", accounts.c.opened_us, sqlite_where=accounts.c.opened_us.is_not(None))

account_phones = Table(
    "account_phones",
    metadata,
    Column("e164", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("account_phones_account", account_phones.c.account)

# One row per session that ever recorded here, so that its events can still be sent as its own.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("session", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("credentials", LargeBinary, nullable=False),
    Column("current", Integer, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("moved_us", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What the hub told us that is no event: the clocks' offset, checks of what it has, what is yet to be reported to it.
hub_facts = Table(
    "hub_facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


def microseconds(moment: datetime) -> int:
    """An aware time as whole microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The inverse of `microseconds`, as aware UTC."""
    return _EPOCH + microseconds * _MICROSECOND
