"""Interrupts: from anywhere, never back, and what they keep away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.account import InterruptRecord
from app.domain.event import EventType
from app.scripts.actions import (
    Accept,
    Back,
    Extend,
    OpenScript,
    PassOffer,
    PressCancel,
    PressInterrupt,
    TakeBack,
    Verified,
)
from app.scripts.screen import OfferState
from app.scripts.walk import Walk
from tests.fakes.customers import ADA
from tests.fakes.walks import Agent, context, library_with

INTERRUPTS = b"""\
interrupts:
  - {id: bereavement, title: Bereavement, script: condolence, suppresses: [offers, bell, alerts], phrases: [died]}
  - {id: complaint, title: Complaint, script: complain, suppresses: [bell, points], phrases: [want to complain]}
  - {id: cancel, title: Cancellation, script: leave, suppresses: [offers, alerts, bell, points], phrases: [just cancel]}
"""
CATALOGUE = b"""\
currency: GBP
offers:
  - {id: box, name: Box, kind: upsell, points: 5, options: [{id: one, label: One, price: 5.00}]}
  - id: rest
    name: Rest
    kind: save
    disclosure: pause-terms
    consent: rest
    options: [{id: one, label: One, price: 1.00}]
"""
SELL = """\
## start: Start
- [1] On -> sell
- [2] Help => mend then after
## after: After
- [1] On -> sell
## sell: Sell #offer
Offer: box
- [A] Yes -> rest
- [D] No -> rest
## rest: Rest #offer
Offer: rest
- [A] Yes -> terms
- [D] No -> done
## terms: Terms #disclosure
Read: pause-terms
Consent: rest "May I?"
- [1] Yes -> done
- [2] No -> done
## done: Done
End: kept
"""
END = "\n## done: Done\nEnd: kept\n"


def selling(**changes: Any) -> Agent:
    library = library_with(
        CATALOGUE,
        {"interrupts.yaml": INTERRUPTS},
        main=SELL,
        mend="## mend: Mend\n- [1] Mended -> done\n" + END,
        condolence="## sorry: I am sorry\n> I'm so sorry.\n- [1] On -> done\n" + END,
        complain="## hear: Hear them out\n- [1] On -> done\n" + END,
        leave="## go: Go\n- [1] Yes -> done\n" + END,
    )
    return Agent(library, "main", context(**{"verified": True, "role": "holder", **changes}))


def test_an_interrupt_leads_to_its_script_and_never_back_to_what_was_under_way() -> None:
    agent = selling().press("2")
    assert agent.screen.returns_to == "Main"

    happened = agent.do(PressInterrupt("bereavement"))

    assert agent.where == ("condolence", "sorry")
    assert agent.screen.returns_to == ""
    assert [one.type.value for one in happened] == [
        "intent.stated",
        "script.handed_over",
        "script.started",
        "step.entered",
    ]
    assert happened[0].data == {"intent": "bereavement"}
    assert not agent.screen.can_back
    assert "Nothing from before" in agent.refusal(Back())
    agent.press("1", "Back")
    assert agent.screen.step == "sorry"


def test_the_screen_says_what_stays_away() -> None:
    agent = selling()
    assert (agent.screen.interrupt, agent.screen.suppressed) == ("", ())

    agent.do(PressInterrupt("bereavement"))

    assert (agent.screen.interrupt, agent.screen.suppressed) == ("Bereavement", ("alerts", "bell", "offers"))
    assert agent.walk.suppressed == {"offers", "alerts", "bell"}
    assert agent.walk.interrupts == ("bereavement",)
    agent.do(PressInterrupt("complaint"))
    assert agent.screen.suppressed == ("alerts", "bell", "offers", "points")
    assert not agent.walk.cancel_requested


def test_the_offer_on_the_table_and_every_later_one_is_suppressed_with_the_reason() -> None:
    agent = selling().press("1")
    agent.do(PressInterrupt("bereavement"))
    agent.do(OpenScript("main"))
    agent.press("1")

    assert agent.facts(EventType.OFFER_SUPPRESSED) == [
        {"account": "acc-4221", "offer": "box", "reason": "interrupt"},
    ]
    for action in (Extend(), Accept(), PassOffer("hurry")):
        assert agent.refusal(action) == "No more offers in this call: Bereavement."
    assert agent.press("Enter").screen.step == "rest"
    assert agent.facts(EventType.OFFER_SUPPRESSED)[1]["offer"] == "rest"


def test_an_interrupt_that_leaves_offers_alone_takes_their_points_only() -> None:
    agent = selling()
    agent.do(PressInterrupt("complaint"))
    agent.do(OpenScript("main"))
    agent.press("1", "A")

    assert agent.facts(EventType.OFFER_ACCEPTED)[0]["points"] == 0
    assert selling().press("1", "A").facts(EventType.OFFER_ACCEPTED)[0]["points"] == 5


def test_points_earned_before_stay_and_a_record_from_before_can_still_be_taken_back() -> None:
    agent = selling().press("1", "A")
    agent.do(PressInterrupt("bereavement"))
    assert agent.facts(EventType.OFFER_ACCEPTED)[0]["points"] == 5

    happened = agent.do(TakeBack())

    assert [one.type for one in happened] == [EventType.EVENT_CORRECTED] * 2
    assert agent.where == ("condolence", "sorry")


def test_a_yes_that_waited_for_its_terms_is_no_yes_any_more() -> None:
    agent = selling().press("1", "D", "A")
    assert agent.screen.step == "terms"

    agent.do(PressInterrupt("bereavement"))
    agent.do(OpenScript("main"))
    agent.press("1", "Enter")

    assert agent.screen.offer is not None
    assert agent.screen.offer.state is OfferState.EXTENDED
    assert agent.told(EventType.OFFER_ACCEPTED) == []


def test_the_cancel_interrupt_is_the_cancel_key_also_where_the_script_names_no_cancellation() -> None:
    by_key, by_find = selling(), selling()

    assert by_key.screen.can_cancel
    by_key.do(PressCancel())
    by_find.do(PressInterrupt("cancel"))

    assert by_key.happened == by_find.happened
    assert by_key.walk.cancel_requested
    assert by_key.facts(EventType.CANCEL_REQUESTED)[0]["step"] == "start"
    assert by_key.where == ("leave", "go")


def test_an_answer_or_a_script_found_that_leads_to_an_interrupt_counts_as_one() -> None:
    agent = selling()

    agent.do(OpenScript("condolence"))

    assert agent.walk.interrupts == ("bereavement",)
    assert "offers" in agent.walk.suppressed


def test_a_call_that_begins_with_an_interrupt_sells_nothing() -> None:
    library = selling().library
    agent = Agent(library, "leave", context(verified=True))

    assert agent.walk.cancel_requested
    assert agent.told()[0] == "cancel.requested"


def test_the_same_interrupt_twice_is_told_once() -> None:
    agent = selling()
    agent.do(PressInterrupt("bereavement"))
    assert "already" in agent.refusal(PressInterrupt("bereavement"))
    agent.do(OpenScript("main"))
    agent.do(PressInterrupt("bereavement"))

    assert agent.told(EventType.INTENT_STATED) == ["intent.stated"] * 2
    assert [one["intent"] for one in agent.facts(EventType.INTENT_STATED)] == ["bereavement", "main"]


def test_an_interrupt_that_is_not_declared_is_refused() -> None:
    assert "no such interrupt" in selling().refusal(PressInterrupt("alien-abduction"))


def test_interrupts_are_found_by_what_the_caller_says() -> None:
    found = [(one.id, one.title, one.phrases) for one in selling().walk.findable() if one.kind == "interrupt"]

    assert found[0] == ("bereavement", "Bereavement", ("died",))


@pytest.mark.parametrize(("days", "blocked"), [(0, True), (29, True), (30, False), (400, False)])
def test_an_account_is_left_alone_as_long_as_the_policy_says(days: int, blocked: bool) -> None:
    at = datetime(2026, 11, 21, 9, tzinfo=UTC) - timedelta(days=days)
    account = replace(ADA, interrupts=(InterruptRecord("complaint", at),))
    agent = selling(account=account).press("1")

    assert agent.screen.offer is not None
    assert ("complaint in an earlier call" in agent.screen.offer.blocked) is blocked
    reasons = [one["reason"] for one in agent.facts(EventType.OFFER_SUPPRESSED)]
    assert reasons == (["left_alone"] if blocked else [])


def test_a_restart_in_the_middle_keeps_what_was_suppressed() -> None:
    agent = selling().press("1", "D", "A")
    agent.do(PressInterrupt("bereavement"))
    agent.do(Verified("pin", "crm"))

    restored = Walk.restore(agent.library, agent.walk.log)

    assert restored.screen() == agent.screen
    assert restored.suppressed == agent.walk.suppressed
