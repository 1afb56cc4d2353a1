"""What reports need of a call, kept small, and what it adds to the sums: the fold behind the hub's projections.

A brief holds the counting events of one call of one team. It can be made again from the events at any time, in any
order and with events that come twice; late events and corrections simply give a new brief, and the difference between
what the old and the new one come to is what the sums change by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.domain.event import Event, EventType
from app.reports.fold import CallFigures, corrected_away, points_by_offer
from app.reports.parts import Part, fold_part, fold_whole, parts_of

COUNTING = frozenset(
    {
        EventType.CALL_OFFERED,
        EventType.CALL_ANSWERED,
        EventType.CALL_ENDED,
        EventType.CALL_WRAPPED,
        EventType.CALL_TRANSFERRED,
        EventType.CANCEL_REQUESTED,
        EventType.STEP_ENTERED,
        EventType.OFFER_ELIGIBLE,
        EventType.OFFER_DISPLAYED,
        EventType.OFFER_EXTENDED,
        EventType.OFFER_ACCEPTED,
        EventType.OFFER_DECLINED,
        EventType.OFFER_DEFERRED,
        EventType.OFFER_PASSED,
        EventType.OFFER_REVERSED,
        EventType.EVENT_CORRECTED,
    }
)
"""The types of events that any sum depends on."""

COUNTING_DATA = ("direction", "talk_s", "kind", "points", "corrects", "offer", "script", "step", "by", "way", "linked")
"""The fields of their data that any sum depends on."""

CALL_COUNTS = (
    "calls",
    "short_calls",
    "opportunities",
    "opportunities_extended",
    "extended",
    "accepted",
    "successes",
    "points",
    "handed_on",
    "closed_for_others",
)
OFFER_COUNTS = ("eligible", "displayed", "extended", "accepted", "declined", "deferred", "passed", "points")
STEP_COUNTS = ("entered", "extended", "accepted")

Counts = tuple[int, ...]

TEAM = ""
"""Stands for the whole team where a person's id would stand."""

_OFFER_FACTS = {
    EventType.OFFER_ELIGIBLE: "eligible",
    EventType.OFFER_DISPLAYED: "displayed",
    EventType.OFFER_EXTENDED: "extended",
    EventType.OFFER_ACCEPTED: "accepted",
    EventType.OFFER_DECLINED: "declined",
    EventType.OFFER_DEFERRED: "deferred",
    EventType.OFFER_PASSED: "passed",
}


@dataclass(frozen=True, slots=True)
class CallSums:
    """What one call adds: counts by person, by person and offer, by script and step (`TEAM`: each call once).

    `answered_at` is when it was first answered; None: it was not, and adds nothing.
    """

    answered_at: datetime | None = None
    calls: Mapping[str, Counts] = field(default_factory=dict)
    offers: Mapping[tuple[str, str], Counts] = field(default_factory=dict)
    steps: Mapping[tuple[str, str], Counts] = field(default_factory=dict)


def sums_of_call(events: Iterable[tuple[str, Event]]) -> CallSums:
    """Counts one call from pairs of the acting person's id and the event, in any order."""
    pairs = list(events)
    corrected = corrected_away(event for _, event in pairs)
    valid = [(person, event) for person, event in pairs if event.id not in corrected]
    answered = [event.time for _, event in valid if event.type is EventType.CALL_ANSWERED]
    if not answered:
        return CallSums()
    whole = [event for _, event in valid]
    parts = parts_of(valid)
    told = {who: _told(fold_part(part), part) for who, part in parts.items()}
    # One agent's part, where there was no other, is the whole of the call: nearly always.
    told[TEAM] = next(iter(told.values())) if len(told) == 1 else _told(fold_whole(parts.values()), Part(whole))
    calls = {who: of.call for who, of in told.items() if of is not None}
    offers = {(who, offer): counts for who, of in told.items() if of is not None for offer, counts in of.offers.items()}
    steps = _steps(whole, calls[TEAM]) if TEAM in calls else {}
    return CallSums(min(answered), calls, offers, steps)


class _Told(NamedTuple):
    """What the events of a call, or of an agent's part in it, come to."""

    call: Counts
    offers: Mapping[str, Counts]


def _told(call: CallFigures, part: Part) -> _Told | None:
    """None where the call does not count."""
    if not call.counted:
        return None
    counts = (
        1,
        int(call.short),
        int(call.opportunity),
        int(call.opportunity and call.extended),
        int(call.extended),
        int(call.accepted),
        int(call.success),
        call.points,
        int(call.handed_on),
        int(call.closed_for_others),
    )
    return _Told(counts, _offers(part))


def _offers(part: Part) -> dict[str, Counts]:
    facts: dict[str, set[str]] = defaultdict(set)
    points = points_by_offer(part.events)
    for event in (*part.events, *part.handed_on):
        fact, offer = _OFFER_FACTS.get(event.type), event.data.get("offer")
        if fact is None or not isinstance(offer, str):
            continue
        if event.id in part.closed:
            # Extended and accepted is the offer in the other agent's part; the points are here.
            facts.setdefault(offer, set())
            continue
        facts[offer].add(fact)
        if fact == "accepted":
            # An accept without an extend counts as extended.
            facts[offer].add("extended")
    return {
        offer: (*(int(name in known) for name in OFFER_COUNTS[:-1]), points.get(offer, 0))
        for offer, known in facts.items()
    }


def _steps(events: list[Event], call: Counts) -> dict[tuple[str, str], Counts]:
    entered: set[tuple[str, str]] = set()
    for event in events:
        script, step = event.data.get("script"), event.data.get("step")
        if event.type is EventType.STEP_ENTERED and isinstance(script, str) and isinstance(step, str):
            entered.add((script, step))
    counts = (1, call[CALL_COUNTS.index("extended")], call[CALL_COUNTS.index("accepted")])
    return dict.fromkeys(entered, counts)
