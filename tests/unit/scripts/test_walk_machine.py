"""Whatever agent, caller and world do, in whatever order: Hypothesis looks for the order that breaks a walk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.account import Account, InterruptRecord, OfferRecord
from app.domain.event import EventType, Happening
from app.domain.offer import DeclineReason, PassReason
from app.offers.affordable import why_closed
from app.scripts import actions as act
from app.scripts.actions import Action, ActionRefused
from app.scripts.context import WalkContext
from app.scripts.library import Library, load_library
from app.scripts.screen import OfferState
from app.scripts.walk import Walk
from tests.fakes.customers import ADA, BEN, pounds
from tests.fakes.walks import context, sample_files

INTERRUPTS = b"""\
interrupts:
  - {id: cancel, title: Cancellation, script: cancel-service, suppresses: [offers, alerts], phrases: [just cancel]}
  - {id: bereavement, title: Bereavement, script: condolence, suppresses: [offers, alerts, bell], phrases: [has died]}
  - {id: complaint, title: Complaint, script: grievance, suppresses: [bell], phrases: [want to complain]}
"""
CONDOLENCE = b"""\
---
script: condolence
title: Condolence
kind: care
---
## sorry: Sorry
> I'm so sorry.
Task: care-team
- [1] On -> done
- [2] Service trouble => slow-internet
## done: Done
End: explained
"""
# Every record of an offer but its suppression.
OFFERED = (
    EventType.OFFER_ELIGIBLE,
    EventType.OFFER_DISPLAYED,
    EventType.OFFER_EXTENDED,
    EventType.OFFER_ACCEPTED,
    EventType.OFFER_DECLINED,
    EventType.OFFER_DEFERRED,
    EventType.OFFER_PASSED,
)
YESTERDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
ACCOUNTS: tuple[Account | None, ...] = (
    ADA,
    BEN,
    replace(BEN, balance=pounds("0"), pay_later_credit=pounds("1.80")),
    replace(BEN, balance=pounds("0.99"), pay_later_credit=pounds("7.00"), vulnerable=True),
    replace(BEN, balance=pounds("1.00"), pay_later_credit=pounds("7.00"), past_due=True),
    replace(ADA, jurisdiction="us-ca"),
    replace(ADA, offer_history=(OfferRecord("loyalty-credit", YESTERDAY, "declined"),)),
    replace(ADA, interrupts=(InterruptRecord("complaint", YESTERDAY - timedelta(days=3)),)),
    None,
)
SCRIPTS = ("save-too-expensive", "upsell-data-pack", "slow-internet", "welcome", "cancel-service", "condolence")
OPTIONS = (None, "mb-100", "mb-200", "mb-500", "mb-1000", "fibre-300", "ten-for-six", "three-months", "no-such")


@cache
def library() -> Library:
    files = {**sample_files(), "interrupts.yaml": INTERRUPTS, "scripts/care/condolence.call.md": CONDOLENCE}
    files["scripts/care/grievance.call.md"] = CONDOLENCE.replace(b"script: condolence", b"script: grievance")
    loaded = load_library(files)
    assert loaded.library is not None, loaded.problems
    return loaded.library


class AnyCall(RuleBasedStateMachine):
    """A walk, everything that happened in it, and where in that the last interrupt was."""

    def __init__(self) -> None:
        super().__init__()
        self.happened: list[Happening] = []
        self.interrupted_at: int | None = None
        self.account: Account | None = None
        self.before = 0

    @initialize(
        script=st.sampled_from(SCRIPTS),
        account=st.sampled_from(ACCOUNTS),
        verified=st.booleans(),
        before=st.integers(0, 3),
    )
    def answered(self, script: str, account: Account | None, verified: bool, before: int) -> None:
        self.account, self.before = account, before
        self.walk, happened = Walk.start(library(), script, self.world(verified and account is not None))
        self.take(happened)

    def world(self, verified: bool = False) -> WalkContext:
        policy = self.account.jurisdiction if self.account else "uk"
        return context(self.account, verified=verified, policy=policy, extended_before=self.before)

    def take(self, happened: tuple[Happening, ...]) -> None:
        self.happened += happened
        for one in happened:
            if one.type is EventType.OFFER_ACCEPTED:
                self.was_affordable(str(one.data["offer"]), str(one.data["option"]))
            if one.type is EventType.OFFER_EXTENDED and one.data["kind"] == "save":
                limit = library().policies[self.account.jurisdiction if self.account else "uk"].save_offers
                assert self.walk.saves_extended <= limit
        if self.interrupted_at is None and self.walk.interrupts:
            kinds = (EventType.CANCEL_REQUESTED, EventType.INTENT_STATED)
            self.interrupted_at = next(
                index
                for index in range(len(self.happened) - 1, -1, -1)
                if self.happened[index].type in kinds
                and self.happened[index].data.get("intent", "cancel") in (*self.walk.interrupts, "cancel")
            )

    def was_affordable(self, offer: str, option: str) -> None:
        """An accept is of an option that this customer, as known now, may have."""
        known = library().offers[offer]
        chosen = next(one for one in known.options if one.id == option)
        assert self.account is not None
        assert why_closed(known, chosen, self.account, str) == ""

    def do(self, action: Action) -> None:
        """Does it, or is refused with a sentence and nothing changed; anything else fails the test."""
        before = self.walk.log
        try:
            self.take(self.walk.apply(action))
        except ActionRefused as refusal:
            assert str(refusal).endswith((".", "?"))
            assert self.walk.log == before

    @rule(numbers=st.lists(st.integers(0, 6), min_size=1, max_size=6))
    def goes_on_as_people_do(self, numbers: list[int]) -> None:
        """A few steps along the script, so that calls come to where something can go wrong."""
        for number in numbers:
            likely = self.likely()
            self.do(likely[number % len(likely)])

    def likely(self) -> list[Action]:
        screen = self.walk.screen()
        if screen.verify is not None and not self.walk.verified:
            return [act.Verified("pin", "crm", "holder")]
        if screen.disclosure is not None and not screen.disclosure.confirmed:
            return [act.ConfirmRead(9.0)]
        found: list[Action] = [act.Choose(row.key) for row in screen.answers if row.key.isdigit() and row.key != "9"]
        if screen.offer is not None and screen.offer.state in (OfferState.ON_TABLE, OfferState.EXTENDED):
            found += [*(act.Accept(one.id) for one in screen.offer.options), act.Decline("price")]
        return found or [act.Continue()]

    @rule(role=st.sampled_from(("holder", "holder", "holder", "executor", "third_party", "nobody")))
    def is_verified(self, role: str) -> None:
        self.do(act.Verified("pin", "crm", role))

    @rule(option=st.sampled_from(OPTIONS))
    def says_yes(self, option: str | None) -> None:
        self.do(act.Accept(option))

    @precondition(lambda self: self.walk.screen().consent is not None)
    @rule(key=st.sampled_from("12"))
    def consents(self, key: str) -> None:
        self.do(act.ConfirmRead(3.0))
        self.do(act.Choose(key))

    @rule(
        action=st.one_of(
            st.sampled_from([act.Extend(), act.TakeBack(), act.Back(), act.Forward(), act.NextPhrasing()]),
            st.sampled_from([act.Decline(one.value) for one in DeclineReason]),
            st.sampled_from([act.PassOffer(one.value) for one in PassReason]),
            st.sampled_from(["2026-11-20", "2026-12-01", "soon"]).map(act.Defer),
            st.builds(
                act.Fill, st.sampled_from(["target", "reason", "nothing"]), st.sampled_from(["25", "price", "x"])
            ),
            st.sampled_from(["too dear", "need the speed", "did that already", "no such words"]).map(act.OpenObjection),
            st.builds(
                act.Finished, st.sampled_from(["place_order", "task:care-team"]), st.sampled_from(["ok", "failed"])
            ),
            st.sampled_from(["holder", "executor", "third_party", ""]).map(act.CallerIs),
            st.sampled_from(["en", "es"]).map(act.Speak),
            st.sampled_from([*SCRIPTS, "no-such"]).map(act.OpenScript),
        )
    )
    def does_something_else(self, action: Action) -> None:
        self.do(action)

    @rule(account=st.sampled_from(ACCOUNTS))
    def turns_out_to_be_another(self, account: Account | None) -> None:
        self.account = account
        self.do(act.ContextChanged(self.world()))

    @rule(action=st.sampled_from([act.PressCancel(), act.PressInterrupt("bereavement"), act.PressInterrupt("cancel")]))
    def is_interrupted(self, action: Action) -> None:
        self.do(action)

    @invariant()
    def a_restart_goes_on_where_the_call_is(self) -> None:
        restored = Walk.restore(library(), self.walk.log)
        assert restored.screen() == self.walk.screen()
        assert restored.suppressed == self.walk.suppressed

    @invariant()
    def no_accept_stands_without_an_extend_before_it(self) -> None:
        extended: list[str] = []
        for one in self.standing():
            if one.type is EventType.OFFER_EXTENDED:
                extended.append(str(one.data["offer"]))
            if one.type is EventType.OFFER_ACCEPTED:
                assert one.data["offer"] in extended

    @invariant()
    def nothing_of_an_offer_happens_after_an_interrupt(self) -> None:
        if self.interrupted_at is not None:
            after = {one.type for one in self.happened[self.interrupted_at :]}
            assert not after & set(OFFERED)

    @invariant()
    def nothing_of_the_customer_is_in_an_event(self) -> None:
        told = repr([one.data for one in self.happened])
        assert "Lovelace" not in told and "+447" not in told and "42.00" not in told

    def standing(self) -> list[Happening]:
        corrected = {one.data["corrects"] for one in self.happened if one.type is EventType.EVENT_CORRECTED}
        return [one for index, one in enumerate(self.happened) if index not in corrected]


TestAnyCall = AnyCall.TestCase
TestAnyCall.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
