"""Events into PostgreSQL: by COPY, which takes rows several times faster than INSERT.

COPY knows no ON CONFLICT, so there are two ways. Nearly always every event is new, and COPY goes straight into the
table; where the unique key refuses that, the same rows go by COPY into a temporary table, and from there by
INSERT .. ON CONFLICT DO NOTHING RETURNING.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec
import psycopg
from psycopg import errors, sql
from sqlalchemy import Connection, insert, select, text, tuple_

from app.hub import schema
from app.hub.errors import Problem
from app.hub.months import ELSEWHERE, following, partition_of
from app.hub.recorder import MAX_IN_TRANSACTION, Origin, Run, TryAgain
from app.hub.store import Store, lock_number

_COLUMNS = ", ".join((*Origin._fields, "position", "id", "sequence", "type", "at", "subject", "body"))
_COPY = f"COPY event ({_COLUMNS}) FROM STDIN"
_COPY_ASIDE = f"COPY incoming ({_COLUMNS}) FROM STDIN"
_ASIDE = "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE event) ON COMMIT DELETE ROWS"
_FROM_ASIDE = (
    f"INSERT INTO event ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming ON CONFLICT DO NOTHING RETURNING source, id"
)
_NUMBERS = text("SELECT nextval('event_place'), pg_current_xact_id()::text::bigint")
_HOLD = text("SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number")
_MONTHS_AHEAD = 2
_BACKSLASH, _BACKSLASHES = "\\", "\\\\"
_NEEDS_ESCAPE = re.compile(r"[\\\n\t\r]")


class PostgresWriting:
    """Records events in PostgreSQL, each month in a partition of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._months = {ELSEWHERE}
        self._lock = threading.Lock()

    def prepare(self, months: set[int]) -> None:
        """Makes the partitions that are missing, and those of the next months, long before anyone waits for them."""
        if months <= self._months:
            return
        with self._lock:
            for month in sorted(months - self._months):
                for one in following(month, _MONTHS_AHEAD):
                    self._make(one)
                self._months.add(month)

    def hold(self, connection: Connection, sources: Sequence[str]) -> None:
        """See `Writing`."""
        # Everybody in one order, so that two transactions never wait each for the other.
        numbers = sorted({lock_number(f"source {source}") for source in sources})
        connection.execute(_HOLD, {"numbers": numbers})

    def insert(self, connection: Connection, runs: Sequence[Run]) -> dict[tuple[str, str], str]:
        """See `Writing`. Raises Problem 503 where the database cannot just now."""
        driver: Any = connection.connection.driver_connection
        try:
            return _insert(connection, driver, runs, self._store.place_base)
        except errors.DeadlockDetected as error:
            raise TryAgain from error
        except psycopg.OperationalError as error:
            raise Problem(
                503, "The hub cannot write just now. Nothing of this request was recorded.", retry_after=1
            ) from error

    def _make(self, month: int) -> None:
        with self._store.write() as connection:
            self._store.exclusive(connection, "partitions")
            connection.execute(
                text(f"CREATE TABLE IF NOT EXISTS {partition_of(month)} PARTITION OF event FOR VALUES IN ({month:d})")
            )


def _insert(
    connection: Connection, driver: psycopg.Connection[Any], runs: Sequence[Run], place_base: int
) -> dict[tuple[str, str], str]:
    number, place = connection.execute(_NUMBERS).one()
    first, size = number * MAX_IN_TRANSACTION, sum(len(run.events) for run in runs)
    rows = copy_rows(runs, first)
    known: dict[tuple[str, str], str] = {}
    with driver.cursor() as cursor:
        try:
            with driver.transaction(), cursor.copy(_COPY) as copy:
                copy.write(rows)
        except errors.UniqueViolation:
            known = _insert_aside(connection, cursor, rows, runs)
    if len(known) < size:
        months = msgspec.json.encode(sorted({run.origin.month for run in runs})).decode()
        connection.execute(
            insert(schema.intake).values(
                place=place_base + place,
                first=first,
                last=first + size - 1,
                months=months,
                received_at=runs[0].origin.received_at,
            )
        )
    return known


def _insert_aside(
    connection: Connection, cursor: psycopg.Cursor[Any], rows: bytes, runs: Sequence[Run]
) -> dict[tuple[str, str], str]:
    cursor.execute(_ASIDE)
    with cursor.copy(_COPY_ASIDE) as copy:
        copy.write(rows)
    cursor.execute(sql.SQL(_FROM_ASIDE))
    fresh = set(cursor.fetchall())
    old = [
        (run.origin.home_team, run.origin.month, run.origin.source, event.id)
        for run in runs
        for event in run.events
        if (run.origin.source, event.id) not in fresh
    ]
    table = schema.event
    found = connection.execute(
        select(table.c.source, table.c.id, table.c.body).where(
            table.c.month.in_({month for _, month, _, _ in old}),
            tuple_(table.c.home_team, table.c.month, table.c.source, table.c.id).in_(old),
        )
    )
    return {(row.source, row.id): row.body for row in found}


def copy_rows(runs: Sequence[Run], first: int) -> bytes:
    """The rows in COPY's text format, with positions from `first`."""
    rows: list[str] = []
    for run in runs:
        common = "".join([f"{_escaped(str(value))}\t" for value in run.origin])
        shift = run.shift
        subjects = [e.subject for e in run.events]
        if _NEEDS_ESCAPE.search("".join(subjects)):
            subjects = [_escaped(subject) for subject in subjects]
        # A body is JSON, so of what has to be escaped it can have only backslashes.
        rows += [
            f"{common}{position}\t{e.id}\t{e.sequence}\t{e.type}\t{e.at + shift}\t{subject}\t"
            f"{e.body.replace(_BACKSLASH, _BACKSLASHES)}\n"
            for position, e, subject in zip(count(first + len(rows)), run.events, subjects, strict=False)
        ]
    return "".join(rows).encode()


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
