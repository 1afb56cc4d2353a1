"""Acknowledged events, kept for a hub that was restored from a backup, and what is known of the hub.

A check compares what the hub has with what it acknowledged since the last check and in it (`window`): a restore takes
away the newest that the hub had, so if those are there, all before them are. Where one of them is missing, everything
kept is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.cache.outbox import event_of
from app.cache.schema import Outcome, hub_facts, outbox
from app.domain.event import Event, Json

T = TypeVar("T")


_is_acknowledged = outbox.c.state == int(Outcome.ACKNOWLEDGED)
_by_sequence = update(outbox).where(outbox.c.sequence == bindparam("wanted"), _is_acknowledged)


def window(connection: Connection, everything: bool) -> list[tuple[str, int]]:
    """Ids and numbers of the acknowledged events to compare: not yet confirmed or of the last check, or all; by id."""
    last = connection.execute(select(func.max(outbox.c.confirmed)).where(_is_acknowledged)).scalar() or 0
    wanted = select(outbox.c.id, outbox.c.sequence).where(_is_acknowledged)
    if not everything:
        wanted = wanted.where(outbox.c.confirmed.in_((0, last)))
    return [(row.id, row.sequence) for row in connection.execute(wanted.order_by(outbox.c.id))]


def confirm(connection: Connection, sequences: Sequence[int]) -> None:
    """Notes that the hub has these, as one more check; what was confirmed before stays with its own check."""
    if sequences:
        last = connection.execute(select(func.max(outbox.c.confirmed)).where(_is_acknowledged)).scalar() or 0
        rows = [{"wanted": sequence} for sequence in sequences]
        connection.execute(_by_sequence.where(outbox.c.confirmed == 0).values(confirmed=last + 1), rows)


def send_again(connection: Connection, sequences: Sequence[int]) -> int:
    """Puts acknowledged events back into the queue; how many."""
    if not sequences:
        return 0
    values = {"state": int(Outcome.UNSENT), "settled_us": None, "confirmed": 0, "tries": 0}
    return connection.execute(_by_sequence.values(values), [{"wanted": sequence} for sequence in sequences]).rowcount


def newest_acknowledged(connection: Connection, source: str) -> Event | None:
    """The acknowledged event with the highest number."""
    newest: Select[tuple[object]] = select(outbox).where(_is_acknowledged).order_by(outbox.c.sequence.desc()).limit(1)
    row: Row[tuple[object]] | None = connection.execute(newest).first()
    return None if row is None else event_of(row, source)


def open_sessions(connection: Connection) -> list[str]:
    """The agents' sessions of events that wait."""
    waiting = (outbox.c.state != int(Outcome.ACKNOWLEDGED)) & (outbox.c.state == int(Outcome.UNSENT))
    return list(connection.execute(select(outbox.c.session).where(waiting).distinct()).scalars())


def fact(connection: Connection, name: str, shape: type[T]) -> T | None:
    """What is known of the hub under a name, or None where there is nothing of that shape."""
    body = connection.execute(select(hub_facts.c.value).where(hub_facts.c.name == name)).scalar_one_or_none()
    try:
        return None if body is None else msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def keep_fact(connection: Connection, name: str, value: Json) -> None:
    """Keeps what is known of the hub."""
    row = upsert(hub_facts).values(name=name, value=msgspec.json.encode(value))
    connection.execute(row.on_conflict_do_update(index_elements=[hub_facts.c.name], set_={"value": row.excluded.value}))
