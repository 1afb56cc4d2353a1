"""Every persona comes to an end with every shipped script, and the same seed is the same caller."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from app.desk.intents import Intent
from app.domain.account import Account, Segment
from app.practice.best import best_path
from app.practice.call import PracticeCall
from app.practice.customer import made_up
from app.practice.personas import PERSONAS, about, title
from tests.fakes.desk import START, the_library
from tests.fakes.practice import Trainee, around, best, plan


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("script", sorted(the_library().scripts))
def test_the_best_path_comes_to_an_end_and_misses_nothing(script: str, persona: str) -> None:
    call = best(script, persona)

    assert call.over
    assert call.judge.misses == []
    assert call.judge.heard == call.judge.asked


def words(script: str, persona: str, seed: int) -> tuple[list[str], list[Intent]]:
    """What the caller said, and what the agent did about it."""
    trainee = Trainee.at(script, persona, seed)
    said = []
    while not trainee.call.over:
        said.append(trainee.call.saying.text)
        trainee.well()
    return said, trainee.did


@pytest.mark.parametrize("persona", ["price", "cancel", "lost"])
def test_the_same_seed_is_the_same_caller(persona: str) -> None:
    assert words("save-too-expensive", persona, 7) == words("save-too-expensive", persona, 7)


def test_other_seeds_are_other_callers() -> None:
    paths = {tuple(best("save-too-expensive", "price", seed).judge.path) for seed in range(1, 6)}

    assert len(paths) > 2


def test_who_has_been_bereaved_says_so_first_and_is_offered_nothing() -> None:
    trainee = Trainee.at("save-too-expensive", "bereaved")
    trainee.well()

    assert trainee.call.saying.name == "bereavement"
    call = trainee.to_the_end()
    assert call.judge.honoured == ["bereavement"]
    assert call.judge.extended == []


def test_who_wants_to_cancel_ends_in_the_cancellation() -> None:
    call = best("save-too-expensive", "cancel")

    assert call.judge.honoured == ["cancel"]
    assert any(script == "cancel-service" for script, _ in call.judge.path)


@pytest.mark.parametrize(
    ("script", "fits"),
    [
        ("upsell-fibre", lambda account: account.plan.speed_mbps < 500),
        ("upsell-business", lambda account: account.segment is Segment.BUSINESS),
        ("upsell-data-pack", lambda account: account.overage_count > 0),
    ],
)
def test_the_customer_is_one_to_whom_the_script_has_something_to_offer(
    script: str, fits: Callable[[Account], bool]
) -> None:
    assert fits(made_up(the_library(), script, "price", Random(1), START, around().session))


def test_over_some_callers_the_offers_of_a_script_come_up_and_are_accepted() -> None:
    calls = [best("save-too-expensive", "price", seed).judge for seed in range(1, 9)]

    assert len({offer for judge in calls for offer in judge.extended}) >= 2
    assert any(judge.accepted for judge in calls)


def test_every_persona_has_a_name_and_says_what_to_expect() -> None:
    assert len({title(one, str) for one in PERSONAS} | {about(one, str) for one in PERSONAS}) == 2 * len(PERSONAS)


def test_the_caller_hears_the_same_on_the_best_path() -> None:
    trainee = Trainee.at("slow-internet", "lost", 3)
    yours = trainee.to_the_end()
    ideal: PracticeCall = best_path(plan("slow-internet", "lost", 3), around())

    assert yours.judge.path == ideal.judge.path
