"""From events to what happened in each call: the one fold behind every count.

The definitions are those of "How it is counted" in the help: a call is an inbound call that the agent answered; an
opportunity has an eligible offer before an interrupt and at least 30 s of talk; an accept without an extend counts as
extended; what was corrected away is not counted; an accept that the customer took back earns no points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.call import Direction
from app.domain.event import Event, EventType, Json
from app.domain.offer import OfferKind

SHORT_CALL_S = 30

REVERSED_BY_US = "us"
"""Who reversed an offer (`by` of offer.reversed) where it is not the customer."""

_SUCCESS_KINDS = frozenset({OfferKind.SAVE.value, OfferKind.UPSELL.value})


@dataclass(frozen=True, slots=True)
class CallFigures:
    """What one call comes to.

    `counted`: inbound and answered. `opportunity`: an offer was eligible before an interrupt and the call was not
    `short`. `success`: a save or an upsell was accepted. `points`: the sum over its accepts that stand. `handed_on`: an
    offer extended here was accepted with another agent; `closed_for_others`: one was accepted here that another agent
    had extended (see `app.reports.parts`).
    """

    counted: bool
    short: bool
    opportunity: bool
    extended: bool
    accepted: bool
    success: bool
    points: int
    handed_on: bool = False
    closed_for_others: bool = False


def in_order(events: Sequence[Event]) -> list[Event]:
    """The events in the order in which they happened: a device's by its sequence, several devices' by time.

    A device's clock may jump; its sequence does not.
    """
    if len({event.source for event in events}) <= 1:
        return sorted(events, key=lambda event: event.sequence)
    return sorted(events, key=lambda event: (event.time, event.source, event.sequence))


def corrected_away(events: Iterable[Event]) -> frozenset[str]:
    """The ids of events that a later correction took back. A correction that was itself taken back takes nothing."""
    corrections = [event for event in events if event.type is EventType.EVENT_CORRECTED]
    gone: set[str] = set()
    for correction in reversed(in_order(corrections)):
        target = correction.data.get("corrects")
        if correction.id not in gone and isinstance(target, str):
            gone.add(target)
    return frozenset(gone)


def fold_call(events: Sequence[Event], corrected: frozenset[str] = frozenset()) -> CallFigures:
    """Folds the events of one call, or of one agent's part in it, in any order.

    `corrected` holds the ids to leave out (see `corrected_away`).
    """
    valid = in_order([event for event in events if event.id not in corrected])
    kinds = {event.type for event in valid}
    accepts = [event.data for event in valid if event.type is EventType.OFFER_ACCEPTED]
    points = points_by_offer(valid)
    short = _is_short(valid)
    return CallFigures(
        counted=EventType.CALL_ANSWERED in kinds and _is_inbound(valid),
        short=short,
        opportunity=not short and _offer_before_interrupt(valid),
        extended=EventType.OFFER_EXTENDED in kinds or bool(accepts),
        accepted=bool(accepts),
        success=any(accept.get("kind") in _SUCCESS_KINDS for accept in accepts),
        points=sum(points.values()),
    )


def credited(pairs: Iterable[tuple[str, Event]]) -> list[tuple[str, Event]]:
    """The pairs of person and event of one call, a reversal with the person whose accept it takes back."""
    known = list(pairs)
    accepted_by = {event.data.get("offer"): person for person, event in known if event.type is EventType.OFFER_ACCEPTED}
    return [
        (accepted_by.get(event.data.get("offer"), person), event)
        if event.type is EventType.OFFER_REVERSED
        else (person, event)
        for person, event in known
    ]


def points_by_offer(events: Iterable[Event]) -> dict[str, int]:
    """The points of a call's accepts, by offer, less those of accepts that the customer reversed.

    A reversal takes back the points of one accept of its offer. One that is `by` "us" (the activation failed on our
    side) takes nothing: the agent did his part.
    """
    earned: dict[str, list[int]] = defaultdict(list)
    reversals: list[str] = []
    for event in events:
        offer = event.data.get("offer")
        name = offer if isinstance(offer, str) else ""
        if event.type is EventType.OFFER_ACCEPTED:
            earned[name].append(_whole(event.data.get("points")))
        elif event.type is EventType.OFFER_REVERSED and event.data.get("by") != REVERSED_BY_US:
            reversals.append(name)
    for name in reversals:
        if earned[name]:
            earned[name].pop()
    return {name: sum(points) for name, points in earned.items()}


def _is_inbound(events: Sequence[Event]) -> bool:
    # A callback joins the dropped call under the same subject, so one inbound leg makes the whole an inbound call.
    # A source that cannot tell the direction only ever announces calls that come in.
    directions = [event.data.get("direction") for event in events if event.type is EventType.CALL_OFFERED]
    return not directions or any(direction in (None, "", Direction.INBOUND.value) for direction in directions)


def _is_short(events: Sequence[Event]) -> bool:
    talk = _talk(events, EventType.CALL_WRAPPED)
    if talk is None:
        talk = _talk(events, EventType.CALL_ENDED)
    return talk is not None and talk < SHORT_CALL_S


def _talk(events: Sequence[Event], type_: EventType) -> float | None:
    seconds = [_number(event.data.get("talk_s")) for event in events if event.type is type_]
    known = [second for second in seconds if second is not None]
    return sum(known) if known else None


def _offer_before_interrupt(events: Sequence[Event]) -> bool:
    for event in events:
        if event.type is EventType.CANCEL_REQUESTED:
            return False
        if event.type is EventType.OFFER_ELIGIBLE:
            return True
    return False


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
