"""What Northline ships: checked like code, and walked to every step."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from app.domain.account import Account, Alert
from app.offers.eligible import ACCOUNT_DATA_CONSENT
from app.scripts.actions import Accept, Choose, ConfirmRead, Continue, Decline, Defer, Fill, OpenObjection, Verified
from app.scripts.library import load_library
from app.scripts.text import compile_text
from app.scripts.walk import ActionRefused, Walk
from tests.fakes.customers import ADA, BEN
from tests.fakes.walks import context, shipped, shipped_files

# At 2.5 words a second these are 20 seconds.
MOST_WORDS = 50


def callers() -> list[Account]:
    """Different enough that together they come to every step."""
    outage = Alert("outage", "Outage in the area", ADA.as_of)
    ran_out = Alert("data_out", "Data ran out", ADA.as_of)
    return [
        ADA,
        BEN,
        replace(ADA, usage_gb=80.0, overage_count=0),
        replace(ADA, alerts=(outage,)),
        replace(ADA, alerts=(ran_out,)),
        replace(ADA, jurisdiction="us-ca"),
    ]


def test_the_library_has_no_problem_at_all() -> None:
    problems = load_library(shipped_files()).problems

    assert [f"{one.file}:{one.place.line} {one.rule} {one.message}" for one in problems] == []


@pytest.mark.parametrize("script", sorted(shipped().scripts))
def test_every_step_of_a_script_is_reached_and_every_walk_finds_an_end(script: str) -> None:
    dice = random.Random(7)
    tried: Counter[str] = Counter()
    seen: set[str] = set()
    for number in range(240):
        account = callers()[number % len(callers())]
        walk, _ = Walk.start(shipped(), script, context(account, policy=account.jurisdiction))
        seen |= _walk_to_the_end(walk, script, dice, tried)

    assert set(shipped().scripts[script].steps) - seen == set()


def _walk_to_the_end(walk: Walk, script: str, dice: random.Random, tried: Counter[str]) -> set[str]:
    """Answers at random, least used answers first, until the script ends or goes over to another; the steps seen."""
    seen: set[str] = set()
    for _ in range(60):
        screen = walk.screen()
        if screen.script == script:
            seen.add(screen.step)
        elif not screen.returns_to:
            return seen
        if screen.ending is not None:
            return seen
        if screen.verify is not None and dice.random() < 0.8:
            walk.apply(Verified("pin", "attested"))
        if screen.disclosure is not None and not screen.disclosure.confirmed:
            walk.apply(ConfirmRead(10.0))
        for field in screen.form:
            if dice.random() < 0.5 and field.choices:
                walk.apply(Fill(field.name, field.choices[0]))
        for found in walk.findable():
            if found.kind == "objection" and dice.random() < 0.3 and "return" not in screen.step:
                walk.apply(OpenObjection(found.id))
                seen.add(walk.screen().step)
                walk.apply(Continue())
        _answer(walk, dice, tried)
    raise AssertionError(f"no end in sight at {walk.screen().step}")


def _answer(walk: Walk, dice: random.Random, tried: Counter[str]) -> None:
    screen = walk.screen()
    open_rows = [row for row in screen.answers if not row.closed]
    if not open_rows:
        walk.apply(Continue())
        return
    least = min(tried[f"{screen.script}.{screen.step}.{row.key}"] for row in open_rows)
    row = dice.choice([row for row in open_rows if tried[f"{screen.script}.{screen.step}.{row.key}"] == least])
    tried[f"{screen.script}.{screen.step}.{row.key}"] += 1
    try:
        match row.key:
            case "A":
                walk.apply(Accept())
            case "D":
                walk.apply(Decline("price"))
            case "L":
                walk.apply(Defer("2026-12-01"))
            case key:
                walk.apply(Choose(key))
    except ActionRefused as refused:
        raise AssertionError(f"{screen.step} [{row.key}] was open and refused: {refused}") from refused


def test_nothing_takes_longer_than_twenty_seconds_to_say_or_read() -> None:
    for script in shipped().scripts.values():
        for step in script.steps.values():
            for phrasing in step.phrasings:
                # Lines that exclude each other are never said together.
                always = [line.text for line in phrasing.lines if not line.condition]
                longest = max((line.text for line in phrasing.lines if line.condition), key=len, default="")
                assert len(" ".join([*always, longest]).split()) <= MOST_WORDS, f"{script.id} {step.id}"
    for disclosure in shipped().disclosures.values():
        assert len(disclosure.text.split()) <= MOST_WORDS, disclosure.id


def test_the_steps_that_matter_can_be_said_in_more_than_one_way() -> None:
    for script in shipped().scripts.values():
        for step in script.steps.values():
            if step.offer is not None or step.id == script.start:
                assert len(step.phrasings) >= 2, f"{script.id} {step.id}"


def test_every_offer_names_a_rule_to_read_and_asks_for_consent() -> None:
    for offer in shipped().offers.values():
        assert offer.disclosure is not None
        assert offer.consent is not None
        assert shipped().disclosures[offer.disclosure].rule


def test_the_smallest_print_is_spoken_english() -> None:
    for disclosure in shipped().disclosures.values():
        assert compile_text(disclosure.text).placeholders == ()
        assert all(len(sentence.split()) <= 30 for sentence in disclosure.text.split("."))


def test_from_any_script_the_cancel_key_leads_to_the_cancellation() -> None:
    for script in shipped().scripts.values():
        assert script.id == "cancel-service" or script.cancel == "cancel-service"


def test_where_consent_is_compulsory_a_script_with_offers_asks_for_it() -> None:
    assert shipped().policies["us-ca"].consent_for_account_data
    for script in shipped().scripts.values():
        if any(step.offer for step in script.steps.values()):
            asked = {step.consent.consent for step in script.steps.values() if step.consent}
            assert ACCOUNT_DATA_CONSENT in asked, script.id


def test_there_are_few_enough_outcomes_to_choose_among() -> None:
    assert len(shipped().dispositions) <= 25
