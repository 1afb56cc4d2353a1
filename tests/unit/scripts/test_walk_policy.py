"""What the policy of the service address keeps from being offered, at the moment it would be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from app.domain.account import Account, Billing, OfferRecord
from app.domain.event import EventType
from app.domain.money import Money
from app.scripts.actions import Accept, ContextChanged, Extend
from app.scripts.library import Library
from tests.fakes.customers import ADA, BEN
from tests.fakes.walks import Agent, context, library_with

CATALOGUE = b"""\
currency: GBP
offers:
  - id: box
    name: Box
    kind: upsell
    eligible: account.bill > 1.00
    why: pays {account.bill|money}
    options: [{id: one, label: One, price: 5.00, size: 1}, {id: two, label: Two, price: 9.00, size: 2}]
  - id: plain
    name: Plain
    kind: upsell
    why: pays {account.bill|money}
    on_credit: yes
    options: [{id: one, label: One, price: 4.00, size: 1}, {id: two, label: Two, price: 9.00, size: 2}]
  - id: cheaper
    name: Cheaper
    kind: save
    eligible: "[ran out of data] || true"
    options: [{id: one, label: One, price: 5.00}]
"""


def step(offer: str, then: str) -> str:
    answers = f"- [A] Yes -> {then}\n- [D] No -> {then}\n"
    return f"## {offer}: {offer.capitalize()} #offer\nOffer: {offer}, best first\n{answers}"


SCRIPT = (
    "## start: Start\n- [1] Personal -> box\n- [2] For all -> plain\n- [3] Save -> cheaper\n- [4] Ask -> ask\n"
    '## ask: Ask\nConsent: account-data "May I?"\n- [1] Yes -> start\n- [2] No -> start\n'
    + step("box", "done")
    + step("plain", "done")
    + step("cheaper", "done")
    + "## done: Done\nEnd: kept\n"
)


@cache
def library() -> Library:
    return library_with(CATALOGUE, main=SCRIPT)


def selling(policy: str = "us-ca", account: Account = ADA) -> Agent:
    return Agent(library(), "main", context(account, policy=policy, verified=True))


def test_without_consent_what_account_data_decide_is_withheld_and_nobody_is_found_eligible() -> None:
    agent = selling().press("4", "2", "1")

    assert agent.screen.offer is not None
    assert agent.screen.offer.blocked == "Ask first whether you may use their account details for an offer."
    assert agent.facts(EventType.OFFER_SUPPRESSED) == [{"account": "acc-4221", "offer": "box", "reason": "no_consent"}]
    assert agent.told(EventType.OFFER_ELIGIBLE, EventType.OFFER_DISPLAYED) == []
    assert "Ask first" in agent.refusal(Extend())


def test_without_consent_an_offer_for_everybody_may_be_made_but_is_not_cut_to_the_customer() -> None:
    agent = selling().press("2")

    shown = agent.screen.offer
    assert shown is not None
    assert (shown.blocked, shown.why) == ("", "")
    assert [(one.id, one.proposed) for one in shown.options] == [("one", False), ("two", False)]
    assert agent.told(EventType.OFFER_ELIGIBLE, EventType.OFFER_DISPLAYED) == ["offer.displayed"]
    agent.press("E", "A:one")
    assert agent.told(EventType.OFFER_ELIGIBLE) == []
    assert agent.told(EventType.OFFER_ACCEPTED) == ["offer.accepted"]


def test_once_consent_is_given_offers_are_personal_and_eligible_is_told() -> None:
    agent = selling().press("4", "1", "1")

    shown = agent.screen.offer
    assert shown is not None
    assert (shown.blocked, shown.why) == ("", "pays £42.00")
    assert [(one.id, one.proposed) for one in shown.options] == [("two", True)]
    assert agent.told(EventType.OFFER_ELIGIBLE, EventType.OFFER_DISPLAYED) == ["offer.eligible", "offer.displayed"]


def test_where_no_consent_is_needed_offers_are_personal_at_once() -> None:
    assert selling("uk").press("1").told(EventType.OFFER_ELIGIBLE) == ["offer.eligible"]


def test_a_named_condition_in_brackets_is_account_data_too() -> None:
    agent = selling().press("3")

    assert agent.facts(EventType.OFFER_SUPPRESSED)[0]["reason"] == "no_consent"


@pytest.mark.parametrize(("days", "blocked"), [(0, True), (29, True), (30, False)])
def test_an_offer_that_was_declined_lately_rests_and_says_since_when(days: int, blocked: bool) -> None:
    at = datetime(2026, 11, 21, 9, tzinfo=UTC) - timedelta(days=days)
    account = replace(ADA, offer_history=(OfferRecord("cheaper", at, "declined"),))
    agent = selling("uk", account).press("3")

    shown = agent.screen.offer
    assert shown is not None
    when = {0: "today", 29: "29 days ago"}.get(days)
    assert shown.blocked == (f"Cheaper was offered {when}, and it rests for 30 days here." if blocked else "")
    reasons = [one["reason"] for one in agent.facts(EventType.OFFER_SUPPRESSED)]
    assert reasons == (["cool_down"] if blocked else [])
    assert agent.press("Enter" if blocked else "D").screen.step == "done"


def test_an_offer_of_this_very_call_is_not_stopped_by_its_own_trace() -> None:
    agent = selling("uk").press("3", "E")
    noted = OfferRecord("cheaper", datetime(2026, 11, 21, 9, tzinfo=UTC), "extended")

    account = replace(ADA, offer_history=(noted,))
    agent.do(ContextChanged(context(account, policy="uk", verified=True)))

    assert agent.screen.offer is not None and agent.screen.offer.blocked == ""
    agent.do(Accept())


@pytest.mark.parametrize("billing", Billing)
@pytest.mark.parametrize("past_due", [False, True])
@pytest.mark.parametrize("vulnerable", [False, True])
def test_on_every_boundary_of_the_means_what_is_not_affordable_cannot_be_accepted(
    billing: Billing, past_due: bool, vulnerable: bool
) -> None:
    for balance in (0, 399, 400, 401):
        for credit in (0, 399, 400, 401):
            money = None if billing is Billing.POSTPAID else Money(balance, "GBP")
            account = replace(
                BEN,
                billing=billing,
                balance=money,
                pay_later_credit=Money(credit, "GBP"),
                past_due=past_due,
                vulnerable=vulnerable,
            )
            agent = selling("uk", account).press("2")
            may = billing is Billing.POSTPAID or balance >= 400 or (credit >= 400 and not past_due and not vulnerable)
            if may:
                agent.do(Accept())
                largest = "one" if billing is Billing.PREPAID else "two"
                assert agent.facts(EventType.OFFER_ACCEPTED)[0]["option"] == largest
            else:
                assert agent.refusal(Accept("one")), (balance, credit)
                assert agent.refusal(Accept()), (balance, credit)
