"""Real calls: sipp rings baresip, and Cuecard answers and hangs up. Fails where baresip or sipp are not installed."""

from __future__ import annotations

import gc
import json
import socket
import statistics
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.desk.ports import SourceState
from app.domain.call import CallEvent, CallState, EndReason, Presentation
from app.telephony.baresip import BaresipSource
from app.telephony.calls import CallBook, Ended, Ignored, NewCall, Reoffered
from app.telephony.errors import CallGone, PhoneRefused
from app.telephony.netstring import netstring
from tests.phones.real import LOOPBACK, AgentPhone, Behaviour, Caller, IncomingCall, wait_until

pytestmark = pytest.mark.phone


class Agent:
    """An agent at a real softphone, with what Cuecard hears of it."""

    def __init__(self) -> None:
        self.phone = AgentPhone()
        self.events: list[CallEvent] = []
        self.states: list[SourceState] = []
        self.source = self._source()

    def _source(self, under_way: tuple[str, ...] = ()) -> BaresipSource:
        return BaresipSource(LOOPBACK, self.phone.control_port, "GB", lambda: datetime.now(UTC), under_way)

    def connect(self) -> None:
        self.source.start(self.events.append, self.states.append)
        wait_until(lambda: bool(self.states) and self.states[-1].connected, "the softphone", 10)

    def restart_cuecard(self, *under_way: str) -> None:
        self.source.stop()
        self.events.clear()
        self.states.clear()
        self.source = self._source(under_way)
        self.connect()

    def wait_for(self, state: CallState, leg_id: str | None = None) -> CallEvent:
        def heard() -> CallEvent | None:
            return next((e for e in self.events if e.state is state and leg_id in (None, e.leg_id)), None)

        wait_until(lambda: heard() is not None, f"a call that is {state.value}", 10)
        event = heard()
        assert event is not None
        return event

    def rung_by(self, caller: Caller) -> tuple[IncomingCall, str]:
        before = len(self.events)
        call = self.phone.called_by(caller)
        wait_until(lambda: len(self.events) > before, "the ringing", 10)
        return call, self.events[before].leg_id

    @property
    def heard(self) -> list[CallState]:
        return [event.state for event in self.events]


@pytest.fixture
def agent() -> Iterator[Agent]:
    made = Agent()
    with made.phone:
        made.connect()
        yield made
        made.source.stop()


def test_the_agent_answers_from_our_window_and_the_caller_hangs_up(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller("+442079460123", "Ada Lovelace", Behaviour.HANGS_UP))

    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)
    over = agent.wait_for(CallState.ENDED)

    call.wait()
    assert agent.heard == [CallState.RINGING, CallState.ANSWERED, CallState.ENDED]
    assert over.end_reason is EndReason.CALLER
    assert (agent.events[0].ani_e164, agent.events[0].display_name) == ("+442079460123", "Ada Lovelace")


def test_the_agent_hangs_up_from_our_window(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller())
    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)

    agent.source.hang_up(leg)
    agent.source.hang_up(leg)

    call.wait()
    assert agent.wait_for(CallState.ENDED).end_reason is EndReason.AGENT
    with pytest.raises(CallGone):
        agent.source.answer(leg)


def test_the_caller_gives_up_while_it_rings(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller(behaviour=Behaviour.GIVES_UP, milliseconds=300))

    over = agent.wait_for(CallState.ENDED)

    call.wait()
    assert agent.heard == [CallState.RINGING, CallState.ENDED]
    # baresip says the same for given up, answered elsewhere and taken back: we do not claim to know which.
    assert over.end_reason is EndReason.UNKNOWN
    with pytest.raises(CallGone):
        agent.source.answer(leg)


def test_the_agent_declines(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller())

    agent.source.hang_up(leg)

    call.wait()
    assert agent.wait_for(CallState.ENDED).end_reason is EndReason.AGENT
    assert agent.heard == [CallState.RINGING, CallState.ENDED]


def test_of_a_withheld_caller_neither_number_nor_name_comes_through(agent: Agent) -> None:
    agent.rung_by(Caller(number=None))

    event = agent.events[0]
    assert event.ani_presentation is Presentation.RESTRICTED
    assert (event.ani_e164, event.ani_raw, event.display_name) == (None, "", "")


@pytest.mark.parametrize(
    "name", ["Jürgen Größe", "<img src=file:///x>", "O'Brien <o@x>", 'Ann "Q" \\ B', "李 小龍", "a<b and c>d"]
)
def test_a_callers_name_comes_through_as_it_is(agent: Agent, name: str) -> None:
    agent.rung_by(Caller("+442079460123", name))

    assert agent.events[0].display_name == name
    assert agent.events[0].ani_e164 == "+442079460123"


