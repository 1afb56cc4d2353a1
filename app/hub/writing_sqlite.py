"""Events into SQLite: one prepared statement for all rows of a transaction."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, insert, select

from app.hub import schema
from app.hub.recorder import Arrived

_COLUMNS = ", ".join(Arrived._fields)
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join('?' * len(Arrived._fields))}) ON CONFLICT DO NOTHING"
_LOOK_UP_AT_ONCE = 500


class SqliteWriting:
    """Records events in SQLite; the position of each is the number that SQLite gives the row."""

    def prepare(self, months: set[int]) -> None:
        """Nothing: there are no partitions."""

    def insert(self, connection: Connection, events: Sequence[Arrived]) -> dict[tuple[str, str], str]:
        """See `Writing`."""
        before = _last_position(connection)
        connection.exec_driver_sql(_INSERT, events)
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
