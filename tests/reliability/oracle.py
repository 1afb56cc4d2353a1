"""The oracle: what every desktop confirmed, compared with what the hub has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tests.reliability.hub_process import Row
from tests.reliability.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An event that was shown as recorded: `Recorder.record` had returned."""

    source: str
    sequence: int
    id: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """Counts. `besides` are events of which nobody heard whether they were recorded: killed in between."""

    confirmed: int
    at_hub: int
    lost: int
    twice: int
    out_of_order: int
    other_time: int
    gaps: int
    besides: int

    def __str__(self) -> str:
        return (
            f"{self.confirmed} confirmed, {self.at_hub} at the hub: {self.lost} lost, {self.twice} twice, "
            f"{self.out_of_order} out of order, {self.other_time} with another time, {self.gaps} gaps, "
            f"{self.besides} recorded without a confirmation"
        )


def compare(confirmed: Iterable[Confirmed], rows: Sequence[Row]) -> Compared:
    """Compares by device: ids, order by sequence, times, gaps."""
    said: dict[str, list[Confirmed]] = defaultdict(list)
    for event in confirmed:
        said[event.source].append(event)
    has: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        has[row.source].append(row)
    every = Counter(row.id for row in rows)
    numbers = Counter((row.source, row.sequence) for row in rows)
    twice = sum(count - 1 for count in every.values()) + sum(count - 1 for count in numbers.values())
    lost = out_of_order = other_time = gaps = count = 0
    for source in {*said, *has}:
        at_hub = {row.id: row for row in has[source]}
        found = [(event, at_hub[event.id]) for event in said[source] if event.id in at_hub]
        count += len(said[source])
        lost += len(said[source]) - len(found)
        # Confirmed one after the other: so must the hub's numbers be, and the same ones.
        out_of_order += sum(event.sequence != row.sequence for event, row in found)
        out_of_order += sum(a[1].sequence >= b[1].sequence for a, b in pairwise(found))
        other_time += sum(event.time != row.time for event, row in found)
        held = [row.sequence for row in has[source]]
        gaps += (max(held) - len(set(held))) if held else 0
    at_all = len(rows)
    return Compared(count, at_all, lost, twice, out_of_order, other_time, gaps, at_all - (count - lost) - twice)


def judge(outcome: Outcome, compared: Compared, gaps_explained: int = 0) -> None:
    """Notes the figures, and what of them must not be."""
    outcome.say(str(compared))
    outcome.expect(compared.confirmed > 0, "nothing was confirmed: nothing was tested")
    outcome.expect(compared.lost == 0, f"{compared.lost} confirmed events are lost")
    outcome.expect(compared.twice == 0, f"{compared.twice} events are there twice")
    outcome.expect(compared.out_of_order == 0, f"{compared.out_of_order} events are out of order")
    outcome.expect(compared.other_time == 0, f"{compared.other_time} events have another time")
    outcome.expect(compared.gaps == gaps_explained, f"{compared.gaps} numbers are missing at the hub")
