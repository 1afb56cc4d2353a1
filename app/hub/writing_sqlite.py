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
from app.hub.recorder import Arrived

_COLUMNS = ", ".join(Arrived._fields)
_ROW = f"({', '.join('?' * len(Arrived._fields))})"
# SQLite takes 32,766 values in a statement.
_ROWS_AT_ONCE = (2000, 500, 100, 10, 1)
_INSERTS = {
    count: f"INSERT INTO event ({_COLUMNS}) VALUES {', '.join([_ROW] * count)} ON CONFLICT DO NOTHING"
    for count in _ROWS_AT_ONCE
}
_LOOK_UP_AT_ONCE = 500


class SqliteWriting:
    """Records events in SQLite; the position of each is the number that SQLite gives the row."""

    def prepare(self, months: set[int]) -> None:
        """Nothing: there are no partitions."""

    def insert(self, connection: Connection, events: Sequence[Arrived]) -> dict[tuple[str, str], str]:
        """See `Writing`."""
        before = _last_position(connection)
        start = 0
        for count in _ROWS_AT_ONCE:
            while len(events) - start >= count:
                values = tuple(chain.from_iterable(events[start : start + count]))
                connection.exec_driver_sql(_INSERTS[count], values)
                start += count
        last = _last_position(connection)
        if last > before:
            months = msgspec.json.encode(sorted({event.month for event in events})).decode()
            connection.execute(
                insert(schema.intake).values(
                    place=before + 1, first=before + 1, last=last, months=months, received_at=events[0].received_at
                )
            )
        # Only a writer of its own transaction sees this, and nobody removes events: new rows lie without a gap.
        return {} if last - before == len(events) else _recorded_before(connection, events, before)


def _last_position(connection: Connection) -> int:
    return connection.execute(select(func.max(schema.event.c.position))).scalar() or 0


def _recorded_before(connection: Connection, events: Sequence[Arrived], last: int) -> dict[tuple[str, str], str]:
    """The bodies of those events that stand at a position up to `last`."""
    event = schema.event
    found: dict[tuple[str, str], str] = {}
    by_place: dict[tuple[str, int, str], list[str]] = {}
    for one in events:
        by_place.setdefault((one.home_team, one.month, one.source), []).append(one.id)
    for (home_team, month, source), ids in by_place.items():
        for start in range(0, len(ids), _LOOK_UP_AT_ONCE):
            rows = connection.execute(
                select(event.c.id, event.c.body).where(
                    event.c.home_team == home_team,
                    event.c.month == month,
                    event.c.source == source,
                    event.c.id.in_(ids[start : start + _LOOK_UP_AT_ONCE]),
                    event.c.position <= last,
                )
            )
            found |= {(source, row.id): row.body for row in rows}
    return found
