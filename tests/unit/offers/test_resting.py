"""For how long earlier calls keep offers away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.account import InterruptRecord, OfferRecord
from app.domain.offer import Offer, OfferKind, OfferOption, Period
from app.offers.policy import Policy
from app.offers.resting import cooling_down, left_alone
from tests.fakes.customers import ADA, pounds

TODAY = date(2026, 11, 21)
POLICY = Policy("uk", "United Kingdom", 3, 30, False, (), {"complaint": 30, "bereavement": 365})
PAUSE = Offer("pause", "Pause", OfferKind.SAVE, (OfferOption("one", "One", pounds("5"), Period.MONTH),))
PACK = replace(PAUSE, id="pack", kind=OfferKind.UPSELL)


def days_before(days: int) -> datetime:
    return datetime(2026, 11, 21, 9, tzinfo=UTC) - timedelta(days=days)


def after(offer: Offer, outcome: str, days: int, policy: Policy = POLICY) -> int | None:
    account = replace(ADA, offer_history=(OfferRecord(offer.id, days_before(days), outcome),))
    return cooling_down(offer, account, policy, TODAY)


@pytest.mark.parametrize(("days", "rests"), [(0, True), (1, True), (29, True), (30, False), (31, False)])
def test_what_was_declined_rests_for_the_days_of_the_policy(days: int, rests: bool) -> None:
    assert after(PAUSE, "declined", days) == (days if rests else None)


@pytest.mark.parametrize(
    ("outcome", "save", "upsell"),
    [
        ("extended", True, True),
        ("declined", True, True),
        ("accepted", True, False),
        ("deferred", False, False),
        ("passed", False, False),
    ],
)
def test_what_was_said_and_not_taken_rests_and_a_save_also_when_it_was_taken(
    outcome: str, save: bool, upsell: bool
) -> None:
    assert (after(PAUSE, outcome, 3) is not None) is save
    assert (after(PACK, outcome, 3) is not None) is upsell


def test_the_latest_time_counts_and_other_offers_and_accounts_do_not() -> None:
    history = (
        OfferRecord("pause", days_before(40), "declined"),
        OfferRecord("pause", days_before(12), "extended"),
        OfferRecord("pack", days_before(1), "declined"),
    )

    assert cooling_down(PAUSE, replace(ADA, offer_history=history), POLICY, TODAY) == 12
    assert cooling_down(PAUSE, ADA, POLICY, TODAY) is None


def test_without_a_cool_down_nothing_rests_and_a_clock_that_is_ahead_counts_as_today() -> None:
    assert after(PAUSE, "declined", 0, replace(POLICY, cool_down_days=0)) is None
    assert after(PAUSE, "declined", -2) == 0


@pytest.mark.parametrize(
    ("interrupt", "days", "kept_away"),
    [
        ("complaint", 0, True),
        ("complaint", 29, True),
        ("complaint", 30, False),
        ("bereavement", 364, True),
        ("bereavement", 365, False),
        ("fraud", 0, False),
    ],
)
def test_an_interrupt_keeps_offers_away_as_long_as_the_policy_says(interrupt: str, days: int, kept_away: bool) -> None:
    account = replace(ADA, interrupts=(InterruptRecord(interrupt, days_before(days)),))

    assert left_alone(account, POLICY, TODAY) == (interrupt if kept_away else "")
