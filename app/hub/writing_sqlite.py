"""Events into SQLite: hundreds of rows by one statement.

Python's driver lets other threads run during each step of a statement, and then has to wait for its turn again: with a
row a step and a busy neighbour that took 380 us a row. With a thousand rows a step it is 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import msgspec
from sqlalchemy import Connection, func, insert, select

from app.hub import schema
from app.hub.envelope import Envelope
from app.hub.recorder import Origin, Run

_OF_EVENT = ("id", "sequence", "type", "at", "subject", "body")
# SQLite takes 32,766 values in a statement. Those of the origin are given once, and named by number in every row; the
# others have no names, as the driver goes through the names anew for each value: that cost more than all the rest.
_ROWS_AT_ONCE = (1000, 200, 50, 10, 1)
_LOOK_UP_AT_ONCE = 500


def _insert_of(count: int) -> str:
    columns = (*Origin._fields, *_OF_EVENT)
    common = ", ".join(f"?{number}" for number in range(1, len(Origin._fields) + 1))
    row = f"({common}, {', '.join('?' * len(_OF_EVENT))})"
    return f"INSERT INTO event ({', '.join(columns)}) VALUES {', '.join([row] * count)} ON CONFLICT DO NOTHING"


_INSERTS = {count: _insert_of(count) for count in _ROWS_AT_ONCE}


class SqliteWriting:
    """Records events in SQLite; the position of each is the number that SQLite gives the row."""

    def prepare(self, months: set[int]) -> None:
        """Nothing: there are no partitions."""

    def hold(self, connection: Connection, sources: Sequence[str]) -> None:
        """Nothing: there is one writer."""

    def insert(self, connection: Connection, runs: Sequence[Run]) -> dict[tuple[str, str], str]:
        """See `Writing`."""
        before = _last_position(connection)
        for run in runs:
            _insert(connection, run)
        last = _last_position(connection)
        if last > before:
            months = msgspec.json.encode(sorted({run.origin.month for run in runs})).decode()
            received = runs[0].origin.received_at
            connection.execute(
                insert(schema.intake).values(
                    place=before + 1, first=before + 1, last=last, months=months, received_at=received
                )
            )
        # Only a writer of its own transaction sees this, and nobody removes events: new rows lie without a gap.
        is_all_new = last - before == sum(len(run.events) for run in runs)
        return {} if is_all_new else _recorded_before(connection, runs, before)


def _insert(connection: Connection, run: Run) -> None:
    start, events = 0, run.events
    for count in _ROWS_AT_ONCE:
        while len(events) - start >= count:
            connection.exec_driver_sql(
                _INSERTS[count], (*run.origin, *_values(events[start : start + count], run.shift))
            )
            start += count


def _values(events: Sequence[Envelope], shift: int) -> chain[object]:
    return chain.from_iterable([(e.id, e.sequence, e.type, e.at + shift, e.subject, e.body) for e in events])


def _last_position(connection: Connection) -> int:
    return connection.execute(select(func.max(schema.event.c.position))).scalar() or 0


def _recorded_before(connection: Connection, runs: Sequence[Run], last: int) -> dict[tuple[str, str], str]:
    """The bodies of those events that stand at a position up to `last`."""
    event = schema.event
    found: dict[tuple[str, str], str] = {}
    for run in runs:
        ids, source = [one.id for one in run.events], run.origin.source
        for start in range(0, len(ids), _LOOK_UP_AT_ONCE):
            rows = connection.execute(
                select(event.c.id, event.c.body).where(
                    event.c.home_team == run.origin.home_team,
                    event.c.month == run.origin.month,
                    event.c.source == source,
                    event.c.id.in_(ids[start : start + _LOOK_UP_AT_ONCE]),
                    event.c.position <= last,
                )
            )
            found |= {(source, row.id): row.body for row in rows}
    return found
