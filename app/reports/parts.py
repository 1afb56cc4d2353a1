"""Each agent's part in a call that several had: who extended an offer, and with whom it was accepted.

Both are shown, and what it earns is paid once. The accept counts in the accept rate of who extended the offer, for the
extend was in that agent's call; the points and the success are those of who closed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.event import Event, EventType
from app.reports.fold import CallFigures, credited, fold_call, in_order


@dataclass(frozen=True, slots=True)
class Part:
    """What one agent did in a call.

    `closed`: the ids of those of the agent's accepts whose offer another agent had extended. `handed_on`: accepts with
    another agent of offers that this one had extended.
    """

    events: Sequence[Event]
    closed: frozenset[str] = frozenset()
    handed_on: tuple[Event, ...] = ()


def parts_of(pairs: Iterable[tuple[str, Event]]) -> dict[str, Part]:
    """The parts by person's id, from pairs of the acting person's id and the event, all of one call.

    What was corrected away is to be left out before.
    """
    by_person: dict[str, list[Event]] = defaultdict(list)
    for person, event in credited(pairs):
        by_person[person].append(event)
    if len(by_person) <= 1:
        return {person: Part(events) for person, events in by_person.items()}
    closed: dict[str, set[str]] = defaultdict(set)
    handed_on: dict[str, list[Event]] = defaultdict(list)
    for closer, extender, accept in _transferred_accepts(by_person):
        closed[closer].add(accept.id)
        handed_on[extender].append(accept)
    return {
        person: Part(events, frozenset(closed[person]), tuple(handed_on[person]))
        for person, events in by_person.items()
    }


def fold_part(part: Part) -> CallFigures:
    """What the part comes to: never an accept without an extend."""
    figures = fold_call(part.events)
    if not part.closed and not part.handed_on:
        return figures
    own = any(event.type is EventType.OFFER_ACCEPTED and event.id not in part.closed for event in part.events)
    return replace(
        figures,
        extended=own or any(event.type is EventType.OFFER_EXTENDED for event in part.events),
        accepted=own or bool(part.handed_on),
        handed_on=bool(part.handed_on),
        closed_for_others=bool(part.closed),
    )


def fold_whole(parts: Iterable[Part]) -> CallFigures:
    """What all the parts of a call come to: one call, one accept, one payment."""
    known = list(parts)
    figures = fold_call([event for part in known for event in part.events])
    went_on = any(part.handed_on for part in known)
    return replace(figures, handed_on=went_on, closed_for_others=went_on) if went_on else figures


def _transferred_accepts(by_person: Mapping[str, Sequence[Event]]) -> Iterable[tuple[str, str, Event]]:
    """Closer, extender and accept, where these are two people."""
    person_of = {event.id: person for person, events in by_person.items() for event in events}
    ordered = in_order([event for events in by_person.values() for event in events])
    extends: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, event in enumerate(ordered):
        if event.type is EventType.OFFER_EXTENDED:
            extends[_offer(event)].append((place, person_of[event.id]))
    for place, event in enumerate(ordered):
        known = extends.get(_offer(event), []) if event.type is EventType.OFFER_ACCEPTED and _offer(event) else []
        closer = person_of[event.id]
        if known and closer not in {person for _, person in known}:
            # Two devices' clocks may differ by more than a transfer takes: then the first who extended it did.
            before = [person for at, person in known if at < place]
            yield closer, before[-1] if before else known[0][1], event


def _offer(event: Event) -> str:
    offer = event.data.get("offer")
    return offer if isinstance(offer, str) else ""
