"""What was offered to an account before comes with the account, so that desks let it rest."""

from __future__ import annotations

from typing import Any

from tests.fakes.hub import Desk, RunningHub

ACCOUNT = "acc-4221"
OFFER = {"account": ACCOUNT, "offer": "loyalty-credit", "kind": "save"}


def history(hub: RunningHub, desk: Desk) -> tuple[list[tuple[str, str]], list[str]]:
    """Offer and outcome, and interrupts, as the account comes now."""
    hub.hub.projector.settle(20)
    account: dict[str, Any] = desk.client.get(f"/v1/accounts/{ACCOUNT}").json()
    offers = [(line["offer"], line["outcome"]) for line in account["offer_history"]]
    return offers, [line["interrupt"] for line in account["interrupts"]]


def test_offers_and_interrupts_of_earlier_calls_come_with_the_account(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    before = history(hub, ana)
    ana.send(
        ana.event("offer.extended", "call-1", OFFER),
        ana.event("offer.declined", "call-1", OFFER | {"reason": "price"}),
        ana.event("intent.stated", "call-2", {"account": ACCOUNT, "intent": "bereavement"}),
        ana.event("cancel.requested", "call-3", {"account": ACCOUNT, "offers_before": 1}),
    )
    offers, interrupts = history(hub, ana)
    assert set(offers) - set(before[0]) == {("loyalty-credit", "extended"), ("loyalty-credit", "declined")}
    assert set(interrupts) - set(before[1]) == {"bereavement", "cancel"}


def test_what_was_taken_back_was_never_offered(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    extended = ana.event("offer.extended", "call-1", OFFER)
    ana.send(extended)
    assert ("loyalty-credit", "extended") in history(hub, ana)[0]
    ana.send(ana.event("event.corrected", "call-1", {"corrects": extended["id"]}))
    assert ("loyalty-credit", "extended") not in history(hub, ana)[0]


def test_the_index_for_devices_knows_it_too(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(ana.event("offer.extended", "call-1", OFFER))
    hub.hub.projector.settle(20)
    accounts = ana.client.get("/v1/accounts/changes").json()["accounts"]
    account = next(each for each in accounts if each["id"] == ACCOUNT)
    assert [line["offer"] for line in account["offer_history"]] == ["loyalty-credit"]
