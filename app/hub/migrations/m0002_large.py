"""Events partitioned by month, in their order of arrival; projections; what is pushed; the chained audit trail.

The tables stand here as they were made then: this never follows later changes of `schema`.
"""

from __future__ import annotations

import msgspec
from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Constraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    text,
)

from app.hub.months import month_of

_PAGE = 2000

metadata = MetaData()

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

projection = Table(
    "projection",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("as_of", BigInteger, nullable=False),
)

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

push_seen = Table(
    "push_seen",
    metadata,
    Column("device", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("device", "person", name="push_seen_key"),
)


_EVENT_KEY = ("home_team", "month", "source", "id")


def _event_table(is_sqlite: bool) -> Table:
    # SQLite keeps rows by their number: with the position as that number, the order of arrival needs no index.
    keys: tuple[Constraint | Index, ...]
    if is_sqlite:
        keys = (PrimaryKeyConstraint("position"), UniqueConstraint(*_EVENT_KEY, name="event_key"))
    else:
        brin = Index("event_position", "position", postgresql_using="brin")
        keys = (PrimaryKeyConstraint(*_EVENT_KEY, name="event_key"), brin)
    return Table(
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
        *keys,
        postgresql_partition_by="LIST (month)",
    )


def upgrade(operations: Operations) -> None:
    """Makes the new tables and takes over the events."""
    connection = operations.get_bind()
    operations.add_column("device", Column("home_team", String(64), nullable=False, server_default=""))
    operations.add_column("audit", Column("digest", LargeBinary(32)))
    connection.execute(
        text(
            "UPDATE device SET home_team = coalesce((SELECT s.team FROM agent_session s WHERE s.device = device.id"
            " ORDER BY s.signed_in_at, s.id LIMIT 1), '')"
        )
    )
    operations.rename_table("event", "event_before")
    if connection.dialect.name == "postgresql":
        operations.execute("ALTER TABLE event_before RENAME CONSTRAINT event_pkey TO event_before_pkey")
        operations.execute("CREATE SEQUENCE event_place INCREMENT BY 1 CACHE 1")
        operations.execute("CREATE SEQUENCE push_number INCREMENT BY 1 CACHE 1")
    event = _event_table(connection.dialect.name == "sqlite")
    metadata.create_all(connection)
    metadata.remove(event)
    if connection.dialect.name == "postgresql":
        operations.execute("CREATE TABLE event_rest PARTITION OF event DEFAULT")
    last = _take_over(connection, event)
    if connection.dialect.name == "postgresql":
        # Each number stands for as many positions as one transaction may take.
        operations.execute(f"SELECT setval('event_place', {last // 4096 + 1})")
    operations.drop_table("event_before")


def _take_over(connection: Connection, event: Table) -> int:
    """Copies the events in their order of receipt; the last position. Nothing that was taken in is ever lost."""
    months: set[int] = set()
    last, received = 0, 0
    ordered = text(
        "SELECT b.*, coalesce(d.home_team, '') AS home_team FROM event_before b"
        " LEFT JOIN device d ON b.source = '/devices/' || d.id ORDER BY b.received_at, b.source, b.sequence"
    )
    with connection.execute(ordered, execution_options={"yield_per": _PAGE}) as rows:
        for page in rows.mappings().partitions():
            taken = []
            for row in page:
                last += 1
                received = row["received_at"]
                months.add(month_of(row["id"]))
                kept = {column.name: row[column.name] for column in event.c if column.name in row}
                taken.append(kept | {"position": last, "month": month_of(row["id"]), "held": 0})
            connection.execute(insert(event), taken)
    if last:
        listed = msgspec.json.encode(sorted(months)).decode()
        connection.execute(insert(intake).values(place=1, first=1, last=last, months=listed, received_at=received))
    return last
