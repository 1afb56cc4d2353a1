"""My day: an agent's own counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.event import Event
from app.reports.fold import corrected_away, fold_call


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One agent's counts: `extended` calls are out of `extended_of` calls, `accepted` out of `accepted_of` extended,
    `opportunities_extended` out of `opportunities`, `successes` out of all calls."""

    calls: int
    extended: int
    accepted: int
    points: int
    extended_of: int
    accepted_of: int
    opportunities: int = 0
    opportunities_extended: int = 0
    successes: int = 0


def today(events: Sequence[Event]) -> DayCounts:
    """Counts one agent's events (all of one person, of the day or of any other stretch), in any order."""
    corrected = corrected_away(events)
    calls: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        calls[event.subject].append(event)
    figures = [fold_call(call, corrected) for call in calls.values()]
    counted = [call for call in figures if call.counted]
    extended = sum(call.extended for call in counted)
    return DayCounts(
        calls=len(counted),
        extended=extended,
        accepted=sum(call.accepted for call in counted),
        points=sum(call.points for call in counted),
        extended_of=len(counted),
        accepted_of=extended,
        opportunities=sum(call.opportunity for call in counted),
        opportunities_extended=sum(call.opportunity and call.extended for call in counted),
        successes=sum(call.success for call in counted),
    )
