"""The way to the disk: batches that wait at the same time are recorded by one transaction.

Requests hand in deliveries; a few threads take what has piled up, write it, commit, and only then answer each. So the
disk is waited for once, however many desktops send at that moment, and Python reads the next batches meanwhile.

Whatever is decided by what a device recorded before (is this event known, is its call wrapped up) is decided within the
transaction, and of one device there is only one transaction at a time: two never decide without knowing of each other.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from app.hub.administration.erased import is_erased_form_of
from app.hub.audit import audit
from app.hub.envelope import Envelope, same_event
from app.hub.errors import Problem
from app.hub.legs import Accept, late_in_store
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


class Origin(NamedTuple):
    """What the rows of a run of events have in common; the order is that of the statements that write them."""

    home_team: str
    month: int
    source: str
    held: int
    session: str
    person: str
    team: str
    received_at: int


@dataclass(frozen=True, slots=True)
class Run:
    """Events with one origin; `shift` (microseconds) is added to their times."""

    origin: Origin
    shift: int
    events: list[Envelope]


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
    """Events of one batch, so of one source, each id once; `accepts` are those of them that come too late if their leg
    of the call is found to be wrapped up. Audit rows to write with them, and those for events that are refused at the
    end: `changed` was recorded before with another content, `late` was accepted after the wrap-up."""

    source: str
    runs: list[Run]
    accepts: list[Accept]
    audited: list[AuditEntry]
    changed: Callable[[str], AuditEntry]
    late: Callable[[str], AuditEntry]

    @property
    def events(self) -> Iterator[Envelope]:
        """All of its events."""
        return (event for run in self.runs for event in run.events)

    @property
    def size(self) -> int:
        """How many events it has."""
        return sum(len(run.events) for run in self.runs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What had been recorded before (id -> whether with the same content), and what came too late.

    All else was recorded now.
    """

    known: dict[str, bool]
    late: frozenset[str] = frozenset()


class Writing(Protocol):
    """How events get into the tables of one kind of database."""

    def prepare(self, months: set[int]) -> None:
        """Sees to it that there is a place for events of these months; outside of any transaction of ours."""

    def hold(self, connection: Connection, sources: Sequence[str]) -> None:
        """Waits until no other transaction holds one of these sources, and holds them until the transaction ends."""

    def insert(self, connection: Connection, runs: Sequence[Run]) -> dict[tuple[str, str], str]:
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
            self._events_waiting += delivery.size
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
            sources: set[str] = set()
            while self._waiting:
                delivery = self._waiting[0][0]
                size += delivery.size
                # Of one source one after the other, so that the second can be held against the first.
                if group and (size > MAX_IN_TRANSACTION or delivery.source in sources):
                    break
                sources.add(delivery.source)
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
            self._events_waiting -= sum(delivery.size for delivery, _ in group)

    def _record_patiently(self, deliveries: list[Delivery]) -> list[Outcome]:
        for _ in range(_TRIES - 1):
            try:
                return self._record(deliveries)
            except TryAgain:
                continue
        return self._record(deliveries)

    def _record(self, deliveries: list[Delivery]) -> list[Outcome]:
        self._writing.prepare({run.origin.month for delivery in deliveries for run in delivery.runs})
        with self._store.write() as connection:
            self._writing.hold(connection, sorted(delivery.source for delivery in deliveries))
            late = late_in_store(connection, [accept for delivery in deliveries for accept in delivery.accepts])
            if late:
                deliveries = [_without(delivery, late) for delivery in deliveries]
            runs = [run for delivery in deliveries for run in delivery.runs if run.events]
            known = self._writing.insert(connection, runs) if runs else {}
            outcomes = [_outcome(self._store, delivery, known, late) for delivery in deliveries]
            for delivery, outcome in zip(deliveries, outcomes, strict=True):
                changed = [delivery.changed(event_id) for event_id, same in outcome.known.items() if not same]
                refused = [delivery.late(event_id) for event_id in sorted(outcome.late)]
                for entry in (*delivery.audited, *changed, *refused):
                    audit(connection, self._store.key, entry.now, entry.kind, **_named(entry))
        return outcomes


def _without(delivery: Delivery, late: frozenset[Accept]) -> Delivery:
    gone = {accept.id for accept in late if accept.source == delivery.source}
    if not gone:
        return delivery
    runs = [replace(run, events=[event for event in run.events if event.id not in gone]) for run in delivery.runs]
    return replace(delivery, runs=runs)


def _outcome(store: Store, delivery: Delivery, known: dict[tuple[str, str], str], late: frozenset[Accept]) -> Outcome:
    too_late = frozenset(accept.id for accept in late if accept.source == delivery.source)
    if not known:
        return Outcome({}, too_late)
    before = {}
    for event in delivery.events:
        body = known.get((delivery.source, event.id))
        if body is not None:
            before[event.id] = same_event(event.body, body) or is_erased_form_of(store, body, event.body)
    return Outcome(before, too_late)


def _named(entry: AuditEntry) -> dict[str, str]:
    return {"person": entry.person, "device": entry.device, "about": entry.about, "detail": entry.detail}
