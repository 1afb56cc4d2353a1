"""Taking events in: each exactly once, the answer only after the commit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from app.hub import schema
from app.hub.batch import Batch, read_batch
from app.hub.clock import held_between
from app.hub.envelope import Envelope, is_event_id, same_event
from app.hub.errors import Problem
from app.hub.legs import late_accepts
from app.hub.moment import to_micros
from app.hub.months import month_of
from app.hub.people import Credential
from app.hub.recorder import Arrived, AuditEntry, Delivery, Outcome, Recorder
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
        arrived, refused = self._checked(batch, credential, to_micros(now), offset)
        if late := late_accepts(self._store, arrived):
            refused += ((event.id, Problem(422, _LATE)) for event in arrived if event.id in late)
            arrived = [event for event in arrived if event.id not in late]
        first, otherwise_again = _apart(arrived)
        refused += ((event_id, Problem(409, _SAME_ID)) for event_id in otherwise_again)
        audited = [_audited(credential, event_id, problem, now) for event_id, problem in refused]
        delivery = Delivery(
            first, audited, lambda event_id: _audited(credential, event_id, Problem(409, _SAME_ID), now)
        )
        return _then(self._recorder.submit(delivery), lambda outcome: _answer(outcome, first, refused))

    def _checked(
        self, batch: Batch, credential: Credential, received: int, offset: int
    ) -> tuple[list[Arrived], list[tuple[str, Problem]]]:
        sessions = self._sessions.of({event.session for event in batch.events}, credential.session.device_id)
        refused = list(batch.refused)
        arrived = []
        source, home_team = credential.source, credential.home_team
        for event in batch.events:
            session = sessions.get(event.session)
            if problem := _problem(event, source, session):
                refused.append((event.id, problem))
                continue
            assert session is not None
            at, held = held_between(event.at + offset, session.signed_in_at, received)
            arrived.append(
                Arrived(
                    home_team,
                    month_of(event.id),
                    source,
                    event.id,
                    event.sequence,
                    event.type,
                    at,
                    held,
                    event.subject,
                    event.session,
                    session.person,
                    session.team,
                    received,
                    event.body,
                )
            )
        return arrived, refused


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


def _apart(arrived: list[Arrived]) -> tuple[list[Arrived], list[str]]:
    """The events, each id once, and the ids that stand in the batch a second time with another content."""
    first = {event.id: event for event in reversed(arrived)}
    if len(first) == len(arrived):
        return arrived, []
    otherwise = [event.id for event in arrived if not same_event(event.body, first[event.id].body)]
    return list(reversed(first.values())), otherwise


def _answer(outcome: Outcome, sent: Sequence[Arrived], refused: Iterable[tuple[str, Problem]]) -> Ingested:
    never = [*refused, *((event_id, Problem(409, _SAME_ID)) for event_id, same in outcome.known.items() if not same)]
    return Ingested(
        accepted=[event.id for event in sent if event.id not in outcome.known],
        duplicates=[event_id for event_id, is_same in outcome.known.items() if is_same],
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
