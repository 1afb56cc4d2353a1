"""The outbox: every event in the order it was recorded, and what became of it.

Sequence numbers have no gaps: the next one is kept in `meta` and moves in the transaction that uses it. An event that
the CRM refused keeps its number and its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.cache.errors import StoreError
from app.cache.schema import Outcome, drafts, meta, microseconds, moment, outbox, sign_ins
from app.desk.ports import Draft, WaitingKind
from app.domain.event import Event, EventType, Json, NewEvent
from app.sync.crm import Rejection

_NEXT = "next_sequence"
_ORDERS = [EventType.ORDER_REQUESTED.value, EventType.ORDER_PLACED.value, EventType.ORDER_FAILED.value]
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, Any])
_TYPES = {type_.value: type_ for type_ in EventType}

_select_next = select(meta.c.value).where(meta.c.key == _NEXT)
_update_next = update(meta).where(meta.c.key == _NEXT).values(value=bindparam("next"))
_select_ids = select(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_insert_event = insert(outbox)
_upsert_draft = upsert(drafts)
_upsert_draft = _upsert_draft.on_conflict_do_update(
    index_elements=[drafts.c.call], set_={"body": _upsert_draft.excluded.body}
)
_open = outbox.c.state != int(Outcome.ACKNOWLEDGED)
# Both conditions: the first is what the index is made for.
_unsent = _open & (outbox.c.state == int(Outcome.UNSENT))


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is not at the CRM: `unsent` events, the time of the `oldest` of them, and how many were `set_aside`."""

    unsent: int
    oldest: datetime | None
    set_aside: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that the CRM refused for good, and why; it can be looked at and exported, and is never deleted."""

    event: Event
    status: int
    problem: str
    tries: int = 0


def record(connection: Connection, source: str, events: Sequence[NewEvent]) -> list[Event]:
    """Adds events, each with the next number; one whose id is there already is given back as it was recorded."""
    if not events:
        return []
    bodies = {event.id: encode_body(event.data) for event in events}
    found = {row.id: event_of(row, source) for row in connection.execute(_select_ids, {"ids": list(bodies)})}
    following = int(connection.execute(_select_next).scalar_one())
    recorded: list[Event] = []
    rows: list[dict[str, object]] = []
    for event in events:
        if event.id not in found:
            found[event.id] = _numbered(event, source, following)
            rows.append(_row(found[event.id], bodies[event.id]))
            following += 1
        recorded.append(found[event.id])
    if rows:
        connection.execute(_insert_event, rows)
        connection.execute(_update_next, {"next": str(following)})
    return recorded


def keep_draft(connection: Connection, draft: Draft) -> None:
    """Keeps the state of a call under way; a later one replaces it and keeps its place."""
    connection.execute(_upsert_draft, {"call": draft.call, "body": draft.body})


def drop_draft(connection: Connection, call: str) -> None:
    """Forgets a call's state."""
    connection.execute(delete(drafts).where(drafts.c.call == call))


def drafts_in_order(connection: Connection) -> list[Draft]:
    """The calls under way, oldest first."""
    rows = connection.execute(select(drafts.c.call, drafts.c.body).order_by(drafts.c.place))
    return [Draft(call, body) for call, body in rows]


def recorded_since(connection: Connection, source: str, since: datetime, person: str) -> list[Event]:
    """A person's events from that time on, in order of recording."""
    rows = connection.execute(
        select(outbox)
        .join(sign_ins, sign_ins.c.session == outbox.c.session)
        .where(outbox.c.time_us >= microseconds(since), sign_ins.c.person == person)
        .order_by(outbox.c.sequence)
    )
    return [event_of(row, source) for row in rows]


def open_orders(connection: Connection, source: str) -> list[Event]:
    """The events of orders that were asked for and of which nothing was heard since, in order."""
    rows = connection.execute(select(outbox).where(outbox.c.type.in_(_ORDERS)).order_by(outbox.c.sequence))
    asked: dict[str, Event] = {}
    for row in rows:
        event = event_of(row, source)
        order = str(event.data.get("order"))
        if event.type is EventType.ORDER_REQUESTED:
            asked[order] = event
        else:
            asked.pop(order, None)
    return list(asked.values())


def unsent(connection: Connection, source: str, limit: int) -> list[Event]:
    """The first events not yet acknowledged, in order, but for those on which the hub failed."""
    waiting = select(outbox).where(_unsent, outbox.c.tries == 0).order_by(outbox.c.sequence).limit(limit)
    return [event_of(row, source) for row in connection.execute(waiting).all()]


def suspects(connection: Connection, source: str, limit: int) -> list[Event]:
    """Events on which the hub failed while others went through, those least often tried first."""
    waiting = select(outbox).where(_unsent, outbox.c.tries > 0).order_by(outbox.c.tries, outbox.c.sequence).limit(limit)
    return [event_of(row, source) for row in connection.execute(waiting).all()]


def count_try(connection: Connection, event_id: str) -> int:
    """Counts one more failure of the hub on an event that waits; how many there are now (0: it does not wait)."""
    counted = update(outbox).where(outbox.c.id == event_id, _unsent).values(tries=outbox.c.tries + 1)
    connection.execute(counted)
    return connection.execute(select(outbox.c.tries).where(outbox.c.id == event_id, _unsent)).scalar() or 0


