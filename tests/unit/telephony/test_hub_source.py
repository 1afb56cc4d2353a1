"""Calls by way of the hub: in order or not, twice, with the connection gone for a while, on a clock that is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from app.desk.ports import SourceState
from app.domain.call import CallEvent, CallState, EndReason
from app.domain.event import Json
from app.telephony.calls import CallBook, Changed, Ended, Ignored, NewCall
from app.telephony.errors import NotSupported, PhoneUnreachable
from app.telephony.hub_source import CallsNow, HubSource
from app.telephony.wire import to_json
from tests.phones.real import wait_until

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
RINGING = CallEvent("twilio", 2, NOW, "CA1", CallState.RINGING, linked_id="CA0", ani_e164="+442079460123")
ANSWERED = replace(RINGING, seq=3, state=CallState.ANSWERED)
OVER = replace(RINGING, seq=4, state=CallState.ENDED, end_reason=EndReason.CALLER)


@dataclass
class Hub:
    """What the hub would push and answer. `ahead`: how far its clock is before the desktop's."""

    under_way: list[CallEvent] = field(default_factory=list)
    ahead: timedelta = timedelta(0)
    away: bool = False
    asked: int = 0
    on_push: Callable[[Mapping[str, Json]], None] = lambda body: None
    on_state: Callable[[bool], None] = lambda heard: None
    may_answer: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    def listen(
        self, kind: str, on_push: Callable[[Mapping[str, Json]], None], on_state: Callable[[bool], None] | None = None
    ) -> Callable[[], None]:
        assert kind == "call" and on_state is not None
        self.on_push, self.on_state = on_push, on_state
        on_state(False)
        return lambda: None

    def calls_now(self) -> CallsNow:
        self.asked += 1
        if self.away:
            raise PhoneUnreachable("away")
        listed = CallsNow(tuple(self.under_way), NOW + self.ahead)
        assert self.may_answer.wait(10)
        return listed

    def push(self, event: CallEvent) -> None:
        self.on_push(msgspec.json.decode(to_json(event)))


class Bench:
    def __init__(self, under_way: tuple[str, ...] = (), ahead: timedelta = timedelta(0)) -> None:
        self.hub = Hub(ahead=ahead)
        self.now = NOW
        self.events: list[CallEvent] = []
        self.states: list[SourceState] = []
        self.source = HubSource(self.hub, self.hub.calls_now, lambda: self.now, under_way, first_delay=0.01)
        self.source.start(self.events.append, self.states.append)

    def connect(self) -> None:
        """The hub is heard, and what is under way has been read."""
        told = len(self.states)
        self.hub.on_state(True)
        wait_until(lambda: any(state.connected for state in self.states[told:]), "the connection")

    def decisions(self) -> list[type]:
        book = CallBook()
        return [type(book.fold(event)) for event in self.events]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.source.stop()


def test_a_call_that_is_pushed_is_told_as_the_hub_told_it(bench: Bench) -> None:
    bench.connect()
    for event in (RINGING, ANSWERED, OVER):
        bench.hub.push(event)

    assert bench.events == [replace(event, source="hub") for event in (RINGING, ANSWERED, OVER)]
    assert bench.decisions() == [NewCall, Changed, Ended]


def test_until_the_hub_is_heard_the_window_says_that_it_is_not(bench: Bench) -> None:
    assert [(state.connected, "cannot be reached" in state.sentence) for state in bench.states] == [(False, True)]
    bench.connect()
    assert bench.states[-1] == SourceState("hub", True, "Calls come from the hub")


def test_what_comes_late_or_twice_changes_nothing(bench: Bench) -> None:
    bench.connect()
    for event in (ANSWERED, RINGING, ANSWERED, OVER, OVER, ANSWERED):
        bench.hub.push(event)

    assert [kind for kind in bench.decisions() if kind is not Ignored] == [NewCall, Ended]


def test_a_call_that_began_while_the_connection_was_gone_pops_when_it_is_back(bench: Bench) -> None:
    bench.connect()
    bench.hub.on_state(False)
    bench.hub.under_way = [ANSWERED]
    bench.connect()

    assert [event.state for event in bench.events] == [CallState.ANSWERED]


