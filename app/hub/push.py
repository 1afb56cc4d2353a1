"""What is pushed to desktops: kept in the database, told to every hub process, sent to whom it is meant for.

A push is a row first; being told is only a sign to look. So what a desktop missed while it was away is still there, for
seven days, and it asks for all after the last number that it has seen.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from app.domain.person import Person
from app.hub import schema
from app.hub.audience import Audience
from app.hub.engine import driver_url
from app.hub.moment import to_micros
from app.hub.store import Store

KEPT = timedelta(days=7)
CHANNEL = "cuecard_push"
KINDS = frozenset({"release", "settings", "alert", "call", "message"})

SIGN_OUT = "sign-out"
"""Not told to anybody: it ends the streams that a person has open."""

_HEARTBEAT_S = 15.0
_WAITING_AT_MOST = 200
_BACKLOG_AT_ONCE = 500
_LISTEN_S = 1.0

_log = logging.getLogger("cuecard.hub")


@dataclass(frozen=True, slots=True)
class Push:
    """One thing to tell; `body` is JSON."""

    number: int
    kind: str
    team: str
    person: str
    body: str

    def is_for(self, person: Person) -> bool:
        """Whether it is meant for this person."""
        return self.person == person.id if self.person else self.team in ("", person.team, *person.teams)

    def as_event(self) -> bytes:
        """As server-sent events have it."""
        return f"id: {self.number}\nevent: {self.kind}\ndata: {self.body}\n\n".encode()


def publish(store: Store, now: datetime, kind: str, body: dict[str, Any], *, team: str = "", person: str = "") -> int:
    """Pushes to one person, to a team, or to everyone; its number. Who is connected is told after the commit."""
    with store.write() as connection:
        return publish_within(connection, store, now, kind, body, team=team, person=person)


def publish_within(
    connection: Connection,
    store: Store,
    now: datetime,
    kind: str,
    body: dict[str, Any],
    *,
    team: str = "",
    person: str = "",
) -> int:
    """The same within the caller's transaction."""
    connection.execute(delete(schema.push).where(schema.push.c.at < to_micros(now - KEPT)))
    return publish_all(connection, store, now, kind, [(team, person, msgspec.json.encode(body).decode())])


