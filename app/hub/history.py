"""What was offered to an account before, and what ended all selling: read with the account, so that desks let it rest.

Kept by the projector, behind the events, like the sums that reports read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, select, text, tuple_

from app.domain.account import Account, InterruptRecord, OfferRecord
from app.domain.event import EventType
from app.hub import schema
from app.hub.moment import from_micros

_OUTCOMES = {
    EventType.OFFER_EXTENDED.value: "extended",
    EventType.OFFER_ACCEPTED.value: "accepted",
    EventType.OFFER_DECLINED.value: "declined",
    EventType.OFFER_DEFERRED.value: "deferred",
    EventType.OFFER_PASSED.value: "passed",
}
_CANCEL = "cancel"
TYPES = (
    *_OUTCOMES,
    EventType.CANCEL_REQUESTED.value,
    EventType.INTENT_STATED.value,
    EventType.EVENT_CORRECTED.value,
)
"""The types of events that say something of an account's history."""

_MOST = 100
_AT_ONCE = 300

_body = msgspec.json.Decoder(dict[str, Any]).decode


class Remembered(NamedTuple):
    """One line of an account's history; an `interrupt` has no outcome."""

    source: str
    id: str
    account: str
    at: int
    offer: str
    outcome: str
    interrupt: str


class Histories(NamedTuple):
    """What a round of the projector brings: lines to keep, and events (source, id) that were taken back."""

    lines: list[Remembered]
    taken_back: list[tuple[str, str]]


def histories(rows: Iterable[Any]) -> Histories:
    """What these events' rows (of `TYPES`) say; those that name no account say nothing."""
    found = Histories([], [])
    for row in rows:
        data = _body(row.body)["data"]
        if row.type == EventType.EVENT_CORRECTED.value:
            found.taken_back.append((row.source, str(data.get("corrects", ""))))
            continue
        account, offer = str(data.get("account") or ""), ""
        interrupt, outcome = "", _OUTCOMES.get(row.type, "")
        if outcome:
            offer = str(data.get("offer") or "")
        else:
            interrupt = _CANCEL if row.type == EventType.CANCEL_REQUESTED.value else str(data.get("intent") or "")
        if account and (offer or interrupt):
            found.lines.append(Remembered(row.source, row.id, account, row.at, offer, outcome, interrupt))
    return found


def keep(connection: Connection, found: Histories) -> None:
    """Keeps the lines, each once, and forgets those that were taken back."""
    if found.lines:
        connection.execute(_KEEP, [line._asdict() for line in found.lines])
    table = schema.account_history
    for start in range(0, len(found.taken_back), _AT_ONCE):
        some = found.taken_back[start : start + _AT_ONCE]
        connection.execute(delete(table).where(tuple_(table.c.source, table.c.id).in_(some)))


def with_history(connection: Connection, accounts: Sequence[Account]) -> list[Account]:
    """The accounts with what was offered to them before, newest first."""
    table = schema.account_history
    offers: dict[str, list[OfferRecord]] = defaultdict(list)
    interrupts: dict[str, list[InterruptRecord]] = defaultdict(list)
    names = [account.id for account in accounts]
    for start in range(0, len(names), _AT_ONCE):
        wanted = table.c.account.in_(names[start : start + _AT_ONCE])
        for row in connection.execute(select(table).where(wanted).order_by(table.c.at.desc())):
            if row.interrupt:
                interrupts[row.account].append(InterruptRecord(row.interrupt, from_micros(row.at)))
            elif len(offers[row.account]) < _MOST:
                offers[row.account].append(OfferRecord(row.offer, from_micros(row.at), row.outcome))
    return [
        replace(
            account,
            offer_history=(*offers[account.id], *account.offer_history),
            interrupts=(*interrupts[account.id], *account.interrupts),
        )
        for account in accounts
    ]


_KEEP = text(
    "INSERT INTO account_history (source, id, account, at, offer, outcome, interrupt)"
    " VALUES (:source, :id, :account, :at, :offer, :outcome, :interrupt) ON CONFLICT (source, id) DO NOTHING"
)
