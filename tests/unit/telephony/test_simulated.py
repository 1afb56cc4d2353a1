"""The simulated phone behaves as a real one does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.desk.ports import SourceState
from app.domain.call import CallEvent, CallState, Direction, EndReason, Presentation
from app.telephony.errors import CallGone
from app.telephony.simulated import SimulatedPhone


def started() -> tuple[SimulatedPhone, list[CallEvent]]:
    events: list[CallEvent] = []
    states: list[SourceState] = []
    phone = SimulatedPhone("GB", lambda: datetime(2030, 5, 6, tzinfo=UTC))
    phone.start(events.append, states.append)
    assert states[0].connected and "made up" in states[0].sentence
    return phone, events


def test_it_says_what_it_is() -> None:
    assert SimulatedPhone.label == "Simulated phone"


def test_a_call_rings_is_answered_and_hung_up() -> None:
    phone, events = started()

    leg = phone.ring("020 7946 0123", "Ada Lovelace", queue="Retention", attached={"choice": "cancel"}, dnis="0800")
    phone.answer(leg)
    phone.hang_up(leg)

    assert [event.state for event in events] == [CallState.RINGING, CallState.ANSWERED, CallState.ENDED]
    assert [event.seq for event in events] == [1, 2, 3]
    assert events[0].ani_e164 == "+442079460123" and events[0].attached == {"choice": "cancel"}
    assert events[2].end_reason is EndReason.AGENT


def test_the_caller_hangs_up_or_gives_up() -> None:
    phone, events = started()

    talked, gave_up = phone.ring("020 7946 0123"), phone.ring("020 7946 0999")
    phone.answer(talked)
    phone.caller_hangs_up(talked)
    phone.caller_hangs_up(gave_up)

    assert [event.end_reason for event in events[3:]] == [EndReason.CALLER, EndReason.ABANDONED]


@pytest.mark.parametrize("end", [SimulatedPhone.hang_up, SimulatedPhone.caller_hangs_up])
def test_a_call_ends_once(end: Callable[[SimulatedPhone, str], None]) -> None:
    phone, events = started()
    leg = phone.ring("020 7946 0123")

    end(phone, leg)
    end(phone, leg)

    assert len(events) == 2
    with pytest.raises(CallGone):
        phone.answer(leg)


def test_of_a_withheld_caller_nothing_is_known() -> None:
    phone, events = started()

    phone.ring("anonymous", "Ada Lovelace")

    assert events[0].ani_presentation is Presentation.RESTRICTED
    assert (events[0].ani_raw, events[0].ani_e164, events[0].display_name) == ("", None, "")


def test_a_colleagues_extension_is_an_internal_call() -> None:
    phone, events = started()

    phone.ring("1001", "Ben")

    assert events[0].direction is Direction.INTERNAL
