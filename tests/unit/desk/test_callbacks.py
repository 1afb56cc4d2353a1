"""Calls that are owed another: kept with their walk, masked, until the customer was called back."""

from __future__ import annotations

from datetime import timedelta

from app.desk import intents
from app.desk.view import DigitsTo, Match, Phase
from app.domain.call import CallEvent, CallState, Capability, Direction, Presentation
from app.domain.event import EventType
from app.telephony.errors import TelephonyError
from app.telephony.simulated import SimulatedPhone
from tests.fakes.desk import ADA, START, UNKNOWN, DeskRig


def dropped_at_the_offer(rig: DeskRig) -> str:
    """Ada was verified and has heard of the smaller plan when the line went dead; the subject of her call."""
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 E")
    rig.phone.caller_hangs_up(leg)
    assert rig.view.wrap_up is not None and rig.view.wrap_up.disposition == "dropped"
    rig.keys(" ")
    return next(event.subject for event in rig.events() if event.type is EventType.CALL_OFFERED)


def test_a_dropped_call_stands_on_the_list_masked(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    assert rig.phase() is Phase.READY
    (row,) = rig.view.callbacks
    assert (row.key, row.who, row.about) == ("1", "A•• L•••••••", "Cancel: too expensive")
    assert row.due == "dropped at 14:00"
    assert rig.digits_to() is DigitsTo.CALLBACKS
    assert rig.gate.store is not None
    kept = b"".join(draft.body for draft in rig.gate.store.drafts())
    for personal in (b"Lovelace", b'"Ada"', b"verified_account"):
        assert personal not in kept


def test_calling_back_goes_on_with_the_same_interaction_at_the_same_step(rig: DeskRig) -> None:
    subject = dropped_at_the_offer(rig)
    rig.keys("1")
    assert rig.view.calling is not None and rig.view.calling.number == "020 7946 0123"

    rig.keys("1")

    assert rig.phase() is Phase.ON_CALL
    assert rig.view.card is not None and rig.view.card.verified == ""
    assert rig.view.script is not None and rig.view.script.step == "identify"
    rig.verify()
    assert rig.view.script.step == "smaller_plan"
    rig.keys("A 1")
    rig.say(intents.HangUp(), intents.Enter())
    assert rig.phase() is Phase.READY
    assert rig.view.callbacks == ()
    again = [event for event in rig.events() if event.type is EventType.CALL_OFFERED]
    assert [event.subject for event in again] == [subject, subject]
    assert again[-1].data["direction"] == "outbound"
    done = next(event for event in rig.events() if event.type is EventType.CALLBACK_DONE)
    assert (done.subject, done.data["result"]) == (subject, "reached")
    assert (rig.view.today.calls, rig.view.today.extended, rig.view.today.accepted) == (1, 1, 1)


def test_the_list_survives_a_restart_and_so_does_the_walk(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)

    again = rig.killed_and_restarted()

    assert [row.who for row in again.view.callbacks] == ["A•• L•••••••"]
    again.keys("11")
    again.verify()
    assert again.view.script is not None and again.view.script.step == "smaller_plan"


def test_killed_during_the_callback_it_is_that_call_that_is_restored(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.keys("11")
    rig.verify()

    again = rig.killed_and_restarted()

    assert again.phase() is Phase.ON_CALL
    assert again.view.script is not None and again.view.script.step == "smaller_plan"
    again.say(intents.HangUp(), intents.Enter())
    assert again.phase() is Phase.READY


def test_an_offer_put_off_is_due_on_its_day_and_what_is_overdue_comes_first(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 L2")
    rig.phone.caller_hangs_up(leg)
    rig.say(intents.SetDisposition("kept"))
    rig.keys(" ")
    (row,) = rig.view.callbacks
    assert (row.due, row.later, row.about) == ("Mon 23 Nov", True, "Smaller plan: Fibre 300")

    rig.clock.move(timedelta(days=4).total_seconds())
    other = rig.ring(UNKNOWN, menu="internet")
    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(other)
    rig.keys(" ")

    first, second = rig.view.callbacks
    assert (first.overdue, first.about, first.due) == (True, "Smaller plan: Fibre 300", "since Mon")
    assert not second.overdue and second.who == "020 7946 0998"


def test_a_callback_can_be_promised_by_key_and_is_recorded(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall(), intents.PromiseCallback())
    rig.keys("1")
    rig.phone.caller_hangs_up(leg)
    rig.say(intents.SetDisposition("kept"), intents.Enter())
    promised = next(event for event in rig.events() if event.type is EventType.CALLBACK_PROMISED)
    assert promised.data["due"] == "2026-11-21"
    assert [row.due for row in rig.view.callbacks] == ["tomorrow"]


def test_not_reached_puts_it_off_and_not_wanted_takes_it_off_the_list(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.keys("13")
    assert [row.due for row in rig.view.callbacks] == ["tomorrow"]
    assert rig.phase() is Phase.READY

    again = rig.killed_and_restarted()
    assert [row.due for row in again.view.callbacks] == ["tomorrow"]
    again.keys("14")

    assert again.view.callbacks == ()
    results = [event.data["result"] for event in again.events() if event.type is EventType.CALLBACK_DONE]
    assert results == ["not_wanted"]
    assert again.killed_and_restarted().view.callbacks == ()


def test_escape_leaves_the_callback_on_the_list(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.keys("1")
    rig.say(intents.Escape())
    assert rig.view.calling is None
    assert len(rig.view.callbacks) == 1


def test_the_phone_s_own_outbound_call_to_that_number_is_the_callback(rig: DeskRig) -> None:
    subject = dropped_at_the_offer(rig)
    rig.clock.move(3600)
    rig.keys("1")

    rig.phone._emit(outbound(rig, CallState.RINGING))
    assert rig.phase() is Phase.READY
    rig.phone._emit(outbound(rig, CallState.ANSWERED))

    assert rig.phase() is Phase.ON_CALL
    rig.phone._emit(outbound(rig, CallState.ENDED))
    assert rig.phase() is Phase.WRAP_UP
    answered = [event for event in rig.events() if event.type is EventType.CALL_ANSWERED]
    assert [(event.subject, event.data["by"]) for event in answered][-1] == (subject, "phone")


def test_an_outbound_call_to_somebody_else_is_not(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.clock.move(3600)
    rig.keys("1")
    rig.phone._emit(outbound(rig, CallState.ANSWERED, UNKNOWN))
    assert rig.phase() is Phase.READY


def outbound(rig: DeskRig, state: CallState, number: str = ADA) -> CallEvent:
    """The agent's own call at the phone."""
    return CallEvent(
        source="simulated",
        seq=0,
        received_at=rig.clock(),
        leg_id="leg-out",
        state=state,
        direction=Direction.OUTBOUND,
        ani_e164=number,
        ani_presentation=Presentation.ALLOWED,
    )


def test_who_rings_again_himself_goes_on_where_he_was_and_is_owed_nothing_more(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.clock.move(30)
    rig.ring()
    rig.say(intents.AnswerCall())
    assert rig.view.script is not None and rig.view.script.step == "identify"

    rig.verify()

    assert rig.view.script.step == "smaller_plan"
    done = next(event for event in rig.events() if event.type is EventType.CALLBACK_DONE)
    assert done.data["result"] == "called_again"
    rig.say(intents.HangUp(), intents.SetDisposition("kept"), intents.Enter())
    assert rig.view.callbacks == ()


def test_what_was_recorded_before_the_callback_cannot_be_taken_back_in_it(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.keys("11")
    rig.verify()
    rig.say(intents.TakeBackOffer())
    assert "wrap-up is closed" in rig.view.messages[-1].text
    assert EventType.EVENT_CORRECTED not in rig.types()


def test_a_callback_whose_script_is_gone_begins_anew(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    assert rig.gate.store is not None
    rig.gate.store.close()
    from dataclasses import replace

    scripts = {name: script for name, script in rig.library.scripts.items() if name != "save-too-expensive"}
    poorer = replace(rig.library, scripts=scripts)
    again = DeskRig(rig.folder, poorer, rig.clock, rig.crm)

    again.keys("11")

    assert again.phase() is Phase.ON_CALL
    assert again.view.script is not None and again.view.script.script != "save-too-expensive"


def test_a_guest_s_dropped_call_can_be_called_back_by_its_number(rig: DeskRig) -> None:
    leg = rig.ring(UNKNOWN, menu="internet")
    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")
    rig.keys("11")
    assert rig.view.card is not None and rig.view.card.match is Match.NONE
    assert rig.view.call is not None and rig.view.call.number == "020 7946 0998"


def test_the_holder_is_not_rung_up_because_of_somebody_unverified_who_hid_his_number(rig: DeskRig) -> None:
    leg = rig.ring("anonymous", menu="internet")
    rig.say(intents.AnswerCall(), intents.SearchAccounts("lovelace"))
    rig.keys("1")
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")
    assert rig.view.callbacks == ()


def test_that_a_callback_is_owed_is_said_while_it_rings_and_not_after_it(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.clock.move(3600)
    leg = rig.ring()
    assert rig.view.messages[-1].text == "A callback was promised to this number: Cancel: too expensive."
    rig.phone.caller_hangs_up(leg)
    assert [message.text for message in rig.view.messages] == ["Not answered: 020 7946 0123."]


def test_a_withheld_number_cannot_be_called_back(rig: DeskRig) -> None:
    leg = rig.ring("anonymous", menu="internet")
    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")
    assert rig.view.callbacks == ()
    assert rig.clock() > START


class DiallingPhone(SimulatedPhone):
    """The simulated phone of a site whose phones can dial; `problem` is why it does not."""

    capabilities = SimulatedPhone.capabilities | {Capability.DIAL}

    def __init__(self, rig: DeskRig) -> None:
        super().__init__("GB", rig.clock)
        self.dialled: list[str] = []
        self.problem = ""

    def dial(self, number: str) -> None:
        """Notes the number."""
        if self.problem:
            raise TelephonyError(self.problem)
        self.dialled.append(number)


def test_a_phone_that_can_dial_dials(rig: DeskRig) -> None:
    phone = DiallingPhone(rig)
    rig.sources["dialling"] = phone
    dropped_at_the_offer(rig)
    rig.keys("1")
    assert phone.dialled == [ADA]
    assert rig.view.calling is not None and rig.view.calling.dials


def test_a_phone_that_does_not_dial_says_so_and_the_agent_dials(rig: DeskRig) -> None:
    phone = DiallingPhone(rig)
    phone.problem = "The softphone is not registered."
    rig.sources["dialling"] = phone
    dropped_at_the_offer(rig)
    rig.keys("1")
    assert rig.view.messages[-1].text == phone.problem
    assert rig.view.calling is not None and not rig.view.calling.dials
    rig.keys("1")
    assert rig.phase() is Phase.ON_CALL


def test_a_callback_begun_by_key_ends_by_itself_once_the_phone_tells_of_it(rig: DeskRig) -> None:
    dropped_at_the_offer(rig)
    rig.clock.move(3600)
    rig.keys("11")
    rig.phone._emit(outbound(rig, CallState.ANSWERED))
    assert rig.view.call is not None and not rig.view.call.times_by_agent
    rig.phone._emit(outbound(rig, CallState.ENDED))
    assert rig.phase() is Phase.WRAP_UP