def publish_all(
    connection: Connection, store: Store, now: datetime, kind: str, told: Sequence[tuple[str, str, str]]
) -> int:
    """Pushes many things of one kind, each (team, person, JSON), within the caller's transaction; the last's number.

    At least one has to be given.
    """
    push = schema.push
    # One at a time, so that numbers become visible in their order.
    store.exclusive(connection, "push")
    newest = connection.execute(select(func.max(push.c.number))).scalar() or 0
    # Never an earlier number again, also where all of them have been deleted.
    first = max(newest + 1, to_micros(now) // 1000)
    rows = [
        {"number": first + place, "at": to_micros(now), "kind": kind, "team": team, "person": person, "body": body}
        for place, (team, person, body) in enumerate(told)
    ]
    connection.execute(insert(push), rows)
    if not store.is_sqlite:
        connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return int(first) + len(rows) - 1


def forget_before(connection: Connection, kind: str, before: datetime) -> None:
    """Deletes what was pushed of a kind before that time, where it is worth nothing any more."""
    connection.execute(delete(schema.push).where(schema.push.c.kind == kind, schema.push.c.at < to_micros(before)))


def acknowledge(store: Store, now: datetime, device: str, person: str, number: int) -> None:
    """Notes that a person has seen, on a device, everything up to a number."""
    seen = schema.push_seen
    where = (seen.c.device == device, seen.c.person == person)
    with store.write() as connection:
        store.exclusive(connection, f"seen {device} {person}")
        known = connection.execute(select(seen.c.number).where(*where)).scalar()
        if known is None:
            row = {"device": device, "person": person, "number": number, "at": to_micros(now)}
            connection.execute(insert(seen).values(**row))
        elif number > known:
            connection.execute(update(seen).where(*where).values(number=number, at=to_micros(now)))


# Number and bytes of a push; None ends the stream.
_Told = tuple[int, bytes] | None


@dataclass(eq=False)
class _Listener:
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[_Told] = field(default_factory=lambda: asyncio.Queue(_WAITING_AT_MOST))


class Board:
    """The desktops that are connected to this process. Attribute `connected`: how many."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._audience: Audience[_Listener] = Audience()
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._stopping = threading.Event()
        with store.read() as connection:
            self._told = _newest(connection)
        self._threads = [threading.Thread(target=self._tell_on, name="push", daemon=True)]
        if not store.is_sqlite:
            self._threads.append(threading.Thread(target=self._listen, name="push-listen", daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def connected(self) -> int:
        """How many desktops listen."""
        return len(self._audience)

    def look(self) -> None:
        """Says that there may be something new."""
        self._news.set()

    async def stream(
        self,
        person: Person,
        device: str,
        after: int | None,
        *,
        is_welcome: Callable[[], bool] = lambda: True,
        seconds: float = math.inf,
    ) -> AsyncGenerator[bytes, None]:
        """Everything for a person, from `after` on (None: from what the device has acknowledged), until he goes.

        It ends after so many `seconds`. `is_welcome` says, at the beginning and from a thread, whether he may listen.

        A comment every 15 s shows that the connection lives. It ends where the desktop does not keep up; it comes again
        and reads what it missed.
        """
        loop = asyncio.get_running_loop()
        listener, until = _Listener(loop), loop.time() + seconds
        with self._lock:
            self._audience.add(listener, person)
        try:
            # Asked once more now that he is reached by what ends streams: he may have been shut out just before.
            if not await asyncio.to_thread(is_welcome):
                return
            # Before the stream is seen to be open: whatever is pushed from then on comes after this place.
            last = after if after is not None else await asyncio.to_thread(self._seen, device, person.id)
            yield b"retry: 2000\n\n"
            # Listening began before this look: nothing falls in between, and what comes twice is known by its number.
            while backlog := await asyncio.to_thread(self._after, last):
                for push in backlog:
                    last = push.number
                    if push.is_for(person) and push.kind != SIGN_OUT:
                        yield push.as_event()
            while not self._stopping.is_set() and loop.time() < until:
                try:
                    async with asyncio.timeout(min(_HEARTBEAT_S, max(until - loop.time(), 0))):
                        told = await listener.queue.get()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if told is None:
                    return
                number, event = told
                if number > last:
                    last = number
                    yield event
        finally:
            with self._lock:
                self._audience.discard(listener)

    def close(self) -> None:
        """Ends every stream."""
        self._stopping.set()
        self._news.set()
        with self._lock:
            listeners = self._audience.of("", "")
        _hand([(listener, None) for listener in listeners])
        for thread in self._threads:
            thread.join()

    def _tell_on(self) -> None:
        while not self._stopping.is_set():
            self._news.wait()
            self._news.clear()
            try:
                while fresh := self._after(self._told):
                    self._told = fresh[-1].number
                    letters: list[tuple[_Listener, _Told]] = []
                    for push in fresh:
                        # Written once for all who hear it.
                        told = None if push.kind == SIGN_OUT else (push.number, push.as_event())
                        with self._lock:
                            letters += [(listener, told) for listener in self._audience.of(push.team, push.person)]
                    _hand(letters)
            except Exception as error:
                _log.warning("Pushing waits: %s", type(error).__name__)
                self._stopping.wait(_LISTEN_S)
                self._news.set()

    def _listen(self) -> None:
        import psycopg

        while not self._stopping.is_set():
            url = driver_url(self._store.url)
            with suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}".encode())
                # What was pushed while nobody listened.
                self.look()
                while not self._stopping.is_set():
                    for _ in connection.notifies(timeout=_LISTEN_S, stop_after=1):
                        self.look()
            self._stopping.wait(_LISTEN_S)

    def _after(self, number: int) -> list[Push]:
        push = schema.push
        with self._store.read() as connection:
            rows = connection.execute(
                select(push).where(push.c.number > number).order_by(push.c.number).limit(_BACKLOG_AT_ONCE)
            ).all()
        return [_push(row) for row in rows]

    def _seen(self, device: str, person: str) -> int:
        seen = schema.push_seen
        with self._store.read() as connection:
            number = connection.execute(
                select(seen.c.number).where(seen.c.device == device, seen.c.person == person)
            ).scalar()
            # A device that never acknowledged anything begins with what comes from now on.
            return _newest(connection) if number is None else number


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(schema.push.c.number))).scalar() or 0


def _push(row: Row[Any]) -> Push:
    return Push(row.number, row.kind, row.team, row.person, row.body)


def _hand(letters: Sequence[tuple[_Listener, _Told]]) -> None:
    """Hands each listener what is for him, in his loop; waking a loop is dear, so once for all that is for it."""
    of_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Listener, _Told]]] = {}
    for letter in letters:
        of_loop.setdefault(letter[0].loop, []).append(letter)
    for loop, its in of_loop.items():
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(_put_all, its)


def _put_all(letters: Sequence[tuple[_Listener, _Told]]) -> None:
    for listener, told in letters:
        if listener.queue.full():
            # He does not keep up: the end of the stream takes the place of what waits.
            while not listener.queue.empty():
                listener.queue.get_nowait()
            listener.queue.put_nowait(None)
        else:
            listener.queue.put_nowait(told)
