"""Taking events in: each exactly once, the answer only after the commit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select

from app.hub import schema
from app.hub.batch import read_batch
from app.hub.clock import are_plain, held_between
from app.hub.envelope import Envelope, is_event_id, same_event
from app.hub.errors import Problem
from app.hub.legs import late_in_batch
from app.hub.moment import to_micros
from app.hub.months import month_of
from app.hub.people import Credential
from app.hub.recorder import AuditEntry, Delivery, Origin, Outcome, Recorder, Run
from app.hub.store import Store

_SAME_ID = "An event with this source and id and another content was recorded before."
_LATE = "The agent had wrapped this call up before the offer was accepted."
_SESSIONS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that is never taken, and why (RFC 9457)."""

    id: str
    problem: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a batch: ids recorded now, ids recorded before with the same content, and what is never taken."""

    accepted: list[str]
    duplicates: list[str]
    rejected: list[Refusal]


class Ingest:
    """Takes batches in. Threads may share it."""

    def __init__(self, store: Store, recorder: Recorder) -> None:
        self._store = store
        self._sessions = _Sessions(store)
        self._recorder = recorder

    def take(self, credential: Credential, body: bytes, now: datetime, offset: int = 0) -> Future[Ingested]:
        """Checks a batch and has it recorded; the future ends once it is committed, or with what went wrong.

        `offset` (microseconds) puts the device's times right. Raises Problem 400 for what is no list of events with
        ids, 413 for too many of them, 503 where more is waiting than can be recorded soon.
        """
        batch = read_batch(body)
        events, otherwise_again = _apart(batch.events)
        runs, refused = self._checked(events, credential, to_micros(now), offset)
        refused += batch.refused
        late, accepts = late_in_batch(credential.source, ((run.origin.person, e) for run in runs for e in run.events))
        if late:
            runs = [replace(run, events=[event for event in run.events if event.id not in late]) for run in runs]
        refused += ((event_id, Problem(422, _LATE)) for event_id in sorted(late))
        refused += ((event_id, Problem(409, _SAME_ID)) for event_id in otherwise_again)
        delivery = Delivery(
            credential.source,
            runs,
            accepts,
            [_audited(credential, event_id, problem, now) for event_id, problem in refused],
            changed=lambda event_id: _audited(credential, event_id, Problem(409, _SAME_ID), now),
            late=lambda event_id: _audited(credential, event_id, Problem(422, _LATE), now),
        )
        return _then(self._recorder.submit(delivery), lambda outcome: _answer(outcome, delivery, refused))

    def _checked(
        self, events: list[Envelope], credential: Credential, received: int, offset: int
    ) -> tuple[list[Run], list[tuple[str, Problem]]]:
        """The events that may be recorded, in runs of one origin each, and those that are refused."""
        if not events:
            return [], []
        sessions = self._sessions.of({event.session for event in events}, credential.session.device_id)
        if (run := _as_one_run(events, credential, sessions, received, offset)) is not None:
            return [run], []
        refused = []
        runs: dict[Origin, Run] = {}
        for event in events:
            session = sessions.get(event.session)
            if problem := _problem(event, credential.source, session):
                refused.append((event.id, problem))
                continue
            assert session is not None
            at, held = held_between(event.at + offset, session.signed_in_at, received)
            origin = _origin(credential, session, month_of(event.id), held, received)
            runs.setdefault(origin, Run(origin, 0, [])).events.append(msgspec.structs.replace(event, at=at))
        return list(runs.values()), refused


def _as_one_run(
    events: list[Envelope], credential: Credential, sessions: dict[str, Row[Any]], received: int, offset: int
) -> Run | None:
    """All events as they are, where nothing is to be said of any of them and they have one origin; else None.

    So it is with nearly every batch, and then nothing has to be done event by event.
    """
    ids, times = [event.id for event in events], [event.at for event in events]
    months = {month_of(min(ids)), month_of(max(ids))}
    if (
        len(sessions) != 1
        or len(months) != 1
        or {event.session for event in events} != sessions.keys()
        or {event.source for event in events} != {credential.source}
        or any(event.claims for event in events)
    ):
        return None
    (session,) = sessions.values()
    if not are_plain(min(times) + offset, max(times) + offset, session.signed_in_at, received):
        return None
    return Run(_origin(credential, session, months.pop(), 0, received), offset, events)


def _origin(credential: Credential, session: Row[Any], month: int, held: int, received: int) -> Origin:
    return Origin(
        credential.home_team, month, credential.source, held, session.id, session.person, session.team, received
    )


class _Sessions:
    """Agent sessions by id; they never change once they were issued, so those looked up lately are remembered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, Row[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, ids: set[str], device: str) -> dict[str, Row[Any]]:
        """Those of the ids that were issued for the device."""
        with self._lock:
            found = {session: self._kept[session] for session in ids if session in self._kept}
        if missing := ids - found.keys():
            sessions = schema.agent_session
            with self._store.read() as connection:
                rows = connection.execute(select(sessions).where(sessions.c.id.in_(missing))).all()
            fresh = {row.id: row for row in rows}
            found |= fresh
            with self._lock:
                self._kept.update(fresh)
                while len(self._kept) > _SESSIONS_KEPT:
                    self._kept.popitem(last=False)
        return {session: row for session, row in found.items() if row.device == device}


def _problem(event: Envelope, source: str, session: Row[Any] | None) -> Problem | None:
    if event.source != source:
        return Problem(403, "The event's source is not the device that sends it.")
    if session is None:
        return Problem(403, "The hub did not issue this agent session for this device.")
    if event.claims:
        facts = {"agent": {session.person}, "agentteam": {session.team}, "agentrole": set(session.roles.split())}
        for name, claim in event.claims:
            if claim not in facts[name]:
                return Problem(403, f"The event's {name} is not that of its agent session.")
    return None


def _apart(events: list[Envelope]) -> tuple[list[Envelope], list[str]]:
    """The events, each id once, and the ids that stand in the batch a second time with another content."""
    if len({event.id for event in events}) == len(events):
        return events, []
    first = {event.id: event for event in reversed(events)}
    otherwise = [event.id for event in events if not same_event(event.body, first[event.id].body)]
    return list(reversed(first.values())), otherwise


def _answer(outcome: Outcome, sent: Delivery, refused: Iterable[tuple[str, Problem]]) -> Ingested:
    known, late = outcome.known, outcome.late
    never = [*refused, *((event_id, Problem(409, _SAME_ID)) for event_id, same in known.items() if not same)]
    never += ((event_id, Problem(422, _LATE)) for event_id in sorted(late))
    return Ingested(
        accepted=[event.id for event in sent.events if event.id not in known and event.id not in late],
        duplicates=[event_id for event_id, is_same in known.items() if is_same],
        rejected=[Refusal(event_id, problem.as_plain()) for event_id, problem in never],
    )


def _audited(credential: Credential, event_id: str, problem: Problem, now: datetime) -> AuditEntry:
    return AuditEntry(
        now,
        f"event-{problem.status}",
        credential.session.person.id,
        credential.session.device_id,
        # What is no id of ours could be anything, a name included.
        event_id if is_event_id(event_id) else "(no id of ours)",
        problem.detail,
    )


def _then(future: Future[Outcome], answer: Callable[[Outcome], Ingested]) -> Future[Ingested]:
    following: Future[Ingested] = Future()

    def pass_on(done: Future[Outcome]) -> None:
        try:
            following.set_result(answer(done.result()))
        except BaseException as error:
            following.set_exception(error)

    future.add_done_callback(pass_on)
    return following
