"""Taking events in: each exactly once, the answer only after the commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.sqlite import insert

from app.hub import schema
from app.hub.audit import audit
from app.hub.envelope import Envelope, is_event_id, read_envelope
from app.hub.errors import Problem
from app.hub.moment import to_micros
from app.hub.people import Credential
from app.hub.store import Store

MAX_EVENTS = 2000

_SAME_ID = "An event with this source and id and another content was recorded before."


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


def ingest(store: Store, credential: Credential, batch: object, now: datetime) -> Ingested:
    """Records a batch as read from JSON; returns once it is committed.

    One statement records all events that pass; the unique (source, id) decides what is new, so that two senders of the
    same batch at the same time are still counted once. Raises Problem 400 for what is no list of events with ids, 413
    for more than MAX_EVENTS.
    """
    raws = _events(batch)
    passed: list[Envelope] = []
    refused: list[tuple[str, Problem]] = []
    for raw in raws:
        try:
            passed.append(_of_source(read_envelope(raw), credential))
        except Problem as refusal:
            refused.append((raw["id"], refusal))
    with store.write() as connection:
        sessions = _sessions(connection, {envelope.session for envelope in passed}, credential.session.device_id)
        cleared: list[Envelope] = []
        for envelope in passed:
            if problem := _session_problem(envelope, sessions.get(envelope.session)):
                refused.append((envelope.id, problem))
            else:
                cleared.append(envelope)
        unique, repeated = _apart(cleared)
        new = _insert(connection, unique, sessions, now)
        accepted = [envelope.id for envelope in unique if envelope.id in new]
        known = _digests(connection, [e.source for e in unique[:1]], [e.id for e in unique if e.id not in new])
        known |= {envelope.id: envelope.digest for envelope in unique if envelope.id in new}
        duplicates: list[str] = []
        for envelope in [*(e for e in unique if e.id not in new), *repeated]:
            if known[envelope.id] == envelope.digest:
                duplicates.append(envelope.id)
            else:
                refused.append((envelope.id, Problem(409, _SAME_ID)))
        _audit_refusals(connection, credential, refused, now)
    # An event that stands twice in one batch is acknowledged once, as accepted.
    fresh = set(accepted)
    return Ingested(
        accepted=accepted,
        duplicates=[event_id for event_id in dict.fromkeys(duplicates) if event_id not in fresh],
        rejected=[Refusal(event_id, problem.as_plain()) for event_id, problem in refused],
    )


def _events(batch: object) -> list[dict[str, Any]]:
    if not isinstance(batch, list):
        raise Problem(400, "The body must be a list of events.")
    if len(batch) > MAX_EVENTS:
        raise Problem(413, f"The batch has more than {MAX_EVENTS} events. Send fewer at once.")
    for place, raw in enumerate(batch):
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
            raise Problem(400, f"Item {place} of the batch is not an event with an id.")
    return batch


def _of_source(envelope: Envelope, credential: Credential) -> Envelope:
    if envelope.source != credential.source:
        raise Problem(403, "The event's source is not the device that sends it.")
    return envelope


def _session_problem(envelope: Envelope, session: Row[Any] | None) -> Problem | None:
    if session is None:
        return Problem(403, "The hub did not issue this agent session for this device.")
    facts = {"agent": {session.person}, "agentteam": {session.team}, "agentrole": set(session.roles.split())}
    for name, claim in envelope.claims:
        if claim not in facts[name]:
            return Problem(403, f"The event's {name} is not that of its agent session.")
    return None


def _sessions(connection: Connection, ids: set[str], device: str) -> dict[str, Row[Any]]:
    sessions = schema.agent_session
    rows = connection.execute(select(sessions).where(sessions.c.id.in_(ids), sessions.c.device == device))
    return {row.id: row for row in rows}


def _apart(envelopes: Iterable[Envelope]) -> tuple[list[Envelope], list[Envelope]]:
    first: dict[str, Envelope] = {}
    again: list[Envelope] = []
    for envelope in envelopes:
        if first.setdefault(envelope.id, envelope) is not envelope:
            again.append(envelope)
    return list(first.values()), again


def _insert(
    connection: Connection, envelopes: Sequence[Envelope], sessions: dict[str, Row[Any]], now: datetime
) -> set[str]:
    """The ids that were not there before."""
    if not envelopes:
        return set()
    received = to_micros(now)
    rows = [
        {
            "source": envelope.source,
            "id": envelope.id,
            "sequence": envelope.sequence,
            "type": envelope.type.value,
            "at": envelope.at,
            "subject": envelope.subject,
            "session": envelope.session,
            "person": sessions[envelope.session].person,
            "team": sessions[envelope.session].team,
            "received_at": received,
            "digest": envelope.digest,
            "body": envelope.body,
        }
        for envelope in envelopes
    ]
    statement = insert(schema.event).on_conflict_do_nothing().returning(schema.event.c.id)
    return set(connection.execute(statement, rows).scalars())


def _digests(connection: Connection, sources: Sequence[str], ids: Sequence[str]) -> dict[str, bytes]:
    if not ids:
        return {}
    events = schema.event
    rows = connection.execute(
        select(events.c.id, events.c.digest).where(events.c.source.in_(sources), events.c.id.in_(ids))
    )
    return {row.id: row.digest for row in rows}


def _audit_refusals(
    connection: Connection, credential: Credential, refused: Sequence[tuple[str, Problem]], now: datetime
) -> None:
    for event_id, problem in refused:
        audit(
            connection,
            now,
            f"event-{problem.status}",
            person=credential.session.person.id,
            device=credential.session.device_id,
            # What is no id of ours could be anything, a name included.
            about=event_id if is_event_id(event_id) else "(no id of ours)",
            detail=problem.detail,
        )