def test_a_call_that_ended_while_the_connection_was_gone_ends_when_it_is_back(bench: Bench) -> None:
    bench.connect()
    bench.hub.push(ANSWERED)
    bench.hub.on_state(False)
    bench.connect()

    assert bench.decisions() == [NewCall, Ended]
    assert bench.events[-1].end_reason is EndReason.UNKNOWN


def test_a_call_restored_after_a_restart_ends_where_the_hub_no_longer_knows_it() -> None:
    bench = Bench(under_way=("CA1", "CA9"))
    bench.hub.under_way = [ANSWERED]
    bench.connect()
    bench.source.stop()

    assert [(event.leg_id, event.state) for event in bench.events] == [
        ("CA9", CallState.ENDED),
        ("CA1", CallState.ANSWERED),
    ]


def test_a_call_that_begins_while_the_list_is_on_its_way_is_not_ended_by_it(bench: Bench) -> None:
    bench.hub.may_answer.clear()
    bench.hub.on_state(True)
    wait_until(lambda: bench.hub.asked == 1, "the question")
    bench.hub.push(RINGING)
    bench.hub.may_answer.set()
    wait_until(lambda: bench.states[-1].connected, "the answer")

    assert [event.state for event in bench.events] == [CallState.RINGING]


def test_a_call_that_ends_while_an_older_list_is_on_its_way_does_not_come_back(bench: Bench) -> None:
    bench.connect()
    bench.hub.push(RINGING)
    bench.hub.under_way = [RINGING]
    bench.hub.may_answer.clear()
    bench.hub.on_state(True)
    wait_until(lambda: bench.hub.asked == 2, "the question")
    told = len(bench.states)
    bench.hub.push(OVER)
    bench.hub.may_answer.set()
    wait_until(lambda: len(bench.states) > told, "the answer")

    assert bench.decisions()[:2] == [NewCall, Ended]
    assert set(bench.decisions()[2:]) <= {Ignored}


def test_where_the_list_cannot_be_read_it_is_asked_for_again(bench: Bench) -> None:
    bench.hub.away = True
    bench.hub.on_state(True)
    wait_until(lambda: bench.hub.asked >= 2, "another try")
    assert "could not be read" in bench.states[-1].sentence
    bench.hub.away, bench.hub.under_way = False, [RINGING]
    wait_until(lambda: len(bench.events) == 1, "the call")


def test_a_push_of_long_ago_does_not_pop_and_an_end_of_long_ago_still_ends(bench: Bench) -> None:
    bench.connect()
    bench.hub.push(ANSWERED)
    bench.now = NOW + timedelta(seconds=40)
    bench.hub.push(replace(RINGING, leg_id="CA2", linked_id="CA3"))
    bench.hub.push(OVER)

    assert [(event.leg_id, event.state) for event in bench.events] == [
        ("CA1", CallState.ANSWERED),
        ("CA1", CallState.ENDED),
    ]


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(hours=-3)])
def test_times_are_by_the_desktop_s_clock_however_wrong_it_is(ahead: timedelta) -> None:
    bench = Bench(ahead=ahead)
    bench.connect()
    bench.now = NOW + timedelta(seconds=2)
    bench.hub.push(replace(RINGING, received_at=NOW + ahead + timedelta(seconds=1)))
    bench.source.stop()

    assert bench.events[0].received_at == NOW + timedelta(seconds=1)


def test_what_is_no_call_is_passed_over(bench: Bench) -> None:
    bench.connect()
    for body in ({}, {"leg_id": 4}, {"state": "dancing"}):
        bench.hub.on_push(body)

    assert bench.events == []


def test_it_cannot_answer_and_says_where_to(bench: Bench) -> None:
    with pytest.raises(NotSupported, match="on your phone"):
        bench.source.answer("CA1")
    with pytest.raises(NotSupported, match="on your phone"):
        bench.source.hang_up("CA1")
