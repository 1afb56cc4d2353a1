"""Breaks, the locked screen, and wrap-up that confirms itself: what a shift has besides calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk import intents
from app.desk.rules import DeskRules
from app.desk.view import DigitsTo, Phase
from app.domain.event import Event, EventType
from tests.fakes.desk import PASSWORD, UNKNOWN, DeskRig


def changes(rig: DeskRig) -> list[Event]:
    """The changes of state recorded so far."""
    return [event for event in rig.events() if event.type is EventType.AGENT_STATE_CHANGED]


def on_break(rig: DeskRig) -> DeskRig:
    """Ana is at lunch."""
    rig.say(intents.TakeBreak())
    rig.keys("2")
    return rig


def test_a_break_has_a_reason_and_is_counted_in_the_day(rig: DeskRig) -> None:
    rig.say(intents.TakeBreak())
    assert rig.digits_to() is DigitsTo.LIST
    assert rig.view.choosing is not None and rig.view.choosing.rows[1].text == "Lunch"

    rig.keys("2")
    assert (rig.phase(), rig.view.on_break) == (Phase.BREAK, "Lunch")
    rig.clock.move(1800)
    rig.say(intents.TakeBreak())

    assert rig.phase() is Phase.READY
    begun, ended = changes(rig)
    assert (begun.data["state"], begun.data["reason"]) == ("break", "lunch")
    assert (ended.data["state"], ended.data["seconds"]) == ("ready", 1801)
    assert rig.view.today.break_s == 1801


def test_escape_leaves_the_list_and_no_break_was_taken(rig: DeskRig) -> None:
    rig.say(intents.TakeBreak(), intents.Escape())
    assert (rig.phase(), rig.view.choosing) == (Phase.READY, None)
    assert changes(rig) == []


def test_a_call_that_comes_during_a_break_is_shown_and_the_break_goes_on_after_it(rig: DeskRig) -> None:
    on_break(rig)
    leg = rig.ring()
    assert rig.phase() is Phase.RINGING
    assert rig.view.card is not None

    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")

    assert (rig.phase(), rig.view.on_break) == (Phase.BREAK, "Lunch")
    assert len(changes(rig)) == 1


def test_a_break_asked_for_during_a_call_begins_after_it_and_can_be_called_off(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall(), intents.TakeBreak())
    rig.keys("1")
    assert (rig.phase(), rig.view.break_next) == (Phase.ON_CALL, "Short break")
    rig.say(intents.TakeBreak())
    assert rig.view.break_next == ""
    rig.say(intents.TakeBreak())
    rig.keys("3")

    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")

    assert (rig.phase(), rig.view.on_break) == (Phase.BREAK, "Meeting")


def test_the_list_of_breaks_gives_way_to_a_call(rig: DeskRig) -> None:
    rig.say(intents.TakeBreak())
    rig.ring()
    assert rig.view.choosing is None
    assert rig.phase() is Phase.RINGING


def test_a_break_survives_a_restart_with_its_time(rig: DeskRig) -> None:
    on_break(rig)
    rig.clock.move(60)

    again = rig.killed_and_restarted()

    assert (again.phase(), again.view.on_break) == (Phase.BREAK, "Lunch")
    assert again.view.since == changes(again)[0].time
    again.say(intents.TakeBreak())
    assert changes(again)[-1].data["seconds"] == 61


def test_who_signs_out_on_a_break_is_not_on_it_at_the_next_sign_in(rig: DeskRig) -> None:
    on_break(rig)
    rig.say(intents.SignOut())
    rig.sign_in()
    assert rig.phase() is Phase.READY
    assert [event.data["state"] for event in changes(rig)] == ["break", "ready"]


# -- wrap-up that confirms itself


@pytest.fixture
def quick(tmp_path: Path) -> DeskRig:
    """A site at which wrap-up is confirmed after 20 seconds."""
    return DeskRig(tmp_path, rules=DeskRules(ready_after_s=20)).sign_in()


def wrapped_up(rig: DeskRig) -> None:
    """A call is over."""
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(leg)


def left(rig: DeskRig) -> int | None:
    """Seconds until wrap-up is confirmed by itself."""
    return rig.view.wrap_up.ready_in if rig.view.wrap_up is not None else None


def test_wrap_up_is_confirmed_when_its_time_is_over(quick: DeskRig) -> None:
    wrapped_up(quick)
    assert left(quick) == 20
    quick.clock.move(19)
    quick.desk.tick()
    assert (left(quick), quick.phase()) == (1, Phase.WRAP_UP)

    quick.clock.move(1)
    quick.desk.tick()

    assert quick.phase() is Phase.READY
    assert quick.types()[-1] is EventType.CALL_WRAPPED


@pytest.mark.parametrize("key", [intents.StayInWrapUp(), intents.WriteNote("He will"), intents.SetDisposition("kept")])
def test_any_key_stops_the_countdown(quick: DeskRig, key: intents.Intent) -> None:
    wrapped_up(quick)
    quick.say(key)
    assert left(quick) is None

    quick.clock.move(600)
    quick.desk.tick()

    assert quick.phase() is Phase.WRAP_UP


def test_the_countdown_begins_when_the_customer_has_hung_up(quick: DeskRig) -> None:
    leg = quick.ring()
    quick.say(intents.AnswerCall(), intents.FinishCall())
    quick.clock.move(60)
    quick.desk.tick()
    assert (left(quick), quick.phase()) == (None, Phase.WRAP_UP)

    quick.phone.caller_hangs_up(leg)

    assert left(quick) == 20


def test_without_such_a_rule_wrap_up_waits(rig: DeskRig) -> None:
    wrapped_up(rig)
    rig.clock.move(3600)
    rig.desk.tick()
    assert (left(rig), rig.phase()) == (None, Phase.WRAP_UP)


# -- the locked screen


def test_locked_nothing_of_the_call_is_in_the_view_and_its_timer_goes_on(rig: DeskRig) -> None:
    rig.ring(name="Ada Lovelace")
    rig.say(intents.AnswerCall(), intents.WriteNote("Husband works from home"))
    rig.verify()
    since = rig.view.call.since if rig.view.call is not None else None

    rig.say(intents.Lock())

    assert rig.phase() is Phase.LOCKED
    told = str(rig.view)
    for personal in ("Ada", "Lovelace", "7946", "4221", "Husband", "£42", "retention", "Fibre"):
        assert personal not in told
    assert rig.view.call is not None and rig.view.call.since == since
    assert rig.view.locked is not None and rig.view.locked.under is Phase.ON_CALL


def test_a_ringing_call_is_announced_on_the_locked_screen_without_details(rig: DeskRig) -> None:
    rig.say(intents.Lock())
    rig.ring()
    assert rig.view.locked is not None and rig.view.locked.under is Phase.RINGING
    assert rig.view.call is not None and rig.view.call.number == ""
    assert rig.view.card is None and rig.view.script is None


def test_only_the_password_opens_it_and_no_other_key_does_anything(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.Lock(), intents.AnswerCall(), intents.TakeBreak(), intents.Unlock("sesame"))
    assert rig.phase() is Phase.LOCKED
    assert rig.view.locked is not None and "not your password" in rig.view.locked.problem
    assert EventType.CALL_ANSWERED not in rig.types()

    rig.say(intents.Unlock(PASSWORD))

    assert rig.phase() is Phase.RINGING
    assert rig.view.card is not None


def test_without_a_call_somebody_else_may_take_the_desk(rig: DeskRig) -> None:
    rig.say(intents.Lock())
    assert rig.view.locked is not None and rig.view.locked.can_sign_out
    rig.say(intents.SignOut())
    assert rig.phase() is Phase.SIGNED_OUT

    rig.sign_in()
    rig.ring()
    rig.say(intents.Lock(), intents.SignOut())
    assert rig.phase() is Phase.LOCKED


def test_where_no_password_can_be_checked_it_still_keeps_looks_away_and_locks_nobody_out(tmp_path: Path) -> None:
    rig = DeskRig(tmp_path)
    rig.gate.no_password = True
    rig.sign_in()
    rig.ring()
    rig.say(intents.Lock())
    assert rig.phase() is Phase.LOCKED
    assert rig.view.locked is not None and not rig.view.locked.needs_password
    rig.say(intents.Unlock(""))
    assert rig.phase() is Phase.RINGING


# -- clocks


def test_a_clock_set_back_during_a_call_does_not_shorten_it(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.clock.move(120)
    rig.clock.set(-7200)
    rig.phone.caller_hangs_up(leg)
    rig.clock.move(30)
    rig.clock.set(-7200)
    rig.say(intents.Enter())

    wrapped = next(event for event in rig.events() if event.type is EventType.CALL_WRAPPED)
    assert (wrapped.data["talk_s"], wrapped.data["wrap_s"]) == (120, 31)
    assert rig.view.today.talk_s == 120


def test_times_of_the_day_add_up(rig: DeskRig) -> None:
    for number in (UNKNOWN, UNKNOWN):
        leg = rig.ring(number, menu="")
        rig.say(intents.AnswerCall())
        rig.clock.move(60)
        rig.phone.caller_hangs_up(leg)
        rig.say(intents.Enter())
    assert (rig.view.today.talk_s, rig.view.today.wrap_s) == (120, 2)
