"""The projections: sums that reports read, kept up behind the events, and made anew from them whenever wanted.

One process at a time reads on from where the last round ended, in the order in which transactions became visible for
good: no event is passed over, however late its transaction ended. A round may see an event twice; that changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, FromClause, Row, column, delete, func, insert, select, table, text, update

from app.hub import schema
from app.hub.administration.erasure import blank_late
from app.hub.briefs import COUNTING_TYPES, Noted, noted, sums, write_brief, write_name
from app.hub.history import TYPES, histories, keep
from app.hub.merging_calls import Call, kept_calls, merged
from app.hub.moment import to_micros
from app.hub.months import ELSEWHERE, partition_of
from app.hub.search import index
from app.hub.store import Store, lock_number
from app.reports.brief import CALL_COUNTS, OFFER_COUNTS, STEP_COUNTS, CallSums, Counts

SLOT = 15 * 60 * 1_000_000
"""A quarter of an hour: every time zone's days begin with one."""

NAME = "reports"

# With the longest wait before each round it keeps up with 30,000 a second, however busy the recording is.
_EVENTS_A_ROUND = 24_000
_TRANSACTIONS_A_ROUND = 200
_IDLE_S = 1.0
_GIVE_WAY_S = 0.01
_GIVE_WAY_AT_MOST_S = 0.8

_log = logging.getLogger("cuecard.hub")


class Projector:
    """Keeps the projections up in a thread of its own; `poke` says that there is news.

    `is_busy` tells whether events wait to be recorded: then the projections stand back for a moment.
    """

    def __init__(self, store: Store, is_busy: Callable[[], bool]) -> None:
        self._store = store
        self._is_busy = is_busy
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="projector", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Says that events were recorded."""
        self._news.set()

    def settle(self, within_s: float) -> None:
        """Waits, at most so long, until all that is recorded now is in the projections."""
        deadline = time.monotonic() + within_s
        with self._store.read() as connection:
            newest = connection.execute(select(func.max(schema.intake.c.place))).scalar() or 0
        self.poke()
        while place_reached(self._store) < newest and time.monotonic() < deadline:
            time.sleep(0.01)

    def close(self) -> None:
        """Ends after the round under way."""
        self._stopping.set()
        self._news.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                with _alone(self._store) as is_ours:
                    while is_ours and not self._stopping.is_set():
                        self._give_way()
                        names_to_come = index.catch_up(self._store)
                        if not catch_up(self._store) and not names_to_come:
                            self._news.wait(_IDLE_S)
                            self._news.clear()
            except Exception as error:
                _log.warning("The projections wait: %s", type(error).__name__)
            self._stopping.wait(_IDLE_S)

    def _give_way(self) -> None:
        until = time.monotonic() + _GIVE_WAY_AT_MOST_S
        while self._is_busy() and time.monotonic() < until and not self._stopping.is_set():
            self._stopping.wait(_GIVE_WAY_S)


class _alone:
    """Holds, on PostgreSQL, the lock by which one process of all keeps the projections up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: Connection | None = None

    def __enter__(self) -> bool:
        if self._store.is_sqlite:
            return True
        self._held = self._store.connection_of_our_own()
        taken = self._held.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": lock_number("projections")})
        return bool(taken.scalar())

    def __exit__(self, *_: object) -> None:
        if self._held is not None:
            # The connection goes, and with it the lock.
            self._held.invalidate()
            self._held.close()


def catch_up(store: Store) -> bool:
    """One round; whether there was anything to do."""
    with store.read() as connection:
        reached = _reached(connection)
        taken = _next_transactions(connection, reached, store.place_base)
    if not taken:
        return False
    places = _places(store, taken)
    with store.read() as connection:
        rows = _rows(connection, taken, places)
        fresh = _fresh_events(rows)
        kept = kept_calls(connection, fresh)
    remembered = histories(row for row in rows if row.type in TYPES)
    change = _Change()
    changed = []
    for (team, subject), others, before, after in merged(fresh, kept):
        new = sums(after)
        for brief in before:
            change.add(team, sums(brief), -1)
        change.add(team, new, 1)
        answered = None if new.answered_at is None else to_micros(new.answered_at)
        changed.append({"team": team, "subject": subject, "answered_at": answered, "brief": write_brief(after)})
        name = write_name(subject)
        changed += [{"team": team, "subject": other, "answered_at": None, "brief": name} for other in others]
    with store.write() as connection:
        if not _move_on(connection, reached, taken[-1]):
            return True  # another process was faster; its work stands
        if changed:
            connection.execute(_KEEP_BRIEF, changed)
        change.write(connection)
        keep(connection, remembered)
        blank_late(connection, store, *_stretch(taken), _months(taken))
    return True


