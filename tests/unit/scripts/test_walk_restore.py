"""A crash at any moment restarts into the same step of the same call."""

from __future__ import annotations

import json
import random

import pytest

from app.domain.event import Happening
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
    Finished,
    Forward,
    NextPhrasing,
    OpenObjection,
    OpenScript,
    PassOffer,
    PressCancel,
    TakeBack,
    Verified,
    VerifyFailed,
)
from app.scripts.walk import ActionRefused, Entry, RestoreError, Walk
from tests.fakes.customers import ADA, BEN
from tests.fakes.walks import context, sample

ACCEPTING: list[Action] = [
    ContextChanged(context()),
    VerifyFailed("pin", "no"),
    Verified("pin", "crm"),
    Choose("1"),
    NextPhrasing(),
    Choose("1"),
    Fill("target", "25"),
    Continue(),
    OpenObjection("need the speed"),
    Continue(),
    Extend(),
    Accept(),
    ConfirmRead(11.5),
    Choose("1"),
    Finished("place_order", "placed"),
    TakeBack(),
    Back(),
    Forward(),
    Choose("2"),
    PressCancel(),
]
ANYTHING: list[Action] = [
    *ACCEPTING,
    *(Choose(key) for key in "123489"),
    Decline("price"),
    Defer("2026-12-01"),
    PassOffer("hurry"),
    Accept("mb-100"),
    OpenScript("upsell-data-pack"),
    OpenScript("slow-internet"),
    OpenObjection("too dear"),
    ContextChanged(context(BEN)),
]


def through_json(walk: Walk) -> list[Entry]:
    kept: list[Entry] = json.loads(json.dumps(walk.log))
    return kept


def test_restored_at_every_step_a_walk_goes_on_as_the_live_one_does() -> None:
    live, _ = Walk.start(sample(), "save-too-expensive", context(None))

    for done, action in enumerate(ACCEPTING):
        restored = Walk.restore(sample(), through_json(live))
        assert restored.screen() == live.screen(), f"before action {done}"
        assert restored.apply(action) == live.apply(action)
        assert restored.log == live.log
        assert restored.screen() == live.screen(), f"after action {done}"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_agent_does_the_log_holds_it_and_nothing_breaks(seed: int) -> None:
    dice = random.Random(seed)
    script = dice.choice(sorted(sample().scripts))
    walk, first = Walk.start(sample(), script, context(dice.choice([ADA, BEN, None])))
    happened: list[Happening] = list(first)

    for _ in range(60):
        try:
            happened += walk.apply(dice.choice(ANYTHING))
        except ActionRefused as refused:
            assert str(refused).endswith((".", "?"))
        assert Walk.restore(sample(), walk.log).screen() == walk.screen()

    for one in happened:
        if one.type.value == "event.corrected":
            assert 0 <= int(str(one.data["corrects"])) < len(happened)
    assert "Ada" not in repr([one.data for one in happened if one.type.value != "consent.given"])


@pytest.mark.parametrize(
    "log",
    [
        [],
        [{"kind": "Entered", "script": "welcome", "step": "greet"}],
        [{"kind": "NoSuchThing"}],
        [{"kind": "ContextSet"}],
        [{"kind": "ContextSet", "context": {"agent_first_name": 3}}],
        [{}],
    ],
)
def test_a_damaged_log_is_refused_with_a_sentence(log: list[Entry]) -> None:
    with pytest.raises(RestoreError, match=r"\.$"):
        Walk.restore(sample(), log)


def test_a_log_of_a_script_that_is_gone_is_refused_with_a_sentence() -> None:
    walk, _ = Walk.start(sample(), "welcome", context())
    log = json.loads(json.dumps(walk.log).replace('"greet"', '"gone"'))

    with pytest.raises(RestoreError, match="changed since"):
        Walk.restore(sample(), log)


def test_a_refused_action_leaves_no_trace() -> None:
    walk, _ = Walk.start(sample(), "upsell-data-pack", context(BEN))
    before = walk.log, walk.screen()

    with pytest.raises(ActionRefused):
        walk.apply(Accept())

    assert (walk.log, walk.screen()) == before