def test_a_colleagues_call_does_not_pop(agent: Agent) -> None:
    agent.rung_by(Caller("1002", "Ben"))

    assert isinstance(CallBook().fold(agent.events[0]), Ignored)


def test_a_caller_who_gives_up_and_calls_again_at_once_is_the_same_call(agent: Agent) -> None:
    first, _ = agent.rung_by(Caller(behaviour=Behaviour.GIVES_UP, milliseconds=100))
    first.wait()
    agent.wait_for(CallState.ENDED)
    agent.rung_by(Caller())

    book = CallBook()
    decisions = [type(book.fold(event)) for event in agent.events]

    assert decisions == [NewCall, Ended, Reoffered]


def test_a_second_caller_can_be_answered_while_two_ring(agent: Agent) -> None:
    _, first = agent.rung_by(Caller("+442079460123"))
    _, second = agent.rung_by(Caller("+442079460999"))

    agent.source.answer(second)

    assert agent.wait_for(CallState.ANSWERED).leg_id == second
    agent.source.hang_up(first)
    assert agent.wait_for(CallState.ENDED).leg_id == first


def test_answering_a_second_call_holds_the_first_and_its_end_takes_the_first_back(agent: Agent) -> None:
    _, first = agent.rung_by(Caller("+442079460123"))
    agent.source.answer(first)
    agent.wait_for(CallState.ANSWERED)
    _, second = agent.rung_by(Caller("+442079460999"))

    agent.source.answer(second)
    agent.wait_for(CallState.HELD, first)
    agent.source.hang_up(second)

    agent.wait_for(CallState.ENDED, second)
    wait_until(lambda: agent.events[-1].leg_id == first, "the first call to be taken back")
    assert agent.events[-1].state is CallState.ANSWERED


def test_the_caller_is_put_on_hold_and_taken_back(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller(behaviour=Behaviour.TALKS))
    with pytest.raises(PhoneRefused, match="not been answered"):
        agent.source.hold(leg)
    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)

    agent.source.hold(leg)
    agent.source.hold(leg)
    agent.source.resume(leg)
    agent.source.send_digits(leg, "42#")

    on = [CallState.RINGING, CallState.ANSWERED, CallState.HELD, CallState.ANSWERED]
    assert agent.heard == on
    agent.source.hang_up(leg)
    call.wait()
    assert agent.wait_for(CallState.ENDED).end_reason is EndReason.AGENT
    with pytest.raises(CallGone):
        agent.source.resume(leg)


def test_the_caller_is_handed_over(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller(behaviour=Behaviour.TALKS))
    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)

    agent.source.transfer(leg, "1002")

    assert agent.wait_for(CallState.ENDED).end_reason is EndReason.TRANSFERRED
    call.wait()
    assert f"Refer-To: sip:1002@{LOOPBACK}" in call.messages


def test_a_caller_whom_nobody_takes_over_is_cut_off_by_the_softphone_and_the_agent_is_told(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller(behaviour=Behaviour.TALKS, transfer="486 Busy Here"))
    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)

    with pytest.raises(PhoneRefused, match="cut the caller off: call back"):
        agent.source.transfer(leg, "1002")

    assert agent.wait_for(CallState.ENDED).leg_id == leg
    call.wait()


@pytest.mark.parametrize("number", ["", "Ben", "1002\r\nX: y", "sip:1002@h <x>", "1" * 200])
def test_a_call_is_handed_over_to_numbers_and_addresses_only(agent: Agent, number: str) -> None:
    _, leg = agent.rung_by(Caller(behaviour=Behaviour.TALKS))

    with pytest.raises(PhoneRefused, match="no number"):
        agent.source.transfer(leg, number)
    with pytest.raises(PhoneRefused, match="Only digits"):
        agent.source.send_digits(leg, number + "x")


def test_of_two_phones_that_ring_the_one_that_is_too_late_is_told_the_end() -> None:
    first, second = Agent(), Agent()
    with first.phone, second.phone:
        first.connect()
        second.connect()
        # The group's exchange gives up at the second phone once the first has answered.
        call, leg = first.rung_by(Caller())
        given_up, late = second.rung_by(Caller(behaviour=Behaviour.GIVES_UP, milliseconds=300))
        first.source.answer(leg)

        assert second.wait_for(CallState.ENDED).leg_id == late
        # baresip cannot tell this from a caller who gives up.
        assert second.events[-1].end_reason is EndReason.UNKNOWN
        with pytest.raises(CallGone):
            second.source.answer(late)
        assert first.wait_for(CallState.ANSWERED).leg_id == leg
        first.source.hang_up(leg)
        call.wait()
        given_up.wait()
        first.source.stop()
        second.source.stop()


