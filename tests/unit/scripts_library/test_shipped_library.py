"""What Northline ships: checked like code, and walked to every step and answer."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest

from app.domain.offer import OfferKind
from app.offers.eligible import ACCOUNT_DATA_CONSENT
from app.scripts.actions import Fill
from app.scripts.check.graph import targets_of
from app.scripts.coverage import cover
from app.scripts.library import Interrupt, load_library
from app.scripts.model import Script, Step
from app.scripts.text import compile_text
from tests.fakes.library_callers import CALLERS
from tests.fakes.walks import Agent, context, shipped, shipped_files

# At 2.5 words a second these are 20 seconds.
MOST_WORDS = 50
CALLS = 3000
JURISDICTIONS = ("eu", "uk", "us-ca", "us-federal")
# The one who calls from each of them.
LIVES_IN = {"eu": "europe", "uk": "ada", "us-ca": "california", "us-federal": "elsewhere in the states"}
SCRIPTS = sorted(shipped().scripts)
SELLING = [id for id in SCRIPTS if any(step.offer for step in shipped().scripts[id].steps.values())]
TROUBLE = [id for id in SCRIPTS if shipped().scripts[id].kind == "troubleshoot"]
ASKED_FOR = """
verify-identity slow-internet no-wifi-room no-tv-picture no-dial-tone billing-question email-account
save-too-expensive move-out save-service-trouble save-competitor save-not-used bereavement vulnerable complaint
suspected-fraud cancel-service place-order upsell-data-pack upsell-streaming upsell-tv upsell-security upsell-fibre
wrap-up welcome
"""


def script(id: str) -> Script:
    return shipped().scripts[id]


def all_steps() -> list[tuple[Script, Step]]:
    return [(one, step) for one in shipped().scripts.values() for step in one.steps.values()]


def reached_by_hand_over(start: str) -> set[str]:
    """The script and all that it can hand over to, one after the other."""
    seen, waiting = {start}, [start]
    while waiting:
        for step in script(waiting.pop()).steps.values():
            for target in targets_of(step):
                if target.script and target.script not in seen:
                    seen.add(target.script)
                    waiting.append(target.script)
    return seen


def test_the_library_has_no_problem_at_all() -> None:
    problems = load_library(shipped_files()).problems

    assert [f"{one.file}:{one.place.line} {one.rule} {one.message}" for one in problems] == []


def test_nothing_is_kept_quiet_by_a_comment() -> None:
    assert [file for file, content in shipped_files().items() if b"// check:" in content] == []


def test_everything_that_was_asked_for_is_there() -> None:
    assert set(ASKED_FOR.split()) <= set(SCRIPTS)


@pytest.mark.parametrize("id", SCRIPTS)
def test_every_step_and_answer_is_reached_and_every_call_comes_to_an_end(id: str) -> None:
    (report,) = cover(shipped(), [id], calls=CALLS, seed=7, today=date(2026, 11, 21)).scripts

    assert [f"{one.kind} {one.step} {one.text}" for one in report.unreached] == []
    assert report.troubles == ()


# What is said


def test_nothing_takes_longer_than_twenty_seconds_to_say_or_read() -> None:
    for one in (*shipped().scripts.values(), *shipped().translations.values()):
        for step in one.steps.values():
            for phrasing in step.phrasings:
                # Lines that exclude each other are never said together.
                always = [line.text for line in phrasing.lines if not line.condition]
                longest = max((line.text for line in phrasing.lines if line.condition), key=len, default="")
                assert len(" ".join([*always, longest]).split()) <= MOST_WORDS, f"{one.file} {step.id}"
    for disclosure in shipped().disclosures.values():
        assert len(disclosure.text.split()) <= MOST_WORDS, disclosure.id


def test_the_steps_that_matter_can_be_said_in_more_than_one_way() -> None:
    for one, step in all_steps():
        asks_something = bool(step.answers) and step.read is None and step.consent is None
        if step.offer is not None or step.id == one.start or (asks_something and one.kind == "save" and step.tags):
            assert len(step.phrasings) >= 2, f"{one.id} {step.id}"


def test_every_script_can_be_found_by_what_callers_say() -> None:
    for one in shipped().scripts.values():
        assert len(one.header["phrases"].split("|")) >= 3, one.id


def test_the_smallest_print_is_spoken_english() -> None:
    for disclosure in shipped().disclosures.values():
        assert compile_text(disclosure.text).placeholders == ()
        assert all(len(sentence.split()) <= 30 for sentence in disclosure.text.split(".")), disclosure.id


def test_the_same_words_are_greeted_with_once_in_a_call() -> None:
    greeting = re.compile(r"recorded|aufgezeichnet|zeichnen .* auf|[Gg]rab", re.IGNORECASE)
    for one in (*shipped().scripts.values(), *shipped().translations.values()):
        for step in one.steps.values():
            for line in (line for phrasing in step.phrasings for line in phrasing.lines):
                if greeting.search(line.text):
                    assert "call.greeted" in line.condition, f"{one.file} {step.id}: {line.text}"


# What is sold


def test_every_offer_names_a_rule_to_read_and_asks_for_consent() -> None:
    for offer in shipped().offers.values():
        assert offer.disclosure is not None, offer.id
        assert offer.consent is not None, offer.id
        assert shipped().disclosures[offer.disclosure].rule, offer.id


def test_every_offer_is_made_by_some_script_and_says_to_whom() -> None:
    made = {step.offer.offer for _, step in all_steps() if step.offer}

    assert set(shipped().offers) == made
    assert [offer.id for offer in shipped().offers.values() if not offer.eligible or not offer.why] == []


def test_every_disclosure_is_read_somewhere() -> None:
    assert set(shipped().disclosures) == {step.read.disclosure for _, step in all_steps() if step.read}


def test_a_save_is_never_of_no_use_to_the_customer() -> None:
    for offer in shipped().offers.values():
        if offer.kind is OfferKind.SAVE:
            assert all(one.concession or one.price.minor < 3000 for one in offer.options), offer.id


@pytest.mark.parametrize("id", SELLING)
def test_where_consent_is_compulsory_a_script_with_offers_asks_for_it(id: str) -> None:
    asked = {step.consent.consent for step in script(id).steps.values() if step.consent}

    assert ACCOUNT_DATA_CONSENT in asked


@pytest.mark.parametrize(("id", "jurisdiction"), list(product(SELLING, JURISDICTIONS)))
def test_it_is_asked_for_where_the_policy_says_so_and_nowhere_else(id: str, jurisdiction: str) -> None:
    account = CALLERS[LIVES_IN[jurisdiction]]

    agent = Agent(shipped(), id, context(account, policy=jurisdiction)).press("V", "1")

    compulsory = shipped().policies[jurisdiction].consent_for_account_data
    assert (agent.screen.step == "may_look") is compulsory


@pytest.mark.parametrize("id", [id for id in TROUBLE if id != "billing-question"])
def test_trouble_ends_solved_or_not_and_leads_to_something_that_helps(id: str) -> None:
    outcomes = {step.end.outcome for step in script(id).steps.values() if step.end}

    assert {"solved", "not_solved"} <= outcomes
    sold = {way.target.script for step in script(id).steps.values() for way in step.answers}
    assert any(target.startswith("upsell-") for target in sold)


@pytest.mark.parametrize("id", [id for id in TROUBLE if id not in ("billing-question", "email-account")])
def test_trouble_with_a_device_says_what_is_covered_and_asks_whose_it_is(id: str) -> None:
    steps = script(id).steps

    assert any("on us" in line.text or "our" in line.text for line in steps["cover"].phrasings[0].lines)
    assert any(one.key == "*" and one.each == "account.equipment" for step in steps.values() for one in step.answers)
    assert any(step.wait for step in steps.values())
    assert any("visits(" in one.condition for step in steps.values() for one in step.answers)


# The way out


@pytest.mark.parametrize("id", [id for id in SCRIPTS if id != "cancel-service"])
def test_from_any_script_the_cancel_key_leads_to_the_cancellation(id: str) -> None:
    agent = Agent(shipped(), id, context()).press("Cancel")

    assert agent.where == ("cancel-service", "begin")


def test_the_cancellation_makes_no_offer_and_leads_to_none() -> None:
    assert reached_by_hand_over("cancel-service").isdisjoint(SELLING)


@pytest.mark.parametrize("id", [id for id in SELLING if script(id).kind == "save"])
def test_every_rung_of_a_ladder_lets_go_of_who_insists(id: str) -> None:
    for step in script(id).steps.values():
        if step.offer is not None:
            leaving = next(answer for answer in step.answers if answer.key == "9")
            assert leaving.target.script == "cancel-service", step.id


@pytest.mark.parametrize("id", [id for id in SELLING if script(id).kind == "save"])
def test_in_california_it_is_said_that_one_may_cancel_at_any_time(id: str) -> None:
    agent = Agent(shipped(), id, context(CALLERS["california"], policy="us-ca")).press("V", "1", "1")

    assert agent.screen.spoken.startswith("You may cancel at any time in this call")


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_jurisdiction_has_its_own_terms_of_leaving(jurisdiction: str) -> None:
    account = CALLERS[LIVES_IN[jurisdiction]]

    agent = Agent(shipped(), "cancel-service", context(account, policy=jurisdiction)).press("Enter", "V", "1")

    assert agent.screen.disclosure is not None
    assert shipped().disclosures[agent.screen.disclosure.id].jurisdictions == (jurisdiction,)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_jurisdiction_has_its_own_terms_of_an_order(jurisdiction: str) -> None:
    account = CALLERS[LIVES_IN[jurisdiction]]
    agent = Agent(shipped(), "place-order", context(account, policy=jurisdiction)).press("V", "1", "7")

    agent.do(Fill("wish", "A second line"))
    agent.press("1")

    assert agent.screen.disclosure is not None
    assert shipped().disclosures[agent.screen.disclosure.id].jurisdictions == (jurisdiction,)


# Care


@pytest.mark.parametrize("interrupt", shipped().interrupts.values(), ids=lambda one: one.id)
def test_what_an_interrupt_opens_makes_no_offer_and_leads_to_none(interrupt: Interrupt) -> None:
    assert reached_by_hand_over(interrupt.script).isdisjoint(SELLING)
    assert {"offers", "alerts", "bell"} <= set(interrupt.suppresses)


def test_there_is_an_interrupt_for_each_of_the_five_and_every_policy_says_for_how_long() -> None:
    assert set(shipped().interrupts) == {"cancel", "bereavement", "vulnerable", "complaint", "fraud"}
    for policy in shipped().policies.values():
        assert set(policy.suppress_days) == set(shipped().interrupts), policy.id


# The rest


def test_there_are_few_enough_outcomes_to_choose_among() -> None:
    assert len(shipped().dispositions) <= 25


def test_every_outcome_that_is_not_the_agents_own_is_reached_by_a_script() -> None:
    ends = {step.end.outcome for _, step in all_steps() if step.end}

    assert {one.id for one in shipped().dispositions} - ends == {"dropped"}


def test_what_is_said_of_others_has_a_source_an_approver_and_a_last_day() -> None:
    for claim in shipped().competitors.claims.values():
        assert claim.source, claim.id
        assert claim.approver, claim.id
        assert claim.expires is not None, claim.id


@pytest.mark.parametrize("language", ["de", "es"])
def test_two_scripts_can_be_held_in_other_languages(language: str) -> None:
    assert {id for id, spoken in shipped().translations if spoken == language} == {
        "save-too-expensive",
        "slow-internet",
    }


def test_pictures_are_small_and_fetch_nothing() -> None:
    pictures = {file: content for file, content in shipped_files().items() if file.startswith("pictures/")}

    assert pictures
    for file, content in pictures.items():
        assert len(content) < 5_000, file
        assert not re.search(rb"<script|href|url\(|<image|<foreignObject|on\w+=", content), file
        assert b"<title>" in content, file
