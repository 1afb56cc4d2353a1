"""The way to the disk: batches that wait at the same time are recorded by one transaction.

Requests hand in deliveries; a few threads take what has piled up, write it, commit, and only then answer each. So the
disk is waited for once, however many desktops send at that moment, and Python reads the next batches meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from app.hub.audit import audit
from app.hub.envelope import same_event
from app.hub.errors import Problem
from app.hub.store import Store

MAX_IN_TRANSACTION = 4096
"""Events that one transaction takes at most, unless a single delivery has more."""

MAX_WAITING = 60_000
"""Events that wait at most; what comes then is put off."""

_RETRY_AFTER_S = 2
_TRIES = 4

_log = logging.getLogger("cuecard.hub")


class TryAgain(Exception):
    """The database undid a transaction so that another could go on; done again it will do."""


class Arrived(NamedTuple):
    """An event as its row will be, but for its position; the order is that of the table's columns."""

    home_team: str
    month: int
    source: str
    id: str
    sequence: int
    type: str
    at: int
    held: int
    subject: str
    session: str
    person: str
    team: str
    received_at: int
    body: str


class AuditEntry(NamedTuple):
    """A row for the audit trail."""

    now: datetime
    kind: str
    person: str
    device: str
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Events of one batch, each id once; audit rows to write with them; the audit row for one that was changed."""

    events: list[Arrived]
    audited: list[AuditEntry]
    changed: Callable[[str], AuditEntry]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What had been recorded before: id -> whether with the same content. All else was recorded now."""

    known: dict[str, bool]


class Writing(Protocol):
    """How events get into the tables of one kind of database."""

    def prepare(self, months: set[int]) -> None:
        """Sees to it that there is a place for events of these months; outside of any transaction of ours."""

    def insert(self, connection: Connection, events: Sequence[Arrived]) -> dict[tuple[str, str], str]:
        """Records what is new; (source, id) of the others -> the body that was recorded before."""


class Recorder:
    """Writes deliveries down. `on_recorded` is called after each commit, from a thread of the recorder's."""

    def __init__(
        self, store: Store, writing: Writing, *, writers: int = 1, on_recorded: Callable[[], None] | None = None
    ) -> None:
        self._store = store
        self._writing = writing
        self._on_recorded = on_recorded
        self._waiting: deque[tuple[Delivery, Future[Outcome]]] = deque()
        self._events_waiting = 0
        self._has_news = threading.Condition()
        self._is_closing = False
        self._threads = [
            threading.Thread(target=self._work, name=f"recorder-{number}", daemon=True) for number in range(writers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def events_waiting(self) -> int:
        """How many events wait to be recorded."""
        return self._events_waiting

    def check_room(self) -> None:
        """Raises Problem 503 where more is waiting than can be recorded soon."""
        if self._events_waiting > MAX_WAITING or self._is_closing:
            raise Problem(503, "The hub is busy. Nothing of this request was recorded.", retry_after=_RETRY_AFTER_S)

    def submit(self, delivery: Delivery) -> Future[Outcome]:
        """Hands a delivery in; the future ends after the commit."""
        future: Future[Outcome] = Future()
        with self._has_news:
            self.check_room()
            self._waiting.append((delivery, future))
            self._events_waiting += len(delivery.events)
            self._has_news.notify()
        return future

    def close(self) -> None:
        """Records what waits, then ends."""
        with self._has_news:
            self._is_closing = True
            self._has_news.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while group := self._next():
            self._record_all(group)

    def _next(self) -> list[tuple[Delivery, Future[Outcome]]]:
        with self._has_news:
            while not self._waiting and not self._is_closing:
                self._has_news.wait()
            group: list[tuple[Delivery, Future[Outcome]]] = []
            size = 0
            while self._waiting:
                size += len(self._waiting[0][0].events)
                if group and size > MAX_IN_TRANSACTION:
                    break
                group.append(self._waiting.popleft())
            return group

    def _record_all(self, group: list[tuple[Delivery, Future[Outcome]]]) -> None:
        try:
            outcomes = self._record_patiently([delivery for delivery, _ in group])
        except Exception as error:
            if len(group) > 1:
                # One of them may be to blame; the others shall not suffer for it.
                for one in group:
                    self._record_all([one])
                return
            _log.warning("A batch was not recorded: %s", type(error).__name__)
            self._leave(group)
            group[0][1].set_exception(error)
            return
        self._leave(group)
        for (_, future), outcome in zip(group, outcomes, strict=True):
            future.set_result(outcome)
        if self._on_recorded is not None:
            self._on_recorded()

    def _leave(self, group: list[tuple[Delivery, Future[Outcome]]]) -> None:
        with self._has_news:
            self._events_waiting -= sum(len(delivery.events) for delivery, _ in group)

    def _record_patiently(self, deliveries: list[Delivery]) -> list[Outcome]:
        for _ in range(_TRIES - 1):
            try:
                return self._record(deliveries)
            except TryAgain:
                continue
        return self._record(deliveries)

    def _record(self, deliveries: list[Delivery]) -> list[Outcome]:
        # The same event in two deliveries: the first one records it, the other is held against that.
        first = _first_of_each(deliveries)
        self._writing.prepare({event.month for event in first})
        with self._store.write() as connection:
            known = self._writing.insert(connection, first) if first else {}
            outcomes = [Outcome({})] if len(deliveries) == 1 and not known else _outcomes(deliveries, known)
            for delivery, outcome in zip(deliveries, outcomes, strict=True):
                changed = [delivery.changed(event_id) for event_id, same in outcome.known.items() if not same]
                for entry in (*delivery.audited, *changed):
                    audit(connection, self._store.key, entry.now, entry.kind, **_named(entry))
        return outcomes


def _first_of_each(deliveries: list[Delivery]) -> list[Arrived]:
    if len(deliveries) == 1:
        return deliveries[0].events
    return list(
        {(event.source, event.id): event for one in reversed(deliveries) for event in reversed(one.events)}.values()
    )


def _outcomes(deliveries: list[Delivery], known: dict[tuple[str, str], str]) -> list[Outcome]:
    recorded = dict(known)
    outcomes = []
    for delivery in deliveries:
        before: dict[str, bool] = {}
        for event in delivery.events:
            body = recorded.setdefault((event.source, event.id), event.body)
            if body is not event.body:
                before[event.id] = same_event(event.body, body)
        outcomes.append(Outcome(before))
    return outcomes


def _named(entry: AuditEntry) -> dict[str, str]:
    return {"person": entry.person, "device": entry.device, "about": entry.about, "detail": entry.detail}
