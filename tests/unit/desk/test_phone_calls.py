"""What phones do beyond ringing, answering and hanging up, as the desk records and shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.desk import intents
from app.desk.ports import SourceState
from app.desk.view import Match, Phase
from app.domain.call import CallEvent, CallState, Capability, EndReason, Presentation
from app.domain.event import EventType
from app.telephony.errors import PhoneRefused
from tests.fakes.desk import ADA, START, DeskRig


def _subjects(rig: DeskRig) -> list[str]:
    return [event.subject for event in rig.events() if event.type is EventType.CALL_OFFERED]


def test_a_customer_who_rings_again_after_the_call_dropped_goes_under_the_same_subject(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(leg)
    rig.say(intents.Enter())

    rig.ring()

    first, second = _subjects(rig)
    assert first == second
    assert rig.phase() is Phase.RINGING


def test_a_number_that_the_switch_tells_late_is_looked_up_then(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    phone.tell(CallState.RINGING, ani_e164=None, ani_presentation=Presentation.UNAVAILABLE)
    assert rig.view.card is not None and rig.view.card.match is Match.NONE

    phone.tell(CallState.RINGING)

    assert rig.view.card is not None and _match(rig) is Match.ONE
    assert rig.view.call is not None and rig.view.call.number == "020 7946 0123"


def test_hold_transfer_and_digits_go_to_a_phone_that_can(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    phone.tell(CallState.RINGING)
    rig.say(intents.Hold())
    assert phone.orders == []
    phone.tell(CallState.ANSWERED)

    head = rig.view.call
    assert head is not None and head.can_hold and head.can_transfer and head.can_send_digits and not head.held
    rig.say(intents.Hold(), intents.SendDigits("42#"))
    phone.tell(CallState.HELD)
    assert rig.view.call is not None and rig.view.call.held
    rig.say(intents.Hold(), intents.Transfer("1002"))

    assert phone.orders == ["hold leg-1", "digits leg-1 42#", "resume leg-1", "transfer leg-1 1002"]


def test_a_phone_that_says_no_is_quoted(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    phone.refuses = "The softphone refused; do it in its own window."
    phone.tell(CallState.ANSWERED)

    rig.say(intents.Hold())

    assert rig.view.messages[-1].text == phone.refuses


def test_where_the_phone_cannot_the_window_offers_nothing_and_says_where_to_do_it(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    head = rig.view.call
    assert head is not None and not (head.can_hold or head.can_transfer or head.can_send_digits)

    rig.say(intents.Hold())

    assert "Use the phone itself to put the caller on hold" in rig.view.messages[-1].text


def test_a_call_handed_over_goes_to_wrap_up_as_transferred(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    phone.tell(CallState.ANSWERED)
    phone.tell(CallState.TRANSFERRED)
    phone.tell(CallState.ENDED, end_reason=EndReason.TRANSFERRED)

    assert rig.phase() is Phase.WRAP_UP
    (over,) = [event for event in rig.events() if event.type is EventType.CALL_ENDED]
    assert over.data["reason"] == "transferred"


class TellingPhone:
    """A phone that says what a test has it say and notes what it is asked to do."""

    name = "telling"
    label = "Telling phone"
    capabilities = frozenset({Capability.LIFECYCLE, Capability.HOLD, Capability.TRANSFER, Capability.DTMF})

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.refuses = ""
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._seq = 0

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        self._on_event = on_event
        on_state(SourceState(self.name, True, "connected"))

    def stop(self) -> None:
        self._on_event = lambda event: None

    def tell(self, state: CallState, **more: Any) -> None:
        self._seq += 1
        event = CallEvent(
            self.name, self._seq, START, "leg-1", state, ani_e164=ADA, ani_presentation=Presentation.ALLOWED
        )
        self._on_event(replace(event, **more))

    def answer(self, leg_id: str) -> None:
        self._do(f"answer {leg_id}")

    def hang_up(self, leg_id: str) -> None:
        self._do(f"hang up {leg_id}")

    def hold(self, leg_id: str) -> None:
        self._do(f"hold {leg_id}")

    def resume(self, leg_id: str) -> None:
        self._do(f"resume {leg_id}")

    def transfer(self, leg_id: str, number: str) -> None:
        self._do(f"transfer {leg_id} {number}")

    def send_digits(self, leg_id: str, digits: str) -> None:
        self._do(f"digits {leg_id} {digits}")

    def _do(self, order: str) -> None:
        if self.refuses:
            raise PhoneRefused(self.refuses)
        self.orders.append(order)


def _with_phone(folder: Path) -> tuple[DeskRig, TellingPhone]:
    rig, phone = DeskRig(folder), TellingPhone()
    rig.sources[phone.name] = phone
    return rig.sign_in(), phone


def _match(rig: DeskRig) -> Match | None:
    return None if rig.view.card is None else rig.view.card.match


def test_a_script_that_hands_over_asks_for_one_key_and_the_phone_dials_the_queues_number(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    routes = replace(rig.library.routes, transfers={"specialists": "6002"})
    rig.desk.use_library(replace(rig.library, routes=routes))
    phone.tell(CallState.RINGING)
    phone.tell(CallState.ANSWERED)

    rig.keys("52")
    assert rig.view.choosing is not None
    assert (rig.view.choosing.title, rig.view.choosing.rows[0].detail) == ("Hand over to the specialists team?", "6002")
    assert not [order for order in phone.orders if "6002" in str(order)], "nothing goes without the agent's key"
    rig.keys("1")

    assert [order for order in phone.orders if "6002" in str(order)]
    (transferred,) = [event for event in rig.events() if event.type is EventType.CALL_TRANSFERRED]
    assert transferred.data["way"] == "out"


def test_a_queue_without_a_number_is_told_to_the_agent(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    phone.tell(CallState.RINGING)
    phone.tell(CallState.ANSWERED)
    rig.keys("52")
    assert rig.view.choosing is None
    assert rig.view.messages[-1].text == "Transfer this call to the specialists team at your phone."
