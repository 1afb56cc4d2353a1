"""What holds whatever the agent presses: played at random, with the seed in the test's name."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from app.domain.event import EventType, Happening
from app.scripts.actions import (
    Accept,
    Action,
    Back,
    Choose,
    ConfirmRead,
    ContextChanged,
    Continue,
    Decline,
    Defer,
    Extend,
    Fill,
    Forward,
    OpenObjection,
    OpenScript,
    PassOffer,
    PressCancel,
    TakeBack,
    Verified,
)
from app.scripts.screen import OfferState
from app.scripts.walk import ActionRefused, Walk
from tests.fakes.customers import ADA, BEN
from tests.fakes.walks import context, sample

LIMIT = sample().policies["uk"].save_offers


def sensible(walk: Walk) -> list[Action]:
    """What an agent would do at this screen."""
    screen = walk.screen()
    if screen.verify is not None and not walk.verified:
        return [Verified("pin", "crm")]
    if screen.disclosure is not None and not screen.disclosure.confirmed:
        return [ConfirmRead(8.0)]
    found: list[Action] = [Choose(row.key) for row in screen.answers if row.key.isdigit() and row.key != "9"]
    if screen.offer is not None and screen.offer.state in (OfferState.ON_TABLE, OfferState.EXTENDED):
        found += [Extend(), Decline("price"), *(Accept(option.id) for option in screen.offer.options)]
    return found or [Continue()]


def odd(dice: random.Random) -> list[Action]:
    """What may come at any time."""
    common: list[Action] = [
        *(TakeBack(), Back(), Forward(), Extend(), Accept(), Continue(), ConfirmRead(8.0)),
        *(Defer("2026-12-01"), PassOffer("hurry")),
        Fill("target", dice.choice(["25", "x", ""])),
        OpenObjection(dice.choice(["too dear", "need the speed"])),
        OpenScript(dice.choice(["save-too-expensive", "upsell-data-pack", "slow-internet"])),
    ]
    rare: list[Action] = [
        PressCancel(),
        ContextChanged(context(dice.choice([ADA, BEN]))),
        Verified("pin", "crm", role="third_party"),
    ]
    return rare if dice.random() < 0.03 else common


def played(seed: int, steps: int = 120) -> Iterator[tuple[Walk, list[Happening]]]:
    """A walk after each thing that was done, with all that happened so far."""
    dice = random.Random(seed)
    walk, first = Walk.start(
        sample(), dice.choice(["save-too-expensive", "upsell-data-pack"]), context(dice.choice([ADA, BEN]))
    )
    happened = list(first)
    for _ in range(steps):
        try:
            happened += walk.apply(dice.choice(sensible(walk) if dice.random() < 0.8 else odd(dice)))
        except ActionRefused:
            continue
        yield walk, happened


def all_that_happened(seed: int) -> list[Happening]:
    """Everything of one game."""
    return [happened for _, happened in played(seed)][-1]


def standing(happened: list[Happening]) -> list[Happening]:
    """What happened less what was corrected away."""
    corrected = {one.data["corrects"] for one in happened if one.type is EventType.EVENT_CORRECTED}
    return [one for index, one in enumerate(happened) if index not in corrected]


@pytest.mark.parametrize("seed", range(20))
def test_an_accept_stands_on_an_extend_on_terms_and_on_consent(seed: int) -> None:
    kept = standing(all_that_happened(seed))
    for index, one in enumerate(kept):
        if one.type is not EventType.OFFER_ACCEPTED:
            continue
        offer = sample().offers[str(one.data["offer"])]
        before = kept[:index]
        assert any(e.type is EventType.OFFER_EXTENDED and e.data["offer"] == offer.id for e in before)
        assert any(e.type is EventType.DISCLOSURE_READ and e.data["disclosure"] == offer.disclosure for e in before)
        assert before[-1].type is EventType.CONSENT_GIVEN
        assert before[-1].data["consent"] == offer.consent


@pytest.mark.parametrize("seed", range(20))
def test_never_more_save_offers_than_the_policy_allows_and_none_after_cancel(seed: int) -> None:
    for walk, happened in played(seed):
        kept = standing(happened)
        saves = {
            one.data["offer"] for one in kept if one.type is EventType.OFFER_EXTENDED and one.data["kind"] == "save"
        }
        assert len(saves) == walk.saves_extended <= LIMIT
        types = [one.type for one in happened]
        if EventType.CANCEL_REQUESTED in types:
            after = types[types.index(EventType.CANCEL_REQUESTED) :]
            assert not {EventType.OFFER_EXTENDED, EventType.OFFER_ACCEPTED, EventType.OFFER_DISPLAYED} & set(after)


@pytest.mark.parametrize("seed", range(20))
def test_a_correction_names_each_record_once_and_the_screen_agrees_with_what_stands(seed: int) -> None:
    for walk, happened in played(seed):
        numbers = [one.data["corrects"] for one in happened if one.type is EventType.EVENT_CORRECTED]
        assert len(numbers) == len(set(numbers))
        shown = walk.screen().offer
        if shown is not None and shown.state is OfferState.ACCEPTED:
            fates = [one.type for one in standing(happened) if one.data.get("offer") == shown.id]
            assert EventType.OFFER_ACCEPTED in fates


@pytest.mark.parametrize("seed", range(20))
def test_no_event_carries_what_is_the_customers_own(seed: int) -> None:
    told = repr([one.data for one in all_that_happened(seed)])
    for own in ("Ada", "Ben", "Lovelace", "Okafor", "+447", "+442", "42.00", "4.50"):
        assert own not in told


def test_the_games_come_to_what_they_are_about() -> None:
    told = [one.type for seed in range(20) for one in all_that_happened(seed)]

    for kind in (EventType.OFFER_ACCEPTED, EventType.EVENT_CORRECTED, EventType.CANCEL_REQUESTED):
        assert told.count(kind) >= 5