def test_when_the_softphone_is_restarted_in_mid_call_the_call_ends_and_the_next_one_comes(agent: Agent) -> None:
    _, leg = agent.rung_by(Caller())
    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)

    agent.phone.stop()
    agent.phone.start()

    assert agent.wait_for(CallState.ENDED).leg_id == leg
    wait_until(lambda: agent.states[-1].connected, "the softphone", 15)
    _, following = agent.rung_by(Caller("+442079460999"))
    agent.source.answer(following)
    assert agent.wait_for(CallState.ANSWERED, following).ani_e164 == "+442079460999"


@pytest.mark.slow
def test_fifty_calls_in_a_row_leave_no_thread_socket_or_memory_behind(agent: Agent) -> None:
    def one_call() -> None:
        call, leg = agent.rung_by(Caller())
        agent.source.answer(leg)
        agent.wait_for(CallState.ANSWERED, leg)
        agent.source.hang_up(leg)
        agent.wait_for(CallState.ENDED, leg)
        call.wait()
        call.close()
        agent.events.clear()

    one_call()
    tracemalloc.start()
    gc.collect()
    threads, open_files, memory = threading.active_count(), _open_files(), _our_memory()
    for _ in range(50):
        one_call()
    gc.collect()
    grown = _our_memory() - memory
    tracemalloc.stop()

    assert threading.active_count() == threads
    assert _open_files() <= open_files
    # The buffer that waits for the next message is 64 kB of it.
    assert grown < 100_000


def _our_memory() -> int:
    """Bytes that the phone's side holds, without what the test itself keeps of its callers."""
    ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/app/telephony/*")])
    return sum(trace.size for trace in ours.traces)


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_after_a_restart_of_cuecard_the_same_call_is_found_and_can_be_hung_up(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller())
    agent.source.answer(leg)
    agent.wait_for(CallState.ANSWERED)

    agent.restart_cuecard(leg)

    assert agent.wait_for(CallState.ANSWERED).leg_id == leg
    agent.source.hang_up(leg)
    call.wait()
    assert agent.wait_for(CallState.ENDED).leg_id == leg


def test_after_a_restart_of_cuecard_a_call_that_ended_meanwhile_is_told_as_ended(agent: Agent) -> None:
    call, leg = agent.rung_by(Caller(behaviour=Behaviour.GIVES_UP, milliseconds=100))
    call.wait()

    agent.restart_cuecard(leg)

    assert agent.wait_for(CallState.ENDED).leg_id == leg


def test_a_call_that_rings_when_cuecard_starts_is_shown_and_answered(agent: Agent) -> None:
    agent.rung_by(Caller())

    agent.restart_cuecard()

    leg = agent.wait_for(CallState.RINGING).leg_id
    agent.source.answer(leg)
    assert agent.wait_for(CallState.ANSWERED).leg_id == leg


def test_when_the_softphone_crashes_its_calls_end_once_it_is_back(agent: Agent) -> None:
    _, leg = agent.rung_by(Caller())

    agent.phone.stop()
    wait_until(lambda: not agent.states[-1].connected, "the loss of the softphone", 10)
    agent.phone.start()

    assert agent.wait_for(CallState.ENDED).leg_id == leg
    wait_until(lambda: agent.states[-1].connected, "the softphone", 15)


def test_a_control_port_taken_over_by_another_program_is_taken_back(agent: Agent) -> None:
    with socket.create_connection((LOOPBACK, agent.phone.control_port)) as other:
        other.sendall(netstring(json.dumps({"command": "listcalls", "token": "other"}).encode()))
        wait_until(lambda: len(agent.states) >= 3 and agent.states[-1].connected, "the softphone", 15)

    agent.rung_by(Caller())
    assert agent.heard[-1] is CallState.RINGING


def test_the_time_from_invite_to_event_is_measured(
    agent: Agent, record_property: Callable[[str, object], None]
) -> None:
    taken = []
    for _ in range(10):
        call, leg = agent.rung_by(Caller())
        heard_at = next(event.received_at for event in agent.events if event.leg_id == leg)
        taken.append((heard_at - call.invited_at).total_seconds() * 1_000)
        agent.source.hang_up(leg)
        call.wait()
    record_property("INVITE to event, ms", f"median {statistics.median(taken):.2f}, most {max(taken):.2f}")
    sys.stdout.write(f"INVITE to event: median {statistics.median(taken):.2f} ms, most {max(taken):.2f} ms of 10\n")
    assert statistics.median(taken) < 100
