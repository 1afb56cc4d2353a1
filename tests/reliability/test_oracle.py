"""The oracle sees what it is there for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.reliability.hub_process import Row
from tests.reliability.oracle import Confirmed, compare, judge
from tests.reliability.outcome import Outcome

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SAID = [Confirmed("/devices/d", number, f"id-{number}", NOON + timedelta(seconds=number)) for number in range(1, 6)]
HAS = [Row(event.source, event.sequence, event.id, "note.saved", event.time) for event in SAID]


def test_what_was_confirmed_and_is_there_passes() -> None:
    outcome = Outcome()

    judge(outcome, compare(SAID, HAS))

    assert outcome.wrong == []
    assert outcome.figures


def test_a_lost_event_is_seen_and_so_is_the_gap() -> None:
    compared = compare(SAID, [*HAS[:2], *HAS[3:]])

    assert (compared.lost, compared.gaps) == (1, 1)


def test_an_event_that_is_there_twice_is_seen_by_its_id_and_by_its_number() -> None:
    same_id = replace(HAS[0], sequence=6)
    same_number = replace(HAS[0], id="id-other")

    assert compare(SAID, [*HAS, same_id]).twice == 1
    assert compare(SAID, [*HAS, same_number]).twice == 1


def test_numbers_that_the_hub_has_exchanged_are_out_of_order() -> None:
    exchanged = [*HAS[:3], replace(HAS[3], sequence=5), replace(HAS[4], sequence=4)]

    assert compare(SAID, exchanged).out_of_order > 0


def test_another_time_is_seen() -> None:
    assert compare(SAID, [*HAS[:4], replace(HAS[4], time=NOON)]).other_time == 1


def test_what_nobody_heard_of_is_counted_apart_and_is_no_fault() -> None:
    compared = compare(SAID[:4], HAS)

    assert (compared.besides, compared.lost, compared.twice) == (1, 0, 0)


def test_nothing_confirmed_is_no_pass() -> None:
    outcome = Outcome()

    judge(outcome, compare([], []))

    assert outcome.wrong