_TYPES_READ = tuple(sorted({*COUNTING_TYPES, *TYPES}))
_ALL = (
    schema.call_brief,
    schema.call_tally,
    schema.offer_tally,
    schema.step_tally,
    schema.account_history,
    schema.projection,
)


def rebuild(store: Store) -> int:
    """Makes the projections anew out of all events; how many calls they are made of."""
    with store.write() as connection:
        for table in _ALL:
            connection.execute(delete(table))
    while catch_up(store):
        pass
    with store.read() as connection:
        brief = schema.call_brief.c.brief
        return connection.execute(select(func.count()).where(brief.startswith("["))).scalar() or 0


def place_reached(store: Store) -> int:
    """How far the projections have read."""
    with store.read() as connection:
        return _reached(connection)


def as_of(connection: Connection, now: int) -> int:
    """How new the projections are: `now` where nothing is outstanding, else the last receipt that is in them."""
    waiting = waiting_since(connection)
    if waiting is None:
        return now
    reached = select(schema.projection.c.as_of).where(schema.projection.c.name == NAME)
    return connection.execute(reached).scalar() or waiting


def waiting_since(connection: Connection) -> int | None:
    """The earliest receipt that is not yet in the projections; None where nothing is outstanding."""
    intake = schema.intake
    outstanding = select(func.min(intake.c.received_at)).where(intake.c.place > _reached(connection))
    return connection.execute(outstanding).scalar()


def _reached(connection: Connection) -> int:
    place = schema.projection.c.place
    return connection.execute(select(place).where(schema.projection.c.name == NAME)).scalar() or 0


def _next_transactions(connection: Connection, reached: int, place_base: int) -> list[Row[Any]]:
    intake = schema.intake
    wanted = select(intake).where(intake.c.place > reached)
    if connection.dialect.name == "postgresql":
        # What lies below the oldest transaction still running is complete; above it something may yet appear.
        oldest = text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        wanted = wanted.where(intake.c.place - place_base < oldest)
    taken: list[Row[Any]] = []
    events = 0
    for row in connection.execute(wanted.order_by(intake.c.place).limit(_TRANSACTIONS_A_ROUND)):
        events += row.last - row.first + 1
        if taken and events > _EVENTS_A_ROUND and taken[-1].place != row.place:
            break
        taken.append(row)
    return taken


def _places(store: Store, taken: list[Row[Any]]) -> list[FromClause]:
    """The tables in which these transactions' events lie: on PostgreSQL the partitions themselves.

    Asked by the month, PostgreSQL would go through the whole of the month by its key. By the positions alone it reads
    what is wanted, if the index over them is up to date; by itself it sees to that only when it cleans up.
    """
    if store.is_sqlite:
        return [schema.event]
    # Events of a month whose partition was taken away lie with those of no month.
    names = [partition_of(month) for month in sorted({*_months(taken), ELSEWHERE})]
    with store.write() as connection:
        there = connection.execute(_BRING_INDEX_UP_TO_DATE, {"names": names}).scalars().all()
    return [table(name, *(column(each.name, each.type) for each in schema.event.c)) for name in there]


def _months(taken: list[Row[Any]]) -> set[int]:
    return {month for row in taken for month in msgspec.json.decode(row.months, type=list[int])}


def _stretch(taken: list[Row[Any]]) -> tuple[int, int]:
    """The first and the last position of these transactions' events."""
    return min(row.first for row in taken), max(row.last for row in taken)


