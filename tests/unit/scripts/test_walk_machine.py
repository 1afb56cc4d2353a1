"""Whatever agent, caller and world do, in whatever order: Hypothesis looks for the order that breaks a walk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.domain.account import Account, InterruptRecord, OfferRecord
from app.domain.event import EventType, Happening
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


# Mostly likely moves; something odd now and then; seldom what ends all selling.
HOW = (*["likely"] * 30, *["odd"] * 9, "interrupt")
ODD: tuple[Action, ...] = (
    *(act.Extend(), act.Accept(), act.TakeBack(), act.TakeBack(), act.Back(), act.Forward(), act.NextPhrasing()),
    *(act.Accept(one) for one in OPTIONS),
    *(act.Decline("price"), act.Decline("no_consent"), act.Decline("mood"), act.PassOffer("hurry"), act.PassOffer("x")),
    *(act.Defer("2026-11-20"), act.Defer("2026-12-01"), act.Defer("soon")),
    *(act.Choose(key) for key in "0129AX"),
    *(act.Fill("target", "25"), act.Fill("target", "x"), act.Fill("reason", "price"), act.Fill("no", "1")),
    *(act.OpenObjection("too dear"), act.OpenObjection("need the speed"), act.OpenObjection("no such words")),
    *(act.Finished("task:care-team", "failed"), act.Finished("place_order", "placed"), act.Finished("no", "ok")),
    *(act.CallerIs("executor"), act.CallerIs("holder"), act.CallerIs("third_party"), act.CallerIs("x")),
    *(act.Verified("pin", "crm", "third_party"), act.Verified("pin", "crm", "x"), act.VerifyFailed("pin", "no")),
    *(act.Speak("en"), act.Speak("es"), act.ConfirmRead(-1.0), act.Continue()),
    *(act.OpenScript(script) for script in (*SCRIPTS[:3], "no-such")),
)
INTERRUPTING: tuple[Action, ...] = (act.PressCancel(), act.PressInterrupt("bereavement"), act.PressInterrupt("cancel"))


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
        script=st.sampled_from(SCRIPTS[:2] * 3 + SCRIPTS),
        account=st.sampled_from(ACCOUNTS),
        verified=st.booleans(),
        before=st.sampled_from((0, 0, 1, 3)),
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

    @rule(moves=st.lists(st.tuples(st.sampled_from(HOW), st.integers(0, 9)), min_size=1, max_size=10))
    def goes_on(self, moves: list[tuple[str, int]]) -> None:
        """A few moves, mostly as people make them, so that calls come to where something can go wrong."""
        for how, number in moves:
            choices = self.likely() if how == "likely" else ODD if how == "odd" else INTERRUPTING
            self.do(choices[number % len(choices)])
            self.holds()

    @rule(action=st.sampled_from(ODD))
    def does_something_odd(self, action: Action) -> None:
        self.do(action)

    @rule(account=st.sampled_from(ACCOUNTS))
    def turns_out_to_be_another(self, account: Account | None) -> None:
        self.account = account
        self.do(act.ContextChanged(self.world()))

    def likely(self) -> list[Action]:
        screen = self.walk.screen()
        if screen.ending is not None:
            return [act.OpenScript(one) for one in SCRIPTS if one != screen.script]
        if screen.verify is not None and not self.walk.verified:
            return [act.Verified("pin", "crm", "holder")]
        if screen.disclosure is not None and not screen.disclosure.confirmed:
            return [act.ConfirmRead(9.0)]
        if screen.verify is not None:
            return [act.Choose("1")]
        if screen.offer is not None and screen.enter.startswith("go on"):
            return [act.Continue()]
        if screen.offer is not None and screen.offer.state in (OfferState.ON_TABLE, OfferState.EXTENDED):
            return [*(act.Accept(one.id) for one in screen.offer.options), act.Decline("price"), act.Choose("2")]
        found: list[Action] = [act.Choose(row.key) for row in screen.answers if row.key.isdigit() and row.key != "9"]
        return found or [act.Continue()]

    def holds(self) -> None:
        """What must hold after each single move."""
        self.no_accept_stands_without_an_extend_before_it()
        self.nothing_of_an_offer_happens_after_an_interrupt()

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
    max_examples=150, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
