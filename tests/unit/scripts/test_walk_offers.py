"""What an agent records about offers, walked through the sample scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.account import Account
from app.domain.event import EventType
from app.scripts.actions import (
    Accept,
    Choose,
    ConfirmRead,
    ContextChanged,
    Continue,
    Decline,
    Defer,
    Extend,
    OpenObjection,
    OpenScript,
    PassOffer,
    TakeBack,
    Verified,
)
from app.scripts.screen import OfferScreen, OfferState
from tests.fakes.customers import ADA, BEN, pounds
from tests.fakes.walks import Agent, context, library_with, sample, sample_everywhere

FATES = (
    EventType.OFFER_ELIGIBLE,
    EventType.OFFER_SUPPRESSED,
    EventType.OFFER_DISPLAYED,
    EventType.OFFER_EXTENDED,
    EventType.OFFER_ACCEPTED,
    EventType.OFFER_DECLINED,
    EventType.OFFER_DEFERRED,
    EventType.OFFER_PASSED,
    EventType.EVENT_CORRECTED,
)


def saving(account: Account = ADA, **changes: Any) -> Agent:
    """A verified caller who finds it too expensive, before the first rung."""
    agent = Agent(sample(), "save-too-expensive", context(account, verified=True, role="holder", **changes))
    return agent.press("1", "Enter")


def selling(account: Account = BEN, **changes: Any) -> Agent:
    """A verified caller who ran out of data, at the best size."""
    return Agent(sample(), "upsell-data-pack", context(account, **changes)).press("V", "1")


def offer(agent: Agent) -> OfferScreen:
    shown = agent.screen.offer
    assert shown is not None
    return shown


def test_the_first_rung_looks_as_it_should() -> None:
    shown = offer(saving())

    assert (shown.name, shown.price, shown.gist) == ("Smaller plan: Fibre 300", "£22.00", "a month, £20.00 less")
    assert (shown.number, shown.allowed, shown.state) == (1, 3, OfferState.ON_TABLE)
    assert [(rung.name, rung.gist) for rung in shown.next_rungs] == [
        ("Loyalty credit", "−£10.00, 6 months"),
        ("Pause", "£5.00, 3 months"),
    ]
    assert (shown.blocked, shown.needs) == ("", ("terms", "consent"))


def test_an_offer_is_found_and_shown_once_per_call() -> None:
    agent = saving().press("Back", "Enter")

    assert agent.told(*FATES) == ["offer.eligible", "offer.displayed"]
    assert agent.facts(EventType.OFFER_DISPLAYED) == [
        {
            "account": "acc-4221",
            "offer": "plan-down-one",
            "kind": "save",
            "rung": 1,
            "script": "save-too-expensive",
            "step": "smaller_plan",
        }
    ]


def test_shown_is_not_extended_until_the_agent_says_so_and_only_once() -> None:
    agent = saving()
    assert "offer.extended" not in agent.told()

    agent.press("E")

    assert agent.facts(EventType.OFFER_EXTENDED)[0]["implied"] is False
    assert "already" in agent.refusal(Extend())


def test_a_yes_is_accepted_only_after_terms_and_consent() -> None:
    agent = saving().press("E", "A")
    assert (agent.screen.step, offer(agent).state) == ("plan_terms", OfferState.PENDING)
    assert agent.screen.consent is not None
    assert agent.screen.consent.open is False
    assert "read the text out first" in agent.refusal(Choose("1"))

    agent.do(ConfirmRead(9.04))
    agent.press("1")

    assert agent.told(*FATES)[-2:] == ["offer.extended", "offer.accepted"]
    assert agent.facts(EventType.DISCLOSURE_READ)[0]["seconds"] == 9.0
    assert agent.facts(EventType.CONSENT_GIVEN) == [
        {
            "consent": "plan-change",
            "wording": "May I change you to Fibre 300 for £22.00 a month?",
            "offer": "plan-down-one",
            "script": "save-too-expensive",
            "step": "plan_terms",
        }
    ]
    assert (
        agent.facts(EventType.OFFER_ACCEPTED)[0] | {"option": "fibre-300", "points": 2}
        == agent.facts(EventType.OFFER_ACCEPTED)[0]
    )
    assert agent.facts(EventType.ORDER_REQUESTED)[0]["offer"] == "plan-down-one"
    assert agent.screen.ending is not None
    assert (agent.screen.ending.outcome, offer(agent).state) == ("saved", OfferState.ACCEPTED)


def test_no_consent_is_a_no() -> None:
    agent = saving().press("A", "2")

    assert agent.told(EventType.CONSENT_REFUSED, *FATES)[2:5] == [
        "offer.extended",
        "consent.refused",
        "offer.declined",
    ]
    assert agent.facts(EventType.OFFER_DECLINED)[0]["reason"] == "no_consent"
    assert agent.screen.step == "loyalty_credit"
    assert agent.facts(EventType.ORDER_REQUESTED) == []


def test_an_answer_implies_that_it_was_said() -> None:
    agent = saving().press("D")

    assert agent.facts(EventType.OFFER_EXTENDED)[0]["implied"] is True
    assert agent.facts(EventType.OFFER_DECLINED)[0]["reason"] == "price"
    assert agent.screen.step == "loyalty_credit"


def test_the_ladder_goes_down_rung_by_rung_to_staying_as_it_is() -> None:
    agent = saving().press("E", "D", "E", "D", "E", "D")

    assert [one["rung"] for one in agent.facts(EventType.OFFER_EXTENDED)] == [1, 2, 3]
    assert agent.screen.step == "last_word"
    agent.press("1")
    assert agent.screen.ending is not None
    assert (agent.screen.ending.outcome, agent.screen.ending.reason) == ("kept", "price")


def test_the_ladder_can_end_in_the_cancellation() -> None:
    agent = saving().press("D", "D", "D", "9", "Enter")
    assert agent.where == ("cancel-service", "terms")
    assert agent.facts(EventType.CANCEL_REQUESTED)[0]["offers_before"] == 3

    agent.press("Read", "1", "1", "1")

    assert agent.screen.ending is not None
    assert agent.screen.ending.outcome == "cancelled"
    assert agent.facts(EventType.ORDER_REQUESTED)[-1]["action"] == "start_cancellation"


def test_the_cancel_key_ends_the_ladder_and_every_later_offer() -> None:
    agent = saving().press("E", "Cancel")
    assert agent.screen.script == "cancel-service"

    agent.do(OpenScript("upsell-data-pack"))

    assert agent.screen.step == "best_pack"
    assert offer(agent).blocked == "They asked to cancel: no more offers in this call."
    assert agent.facts(EventType.OFFER_SUPPRESSED) == [
        {"account": "acc-4221", "offer": "data-pack", "reason": "cancel"}
    ]
    for action in (Extend(), Accept(), Decline("price"), Defer("2026-11-30")):
        assert agent.refusal(action).startswith("They asked to cancel")
    assert agent.screen.enter == "go on without this offer"
    assert agent.press("Enter").screen.step == "no_thanks"


@pytest.mark.parametrize(("before", "blocked"), [(0, False), (1, False), (2, True)])
def test_the_policy_counts_save_offers_of_the_whole_interaction(before: int, blocked: bool) -> None:
    agent = saving(extended_before=before).press("D")

    assert agent.screen.step == "loyalty_credit"
    assert (offer(agent).blocked != "") is blocked
    assert offer(agent).number == before + 2
    if blocked:
        assert agent.refusal(Extend()) == "United Kingdom allows 3 save offers in a call, and that is used up."
        assert agent.facts(EventType.OFFER_SUPPRESSED)[0]["reason"] == "limit"


def test_the_limit_never_stops_what_was_extended_already() -> None:
    agent = saving(extended_before=2).press("E")

    assert offer(agent).blocked == ""
    agent.press("D", "Back")
    assert agent.screen.step == "smaller_plan"
    agent.press("TakeBack", "A")
    assert agent.screen.step == "plan_terms"


def test_a_save_offer_taken_back_frees_its_place() -> None:
    agent = saving(extended_before=2).press("E", "TakeBack")

    assert agent.walk.saves_extended == 2
    assert offer(agent).state is OfferState.ON_TABLE


def test_california_allows_one_offer_and_asks_before_using_the_account() -> None:
    def caller() -> Agent:
        ann = replace(ADA, jurisdiction="us-ca")
        return Agent(sample_everywhere(), "save-too-expensive", context(ann, policy="us-ca")).press("V", "1")

    refused = caller().press("2", "1", "Enter")
    assert offer(refused).blocked.startswith("Ask first")

    agent = caller()
    assert agent.screen.step == "may_look"
    agent.press("1", "1", "Enter", "D")
    assert offer(agent).blocked == "California allows 1 save offer in a call, and that is used up."


def test_what_has_no_terms_for_an_address_is_not_sold_there() -> None:
    ann = replace(ADA, jurisdiction="us-ca", consents=("account-data",))

    agent = saving(ann, policy="us-ca")

    assert offer(agent).blocked == "Smaller plan: Fibre 300 is not sold at this address."


def test_the_offer_waits_for_the_caller_to_be_verified() -> None:
    library = library_with(
        main="## pitch: Pitch #offer\nOffer: loyalty-credit\n- [A] Yes -> terms\n- [D] No -> done\n"
        '## terms: Terms\nRead: credit-terms\nConsent: credit "May I?"\n- [1] Yes -> done\n- [2] No -> done\n'
        "## done: Done\nEnd: kept\n"
    )
    agent = Agent(library, "main", context())
    assert offer(agent).blocked.startswith("Verify the caller first")
    assert (offer(agent).why, offer(agent).options[0].closed) == ("", "verify the caller first")
    assert agent.told(*FATES) == ["offer.suppressed"]

    agent.press("V")

    assert offer(agent).blocked == ""
    assert agent.told(*FATES) == ["offer.suppressed", "offer.eligible", "offer.displayed"]


def test_a_third_party_does_not_come_to_what_is_in_the_account() -> None:
    agent = Agent(sample(), "upsell-data-pack", context(BEN))
    agent.do(Verified("pin", "crm", role="third_party"))

    assert not agent.walk.verified
    assert "may not use the account" in agent.refusal(Choose("1"))


def test_an_executor_is_made_no_offer() -> None:
    agent = Agent(sample(), "upsell-data-pack", context(BEN))
    agent.do(Verified("pin", "crm", role="executor"))
    agent.press("1")

    assert offer(agent).blocked.startswith("Only the holder")
    assert "Only the holder" in agent.refusal(Extend())
    agent.do(PassOffer("not_holder"))
    assert agent.facts(EventType.OFFER_PASSED)[0]["reason"] == "not_holder"
    assert agent.screen.step == "no_thanks"


def test_the_best_affordable_size_comes_first_and_then_all() -> None:
    agent = selling()
    assert [(one.id, one.proposed) for one in offer(agent).options] == [("mb-500", True)]
    assert "500 MB for £4.00" in agent.screen.spoken

    agent.press("2")

    assert [(one.id, one.closed) for one in offer(agent).options] == [
        ("mb-100", ""),
        ("mb-200", ""),
        ("mb-500", ""),
        ("mb-1000", "£7.00 is more than the balance of £4.50"),
    ]
    assert agent.refusal(Accept("mb-1000")).startswith("1 GB cannot be chosen: £7.00 is more")
    assert "not among" in agent.refusal(Accept("mb-9"))
    agent.press("A:mb-200")
    assert agent.screen.consent is not None
    assert agent.screen.consent.question == "May I add 200 MB for £1.80 to your account now?"
    agent.press("Read", "1")
    assert agent.facts(EventType.OFFER_ACCEPTED)[0]["option"] == "mb-200"


def test_what_the_step_does_not_show_cannot_be_accepted() -> None:
    assert "not among" in selling().refusal(Accept("mb-100"))


def test_nobody_is_offered_what_fits_no_purse() -> None:
    agent = selling(replace(BEN, balance=pounds("0.20")))

    assert offer(agent).blocked.startswith("Nothing of this offer fits")
    assert agent.press("Enter").screen.step == "no_thanks"


def test_credit_pays_where_the_balance_is_short_unless_a_bill_is_unpaid() -> None:
    credit = replace(BEN, balance=pounds("0.20"), pay_later_credit=pounds("10"))

    assert offer(selling(credit)).options[0].id == "mb-1000"
    assert offer(selling(replace(credit, past_due=True))).blocked


def test_a_customer_whose_account_does_not_fit_is_not_made_the_offer() -> None:
    agent = selling(replace(BEN, overage_count=0))

    assert offer(agent).blocked == "Data pack is not meant for this account."
    assert agent.told(EventType.OFFER_ELIGIBLE) == []


def test_a_no_may_become_a_yes_before_the_call_is_wrapped_up() -> None:
    agent = selling().press("D", "Back", "A", "Read", "1")

    assert agent.told(*FATES) == [
        "offer.eligible",
        "offer.displayed",
        "offer.extended",
        "offer.declined",
        "offer.accepted",
    ]


def test_a_yes_does_not_become_a_no_without_being_taken_back() -> None:
    agent = selling().press("A", "Read", "1", "Back", "Back")

    assert "Take that back first" in agent.refusal(Decline("price"))
    assert "Take that back first" in agent.refusal(Accept())


def test_a_settled_offer_is_left_by_enter_the_way_it_was_settled() -> None:
    later = selling().press("L", "Back")
    assert later.screen.enter == "go on"
    assert later.press("Enter").screen.step == "later"
    assert selling().press("D", "Back", "Enter").screen.step == "no_thanks"
    assert selling().press("A", "Read", "1", "Back", "Back", "Enter").screen.step == "pack_terms"


def test_later_has_a_day_from_today_on() -> None:
    agent = selling()

    assert "day" in agent.refusal(Defer("soon"))
    assert "past" in agent.refusal(Defer("2026-11-20"))
    agent.do(Defer("2026-11-21"))
    assert agent.facts(EventType.OFFER_DEFERRED)[0]["due"] == "2026-11-21"
    assert (agent.screen.step, agent.told(EventType.OFFER_EXTENDED)) == ("later", [])


def test_not_the_moment_has_a_reason_and_goes_on() -> None:
    agent = selling()

    assert "reasons" in agent.refusal(PassOffer("lazy"))
    agent.do(PassOffer("upset"))
    assert (agent.screen.step, agent.told(EventType.OFFER_EXTENDED)) == ("no_thanks", [])


def test_a_decline_needs_a_known_reason() -> None:
    assert "reasons" in selling().refusal(Decline("because"))


def test_an_answer_while_an_objection_is_open_belongs_to_the_offer() -> None:
    agent = selling()
    agent.do(OpenObjection("can't afford it"))
    assert (agent.screen.step, offer(agent).id) == ("soften", "data-pack")

    agent.press("E", "D")

    assert agent.facts(EventType.OFFER_DECLINED)[0]["step"] == "best_pack"
    assert agent.screen.step == "no_thanks"


def test_there_is_nothing_to_extend_where_no_offer_is() -> None:
    agent = saving().press("Back")

    for action in (Extend(), Accept(), Decline("price"), Defer("2026-11-30"), PassOffer("hurry")):
        assert agent.refusal(action) == "There is no offer on the table here."


@pytest.mark.parametrize(
    ("keys", "corrected", "step", "state"),
    [
        (("E",), ["offer.extended"], "best_pack", OfferState.ON_TABLE),
        (("D",), ["offer.declined", "offer.extended"], "best_pack", OfferState.ON_TABLE),
        (("E", "D"), ["offer.declined"], "best_pack", OfferState.EXTENDED),
        (("A",), ["offer.extended"], "best_pack", OfferState.ON_TABLE),
        (("E", "A"), [], "best_pack", OfferState.EXTENDED),
        (("A", "Read", "1"), ["offer.accepted", "consent.given"], "pack_terms", OfferState.PENDING),
        (("A", "2"), ["offer.declined", "consent.refused"], "pack_terms", OfferState.PENDING),
        (("L",), ["offer.deferred"], "best_pack", OfferState.ON_TABLE),
    ],
)
def test_taking_back_corrects_the_latest_record_and_returns_to_its_step(
    keys: tuple[str, ...], corrected: list[str], step: str, state: OfferState
) -> None:
    agent = selling().press(*keys)
    before = list(agent.happened)

    happened = agent.do(TakeBack())

    taken = [before[int(str(one.data["corrects"]))].type.value for one in happened]
    assert taken == corrected
    assert (agent.screen.step, offer(agent).state) == (step, state)


def test_everything_can_be_taken_back_one_by_one_and_done_again() -> None:
    agent = selling().press("E", "A", "Read", "1", "TakeBack", "TakeBack", "TakeBack")
    assert offer(agent).state is OfferState.ON_TABLE
    assert "nothing to take back" in agent.refusal(TakeBack())

    agent.press("A")

    # The terms were read in this call; the consent has to be asked for again.
    assert offer(agent).needs == ("consent",)
    agent.press("1")
    assert offer(agent).state is OfferState.ACCEPTED
    corrected = {one["corrects"] for one in agent.facts(EventType.EVENT_CORRECTED)}
    kept = [one.type.value for index, one in enumerate(agent.happened) if index not in corrected]
    assert (kept.count("offer.extended"), kept.count("offer.accepted"), kept.count("consent.given")) == (1, 1, 1)


def test_the_same_order_is_not_placed_twice() -> None:
    agent = selling().press("A", "Read", "1", "TakeBack", "1")

    assert agent.told(EventType.ORDER_REQUESTED) == ["order.requested"]


def test_nothing_is_ordered_when_nothing_was_accepted() -> None:
    library = library_with(main="## go: Go\nDo: place_order\n- [1] On -> done\n## done: Done\nEnd: kept\n")
    bare = Agent(library, "main", context(verified=True))

    assert bare.facts(EventType.ORDER_REQUESTED) == []
    assert bare.screen.requests[0].label == "No order: nothing was accepted"


def test_a_yes_to_what_has_become_too_dear_is_not_completed() -> None:
    agent = selling().press("A", "Read")
    agent.do(ContextChanged(context(replace(BEN, balance=pounds("1.10")))))

    assert agent.refusal(Choose("1")).startswith("500 MB cannot be chosen any more: £4.00 is more than the balance")
    assert agent.told(EventType.OFFER_ACCEPTED) == []


def test_a_yes_that_is_completed_for_another_account_or_caller_is_refused() -> None:
    agent = selling().press("A", "Read")

    agent.do(ContextChanged(context(ADA)))
    assert "another account" in agent.refusal(Choose("1"))

    agent.do(ContextChanged(context(BEN)))
    agent.do(Verified("pin", "crm", role="third_party"))
    assert agent.refusal(Choose("1")).startswith("Only the holder")
    assert agent.told(EventType.OFFER_ACCEPTED) == []


CATALOGUE = b"""
currency: GBP
offers:
  - id: told
    name: With terms only
    kind: upsell
    disclosure: pack-terms
    options: [{id: one, label: One, price: 1.00}, {id: two, label: Two, price: 2.00}]
  - id: free
    name: With nothing
    kind: upsell
    options: [{id: one, label: One, price: 0}]
"""


def pitching(name: str) -> Agent:
    library = library_with(
        CATALOGUE,
        main=f"## pitch: Pitch #offer\nOffer: {name}\n- [A] Yes -> terms\n- [D] No -> done\n"
        "## terms: Terms\nRead: pack-terms\nElse: -> done\n## done: Done\nDo: place_order\nEnd: upsold\n",
    )
    return Agent(library, "main", context(verified=True))


def test_an_offer_without_terms_is_accepted_at_once() -> None:
    agent = pitching("free").press("A")

    assert agent.told(EventType.OFFER_EXTENDED, EventType.OFFER_ACCEPTED) == ["offer.extended", "offer.accepted"]


def test_an_offer_with_terms_only_is_accepted_when_they_were_read() -> None:
    agent = pitching("told").press("A:two")
    assert agent.told(EventType.OFFER_ACCEPTED) == []
    assert "Read the text out" in agent.refusal(Continue())

    agent.press("Read")

    assert agent.facts(EventType.OFFER_ACCEPTED)[0]["option"] == "two"
    assert "already" in agent.refusal(ConfirmRead(1.0))
    assert agent.press("Enter").facts(EventType.ORDER_REQUESTED)[0]["option"] == "two"
