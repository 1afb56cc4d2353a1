"""An agent's legs of a call: from each answer to its wrap-up. After the wrap-up nothing can be accepted in that leg.

Order is the device's sequence. A callback joins the first call and begins a leg of its own: that is not late. What the
batch itself does not tell is looked up among the recorded events, within the transaction that records the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select, tuple_

from app.domain.event import EventType
from app.hub import schema
from app.hub.envelope import Envelope

_ANSWERED = EventType.CALL_ANSWERED.value
_WRAPPED = EventType.CALL_WRAPPED.value
_ACCEPTED = EventType.OFFER_ACCEPTED.value
_OF_LEGS = frozenset({_ANSWERED, _WRAPPED, _ACCEPTED})
_AT_ONCE = 300


class Accept(NamedTuple):
    """An accept: whose, in which call, and where it stands in its device's order."""

    source: str
    subject: str
    person: str
    sequence: int
    id: str


def late_in_batch(source: str, events: Iterable[tuple[str, Envelope]]) -> tuple[frozenset[str], list[Accept]]:
    """From pairs of the acting person and the event: the ids of accepts that come after the wrap-up in this same batch,
    and the accepts before which the batch has neither an answer nor a wrap-up."""
    legs = sorted(
        ((event.sequence, person, event) for person, event in events if event.type in _OF_LEGS), key=lambda leg: leg[:2]
    )
    is_wrapped: dict[tuple[str, str], bool] = {}
    late: set[str] = set()
    unknown: list[Accept] = []
    for sequence, person, event in legs:
        call = (person, event.subject)
        if event.type != _ACCEPTED:
            is_wrapped[call] = event.type == _WRAPPED
        elif call not in is_wrapped:
            unknown.append(Accept(source, event.subject, person, sequence, event.id))
        elif is_wrapped[call]:
            late.add(event.id)
    return frozenset(late), unknown


def late_in_store(connection: Connection, accepts: Sequence[Accept]) -> frozenset[Accept]:
    """Those accepts before which their device recorded a wrap-up of the leg, and no answer since."""
    event = schema.event
    last: dict[Accept, tuple[int, str]] = {}
    for start in range(0, len(accepts), _AT_ONCE):
        some = accepts[start : start + _AT_ONCE]
        calls = {(accept.subject, accept.source) for accept in some}
        rows = connection.execute(
            select(event.c.subject, event.c.source, event.c.person, event.c.sequence, event.c.type).where(
                tuple_(event.c.subject, event.c.source).in_(calls), schema.IS_OF_LEG
            )
        ).all()
        for accept in some:
            before = [
                (row.sequence, row.type)
                for row in rows
                if (row.subject, row.source, row.person) == (accept.subject, accept.source, accept.person)
                and row.sequence < accept.sequence
            ]
            if before:
                last[accept] = max(before)
    return frozenset(accept for accept, (_, type_) in last.items() if type_ == _WRAPPED)
