"""Events into PostgreSQL: by COPY, which takes rows several times faster than INSERT.

COPY knows no ON CONFLICT, so there are two ways. Nearly always every event is new, and COPY goes straight into the
table; where the unique key refuses that, the same rows go by COPY into a temporary table, and from there by
INSERT .. ON CONFLICT DO NOTHING RETURNING.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
from psycopg import errors, sql
from sqlalchemy import Connection, insert, select, text, tuple_

from app.hub import schema
from app.hub.errors import Problem
from app.hub.months import ELSEWHERE
from app.hub.recorder import MAX_IN_TRANSACTION, Arrived, TryAgain
from app.hub.store import Store

_COLUMNS = ", ".join(("position", *Arrived._fields))
_COPY = f"COPY event ({_COLUMNS}) FROM STDIN"
_COPY_ASIDE = f"COPY incoming ({_COLUMNS}) FROM STDIN"
_ASIDE = "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE event) ON COMMIT DELETE ROWS"
_FROM_ASIDE = (
    f"INSERT INTO event ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming ORDER BY home_team, month, source, id"
    " ON CONFLICT DO NOTHING RETURNING source, id"
)
_KEY = itemgetter(*(Arrived._fields.index(name) for name in ("home_team", "month", "source", "id")))
_NUMBERS = text("SELECT nextval('event_place'), pg_current_xact_id()::text::bigint")


class PostgresWriting:
    """Records events in PostgreSQL, each month in a partition of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._months = {ELSEWHERE}
        self._lock = threading.Lock()

    def prepare(self, months: set[int]) -> None:
        """Makes the partitions that are missing."""
        if months <= self._months:
            return
        with self._lock:
            for month in sorted(months - self._months):
                with self._store.write() as connection:
                    self._store.exclusive(connection, "partitions")
                    connection.execute(
                        text(
                            f"CREATE TABLE IF NOT EXISTS event_{month:06d} PARTITION OF event FOR VALUES IN ({month:d})"
                        )
                    )
                self._months.add(month)

    def insert(self, connection: Connection, events: Sequence[Arrived]) -> dict[tuple[str, str], str]:
        """See `Writing`. Raises Problem 503 where the database cannot just now."""
        driver: Any = connection.connection.driver_connection
        try:
            return _insert(connection, driver, events, self._store.place_base)
        except errors.DeadlockDetected as error:
            raise TryAgain from error
        except psycopg.OperationalError as error:
            raise Problem(
                503, "The hub cannot write just now. Nothing of this request was recorded.", retry_after=1
            ) from error


def _insert(
    connection: Connection, driver: psycopg.Connection[Any], events: Sequence[Arrived], place_base: int
) -> dict[tuple[str, str], str]:
    # All in one order, whoever sends them: two transactions with the same events then wait for each other, and never
    # each for the other.
    events = sorted(events, key=_KEY)
    number, place = connection.execute(_NUMBERS).one()
    first = number * MAX_IN_TRANSACTION
    rows = copy_rows(events, first)
    known: dict[tuple[str, str], str] = {}
    with driver.cursor() as cursor:
        try:
            with driver.transaction(), cursor.copy(_COPY) as copy:
                copy.write(rows)
        except errors.UniqueViolation:
            known = _insert_aside(connection, cursor, rows, events)
    if len(known) < len(events):
        months = msgspec.json.encode(sorted({event.month for event in events})).decode()
        connection.execute(
            insert(schema.intake).values(
                place=place_base + place,
                first=first,
                last=first + len(events) - 1,
                months=months,
                received_at=events[0].received_at,
            )
        )
    return known


def _insert_aside(
    connection: Connection, cursor: psycopg.Cursor[Any], rows: bytes, events: Sequence[Arrived]
) -> dict[tuple[str, str], str]:
    cursor.execute(_ASIDE)
    with cursor.copy(_COPY_ASIDE) as copy:
        copy.write(rows)
    cursor.execute(sql.SQL(_FROM_ASIDE))
    fresh = set(cursor.fetchall())
    old = [event for event in events if (event.source, event.id) not in fresh]
    table = schema.event
    key = tuple_(table.c.home_team, table.c.month, table.c.source, table.c.id)
    found = connection.execute(
        select(table.c.source, table.c.id, table.c.body).where(
            table.c.month.in_({event.month for event in old}),
            key.in_([(e.home_team, e.month, e.source, e.id) for e in old]),
        )
    )
    return {(row.source, row.id): row.body for row in found}


def copy_rows(events: Sequence[Arrived], first: int) -> bytes:
    """The rows in COPY's text format, with positions from `first`."""
    template = "%d\t" + "\t".join("%s" for _ in Arrived._fields)
    rows = "\n".join([template % (position, *event) for position, event in enumerate(events, first)])
    if (
        "\\" in rows
        or "\r" in rows
        or rows.count("\n") != len(events) - 1
        or rows.count("\t") != len(events) * len(Arrived._fields)
    ):
        # A body has no bare tab or line end, being JSON, but backslashes; texts of the envelope can have any.
        rows = "\n".join([template % (position, *map(_escaped, event)) for position, event in enumerate(events, first)])
    return (rows + "\n").encode()


def _escaped(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