def try_again(connection: Connection, ids: Sequence[str]) -> int:
    """Puts events that were set aside back into the queue; how many."""
    if not ids:
        return 0
    wanted = update(outbox).where(outbox.c.id == bindparam("wanted"), outbox.c.state == int(Outcome.SET_ASIDE))
    values = {"state": int(Outcome.UNSENT), "settled_us": None, "status": None, "problem": None, "tries": 0}
    return connection.execute(wanted.values(values), [{"wanted": id} for id in ids]).rowcount


def another_chance(connection: Connection, status: int, tries: int) -> int:
    """Puts what was set aside with that status back into the queue, as if tried so often; how many."""
    wanted = update(outbox).where(_open, outbox.c.state == int(Outcome.SET_ASIDE), outbox.c.status == status)
    values = {"state": int(Outcome.UNSENT), "settled_us": None, "status": None, "problem": None, "tries": tries}
    return connection.execute(wanted.values(values)).rowcount


def waiting_kinds(connection: Connection) -> list[WaitingKind]:
    """How many events of each type wait, since when, and on how many of them the hub failed."""
    rows = connection.execute(
        select(outbox.c.type, func.count(), func.min(outbox.c.time_us), func.sum(outbox.c.tries > 0))
        .where(_unsent)
        .group_by(outbox.c.type)
        .order_by(func.min(outbox.c.sequence))
    )
    return [WaitingKind(kind, count, moment(oldest), int(failed)) for kind, count, oldest, failed in rows]


def backlog(connection: Connection) -> Backlog:
    """Counts of what is not at the CRM."""
    counts: dict[int, int] = {row[0]: row[1] for row in connection.execute(_counts)}
    oldest = connection.execute(_oldest).scalar()
    return Backlog(
        counts.get(Outcome.UNSENT, 0), None if oldest is None else moment(oldest), counts.get(Outcome.SET_ASIDE, 0)
    )


_counts = select(outbox.c.state, func.count()).where(_open).group_by(outbox.c.state)
_oldest = select(outbox.c.time_us).where(_unsent).order_by(outbox.c.sequence).limit(1)


_ACKNOWLEDGE = text(
    f"UPDATE outbox SET state = {int(Outcome.ACKNOWLEDGED)}, settled_us = :at"
    f" WHERE id IN (SELECT value FROM json_each(:wanted)) AND state = {int(Outcome.UNSENT)}"
)


def acknowledge(connection: Connection, ids: Iterable[str], at: datetime) -> int:
    """Marks events as being at the CRM; ids that are not waiting here change nothing. How many were marked."""
    # All by one statement: one for each was a third of what sending cost.
    wanted = {"wanted": _encoder.encode(list(ids)).decode(), "at": microseconds(at)}
    return connection.execute(_ACKNOWLEDGE, wanted).rowcount


def set_aside(connection: Connection, rejections: Iterable[Rejection], at: datetime) -> int:
    """Takes refused events out of the queue, with the reason; how many."""
    rows = [{"wanted": r.id, "new_status": r.status, "new_problem": r.problem} for r in rejections]
    if not rows:
        return 0
    values: dict[str, object] = {"state": int(Outcome.SET_ASIDE), "settled_us": microseconds(at)}
    values |= {"status": bindparam("new_status"), "problem": bindparam("new_problem")}
    statement = update(outbox).where(outbox.c.id == bindparam("wanted"), outbox.c.state == int(Outcome.UNSENT))
    return connection.execute(statement.values(values), rows).rowcount


def refused(connection: Connection, source: str) -> list[SetAside]:
    """What was set aside, in order."""
    rows = connection.execute(
        select(outbox).where(_open, outbox.c.state == int(Outcome.SET_ASIDE)).order_by(outbox.c.sequence)
    )
    return [SetAside(event_of(row, source), row.status, row.problem, row.tries) for row in rows]


def purge_acknowledged(connection: Connection, before: datetime) -> int:
    """Deletes events acknowledged before that time; how many."""
    result = connection.execute(
        delete(outbox).where(outbox.c.state == int(Outcome.ACKNOWLEDGED), outbox.c.settled_us < microseconds(before))
    )
    return result.rowcount


def encode_body(data: dict[str, Json]) -> bytes:
    """An event's data as JSON. Half a surrogate pair, which no JSON may carry, becomes U+FFFD."""
    try:
        return _encoder.encode(data)
    except UnicodeEncodeError:
        return _encoder.encode(_whole(data))
    except (TypeError, OverflowError, ValueError) as error:
        raise StoreError("This could not be recorded: it holds a value that no event may carry.") from error


def _whole(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {str(_whole(key)): _whole(item) for key, item in value.items()}
    return value


def _numbered(event: NewEvent, source: str, sequence: int) -> Event:
    return Event(event.id, source, sequence, event.type, event.time, event.subject, event.agent_session, event.data)


def _row(event: Event, body: bytes) -> dict[str, object]:
    return {
        "sequence": event.sequence,
        "id": event.id,
        "type": event.type.value,
        "time_us": microseconds(event.time),
        "subject": event.subject,
        "session": event.agent_session,
        "data": body,
        "state": int(Outcome.UNSENT),
    }


def event_of(row: Row[*tuple[Any, ...]], source: str) -> Event:
    """A row of the outbox as an event."""
    # By position, and the type out of a table: a desktop that was away for days reads a hundred thousand of them.
    sequence, event_id, type_, time_us, subject, session, data = row[:7]
    return Event(event_id, source, sequence, _TYPES[type_], moment(time_us), subject, session, _decoder.decode(data))
