"""The metric definitions, one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.event import EventType
from app.reports.day import DayCounts, today
from app.reports.fold import CallFigures, corrected_away, fold_call
from tests.fakes.calls import Telling


def folded(telling: Telling) -> CallFigures:
    return fold_call(telling.events, corrected_away(telling.events))


def test_an_inbound_answered_call_counts() -> None:
    telling = Telling()
    telling.answered()
    assert folded(telling).counted


def test_a_call_that_was_only_offered_or_that_went_out_does_not_count() -> None:
    offered, outbound = Telling(), Telling()
    offered.add(EventType.CALL_OFFERED, direction="inbound")
    outbound.answered(direction="outbound")
    assert not folded(offered).counted
    assert not folded(outbound).counted


def test_a_callback_joins_the_dropped_call() -> None:
    telling = Telling()
    telling.answered()
    telling.answered(direction="outbound")
    telling.accepted()
    assert today(telling.events) == DayCounts(1, 1, 1, 3, extended_of=1, accepted_of=1, successes=1)


def test_an_accept_without_an_extend_counts_as_extended() -> None:
    telling = Telling()
    telling.answered()
    telling.accepted()
    assert (folded(telling).extended, folded(telling).accepted) == (True, True)


def test_an_offer_that_was_only_displayed_or_passed_is_not_extended() -> None:
    telling = Telling()
    telling.answered()
    telling.add(EventType.OFFER_DISPLAYED, offer="data-pack")
    telling.add(EventType.OFFER_PASSED, offer="data-pack", reason="hurry")
    assert not folded(telling).extended


def test_three_rungs_and_one_yes_is_one_call_accepted() -> None:
    telling = Telling()
    telling.answered()
    for _ in range(3):
        telling.extended()
    telling.accepted()
    assert today(telling.events) == DayCounts(1, 1, 1, 3, extended_of=1, accepted_of=1, successes=1)


def test_what_was_corrected_away_is_not_counted() -> None:
    telling = Telling()
    telling.answered()
    extended = telling.extended()
    accepted = telling.accepted()
    telling.add(EventType.EVENT_CORRECTED, corrects=accepted.id)
    assert (folded(telling).extended, folded(telling).accepted, folded(telling).points) == (True, False, 0)
    telling.add(EventType.EVENT_CORRECTED, corrects=extended.id)
    assert not folded(telling).extended


def test_a_correction_that_was_taken_back_corrects_nothing() -> None:
    telling = Telling()
    telling.answered()
    accepted = telling.accepted()
    correction = telling.add(EventType.EVENT_CORRECTED, corrects=accepted.id)
    telling.add(EventType.EVENT_CORRECTED, corrects=correction.id)
    assert folded(telling).accepted


@pytest.mark.parametrize(("kind", "success"), [("save", True), ("upsell", True), ("cross-sell", False)])
def test_a_success_is_a_save_or_an_upsell(kind: str, success: bool) -> None:
    telling = Telling()
    telling.answered()
    telling.accepted(kind=kind)
    assert folded(telling).success is success


def test_an_opportunity_has_an_eligible_offer_before_any_interrupt() -> None:
    before, after = Telling(), Telling()
    before.answered()
    before.add(EventType.OFFER_ELIGIBLE, offer="data-pack")
    before.add(EventType.CANCEL_REQUESTED)
    after.answered()
    after.add(EventType.CANCEL_REQUESTED)
    after.add(EventType.OFFER_ELIGIBLE, offer="data-pack")
    assert (folded(before).opportunity, folded(after).opportunity) == (True, False)


@pytest.mark.parametrize(("seconds", "short"), [(29, True), (30, False), (300, False)])
def test_a_call_under_thirty_seconds_is_short_and_no_opportunity(seconds: int, short: bool) -> None:
    telling = Telling()
    telling.answered()
    telling.add(EventType.OFFER_ELIGIBLE, offer="data-pack")
    telling.add(EventType.CALL_ENDED, reason="caller", by="phone", talk_s=seconds)
    assert (folded(telling).short, folded(telling).opportunity) == (short, not short)


def test_the_order_in_which_events_arrive_changes_nothing() -> None:
    telling = Telling()
    telling.answered()
    telling.add(EventType.OFFER_ELIGIBLE)
    telling.add(EventType.CANCEL_REQUESTED)
    telling.accepted()
    expected = folded(telling)
    random.Random(7).shuffle(telling.events)
    assert folded(telling) == expected


def test_a_clock_that_jumped_back_does_not_reorder_a_device_s_events() -> None:
    telling = Telling()
    telling.answered()
    telling.add(EventType.CANCEL_REQUESTED)
    late = telling.add(EventType.OFFER_ELIGIBLE)
    telling.events[-1] = replace(late, time=late.time - timedelta(hours=2))
    assert not folded(telling).opportunity


def test_my_day_counts_calls_with_their_denominators() -> None:
    telling = Telling()
    for number in range(4):
        telling.answered(f"call-{number}")
    telling.extended("call-0")
    telling.extended("call-1")
    telling.accepted("call-1", points=4)
    telling.accepted("call-1", points=2)
    assert today(telling.events) == DayCounts(4, 2, 1, 6, extended_of=4, accepted_of=2, successes=1)
    assert today([]) == DayCounts(0, 0, 0, 0, 0, 0)


def test_points_of_an_accept_that_the_customer_reversed_are_taken_back_and_the_accept_still_counts() -> None:
    telling = Telling()
    telling.answered()
    telling.accepted()
    earned = folded(telling).points
    telling.add(EventType.OFFER_REVERSED, offer=telling.events[-1].data["offer"], by="customer")
    assert (earned, folded(telling).points, folded(telling).accepted) == (3, 0, True)


def test_an_activation_that_failed_on_our_side_takes_no_points() -> None:
    telling = Telling()
    telling.answered()
    telling.accepted()
    telling.add(EventType.OFFER_REVERSED, offer=telling.events[-1].data["offer"], by="us")
    assert folded(telling).points == 3


def test_a_reversal_takes_back_the_points_of_its_own_offer_and_never_more_than_there_are() -> None:
    telling = Telling()
    telling.answered()
    telling.add(EventType.OFFER_ACCEPTED, offer="plan", points=4)
    telling.add(EventType.OFFER_ACCEPTED, offer="data-pack", points=3)
    for offer in ("data-pack", "data-pack", "router"):
        telling.add(EventType.OFFER_REVERSED, offer=offer, by="customer")
    assert folded(telling).points == 4