def _fresh_events(rows: Iterable[Row[Any]]) -> dict[Call, list[Noted]]:
    fresh: dict[Call, list[Noted]] = defaultdict(list)
    for row in rows:
        if row.type in COUNTING_TYPES:
            fresh[row.team, row.subject].append(noted(row))
    return fresh


def _rows(connection: Connection, taken: list[Row[Any]], places: list[FromClause]) -> list[Row[Any]]:
    """The events of these transactions that any projection is made of."""
    if connection.dialect.name == "postgresql":
        # Without statistics, as a month has none at its beginning, it would read the month from end to end.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    first, last = _stretch(taken)
    rows: list[Row[Any]] = []
    for place in places:
        event = place.c
        columns = (
            event.team,
            event.subject,
            event.source,
            event.id,
            event.sequence,
            event.at,
            event.type,
            event.person,
            event.body,
        )
        wanted = (event.position >= first, event.position <= last, event.type.in_(_TYPES_READ))
        rows += connection.execute(select(*columns).where(*wanted))
    return rows


def _move_on(connection: Connection, reached: int, last: Row[Any]) -> bool:
    """Moves the place on from `reached`; False where it is no longer there."""
    projection = schema.projection
    moved = connection.execute(
        update(projection)
        .where(projection.c.name == NAME, projection.c.place == reached)
        .values(place=last.place, as_of=last.received_at)
    )
    if moved.rowcount or reached:
        return bool(moved.rowcount)
    connection.execute(insert(projection).values(name=NAME, place=last.place, as_of=last.received_at))
    return True


class _Change:
    """What the sums change by, collected over a round."""

    def __init__(self) -> None:
        self._by: dict[str, dict[tuple[Any, ...], list[int]]] = {name: {} for name in _ADD}

    def add(self, team: str, call: CallSums, sign: int) -> None:
        """Adds (`sign` 1) or takes away (-1) what a call comes to."""
        if call.answered_at is None:
            return
        at = to_micros(call.answered_at)
        slot = at - at % SLOT
        for person, counts in call.calls.items():
            self._note("call_tally", (team, slot, person), counts, sign)
        for (person, offer), counts in call.offers.items():
            self._note("offer_tally", (team, slot, person, offer), counts, sign)
        for (script, step), counts in call.steps.items():
            self._note("step_tally", (team, slot, script, step), counts, sign)

    def write(self, connection: Connection) -> None:
        """Writes the change, always in one order."""
        for name, (statement, columns) in _ADD.items():
            rows = [
                dict(zip(columns, (*key, *counts), strict=True))
                for key, counts in sorted(self._by[name].items())
                if any(counts)
            ]
            if rows:
                connection.execute(statement, rows)

    def _note(self, table: str, key: tuple[Any, ...], counts: Counts, sign: int) -> None:
        sums_so_far = self._by[table].setdefault(key, [0] * len(counts))
        for place, count in enumerate(counts):
            sums_so_far[place] += sign * count


def _adding(table: str, key: tuple[str, ...], counts: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    columns = (*key, *counts)
    values = ", ".join(f":{name}" for name in columns)
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    )
    return text(statement), columns


_ADD = {
    "call_tally": _adding("call_tally", ("team", "slot", "person"), CALL_COUNTS),
    "offer_tally": _adding("offer_tally", ("team", "slot", "person", "offer"), OFFER_COUNTS),
    "step_tally": _adding("step_tally", ("team", "slot", "script", "step"), STEP_COUNTS),
}
_BRING_INDEX_UP_TO_DATE = text(
    "WITH place AS MATERIALIZED (SELECT c.relname, x.oid FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid"
    " JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am a ON a.oid = x.relam AND a.amname = 'brin'"
    " WHERE c.relispartition AND c.relname = ANY(:names) AND pg_table_is_visible(c.oid))"
    " SELECT relname FROM place WHERE brin_summarize_new_values(oid) >= 0"
)
_KEEP_BRIEF = text(
    "INSERT INTO call_brief (team, subject, answered_at, brief) VALUES (:team, :subject, :answered_at, :brief)"
    " ON CONFLICT (team, subject) DO UPDATE SET answered_at = excluded.answered_at, brief = excluded.brief"
)
