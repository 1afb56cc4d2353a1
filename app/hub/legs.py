"""An agent's legs of a call: from each answer to its wrap-up. After the wrap-up nothing can be accepted in that leg."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_

from app.domain.event import EventType
from app.hub import schema
from app.hub.briefs import read_brief
from app.hub.recorder import Arrived
from app.hub.store import Store

_ANSWERED = EventType.CALL_ANSWERED.value
_WRAPPED = EventType.CALL_WRAPPED.value
_ACCEPTED = EventType.OFFER_ACCEPTED.value
_OF_LEGS = frozenset({_ANSWERED, _WRAPPED, _ACCEPTED})


def late_accepts(store: Store, events: Sequence[Arrived]) -> frozenset[str]:
    """The ids of accepts that a device recorded after it had recorded the wrap-up of the same leg.

    Order is the device's sequence. A callback joins the first call and begins a leg of its own: that is not late.
    """
    legs = sorted((event.sequence, event) for event in events if event.type in _OF_LEGS)
    is_wrapped: dict[tuple[str, str], bool] = {}
    late: set[str] = set()
    unknown: list[Arrived] = []
    for _, event in legs:
        call = (event.person, event.subject)
        if event.type != _ACCEPTED:
            is_wrapped[call] = event.type == _WRAPPED
        elif call not in is_wrapped:
            unknown.append(event)
        elif is_wrapped[call]:
            late.add(event.id)
    return frozenset(late | _late_in_store(store, unknown))


def _late_in_store(store: Store, accepts: Sequence[Arrived]) -> set[str]:
    """Those accepts before which the device recorded, in an earlier batch, a wrap-up and no answer since."""
    if not accepts:
        return set()
    brief = schema.call_brief
    calls = {(event.team, event.subject) for event in accepts}
    with store.read() as connection:
        rows = connection.execute(select(brief).where(tuple_(brief.c.team, brief.c.subject).in_(calls)))
        briefs = {(row.team, row.subject): read_brief(row.brief) for row in rows}
    late = set()
    for event in accepts:
        before = [
            known
            for known in briefs.get((event.team, event.subject), [])
            if known.source == event.source
            and known.person == event.person
            and known.sequence < event.sequence
            and known.type in (_ANSWERED, _WRAPPED)
        ]
        if before and max(before, key=lambda known: known.sequence).type == _WRAPPED:
            late.add(event.id)
    return late
