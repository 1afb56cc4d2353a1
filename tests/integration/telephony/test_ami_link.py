"""The connection to an Asterisk manager: transcripts over a socket, and whatever can go wrong with it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from app.desk.ports import SourceState
from app.domain.call import CallEvent, CallState, EndReason
from app.telephony.ami import AmiAddress, AmiSource
from app.telephony.calls import CallBook, Ended, Ignored
from app.telephony.errors import NotSupported
from tests.fakes.ami import LOOPBACK, Manager, blocks, timed, transcript
from tests.phones.real import free_port, wait_until

ALICE = "SIP/1001"
CALLER, LEG = "1795290288.34", "1795290289.35"


def listed(unique: str, linked: str, channel: str, state: int, number: str, application: str = "AppQueue") -> bytes:
    """One line of CoreShowChannels, written from Asterisk's documentation."""
    return (
        f"Event: CoreShowChannel\r\nChannel: {channel}\r\nChannelState: {state}\r\nCallerIDNum: {number}\r\n"
        f"ConnectedLineNum: <unknown>\r\nExten: s\r\nUniqueid: {unique}\r\nLinkedid: {linked}\r\n"
        f"Application: {application}\r\nDuration: 00:00:05\r\nBridgeId: b-1\r\n\r\n"
    ).encode()


class Desk:
    """What the desk's side sees of one Asterisk."""

    def __init__(self, port: int, under_way: tuple[str, ...] = (), secret: str | None = "right", **more: float) -> None:
        self.events: list[CallEvent] = []
        self.states: list[SourceState] = []
        address = AmiAddress(LOOPBACK, port, "cuecard", ALICE)
        self.source = AmiSource(
            address, lambda: secret, "GB", lambda: datetime.now(UTC), under_way, jitter=lambda: 0.0, **more
        )
        self.source.start(self.events.append, self.states.append)

    def wait_for(self, state: CallState) -> CallEvent:
        wait_until(lambda: any(event.state is state for event in list(self.events)), state.value, 10)
        return next(event for event in self.events if event.state is state)

    def wait_to_read(self, words: str) -> SourceState:
        wait_until(lambda: any(words in state.sentence for state in list(self.states)), words, 10)
        return next(state for state in self.states if words in state.sentence)


@pytest.fixture
def opened() -> Iterator[list[Desk | Manager]]:
    made: list[Desk | Manager] = []
    yield made
    for one in made:
        if isinstance(one, Desk):
            one.source.stop()
        else:
            one.close()


Opened = list[Desk | Manager]


def meet(opened: Opened, script: Callable[[Manager], None] = lambda manager: None) -> tuple[Manager, Desk]:
    manager = Manager(script)
    desk = Desk(manager.port)
    opened += [desk, manager]
    return manager, desk


def test_a_recorded_call_comes_over_the_wire(opened: Opened) -> None:
    _, desk = meet(opened, lambda manager: manager.say(*transcript("answered")))

    over = desk.wait_for(CallState.ENDED)

    assert over.end_reason is EndReason.CALLER and over.leg_id == LEG
    assert desk.states[0].connected


def test_a_recorded_call_in_its_own_rhythm_ten_times_as_fast(opened: Opened) -> None:
    def play(manager: Manager) -> None:
        recording = timed("abandon")
        began, first = time.monotonic(), recording[0][0]
        for at, raw in recording:
            threading.Event().wait(max(0.0, began + (at - first) / 10 - time.monotonic()))
            manager.say(raw)

    _, desk = meet(opened, play)

    assert desk.wait_for(CallState.ENDED).end_reason is EndReason.ABANDONED


def test_cut_anywhere_the_same_call_comes(opened: Opened) -> None:
    dice = random.Random(5)

    def play(manager: Manager) -> None:
        rest = b"".join(transcript("ringall"))
        while rest:
            size = dice.choice((1, 2, 5, 100, 3000))
            manager.say(rest[:size])
            rest = rest[size:]

    _, desk = meet(opened, play)

    assert desk.wait_for(CallState.ENDED).end_reason is EndReason.ELSEWHERE


def test_a_wrong_secret_is_said_in_a_sentence_and_tried_again_only_after_a_minute(opened: Opened) -> None:
    manager = Manager()
    desk = Desk(manager.port, secret="wrong")
    opened += [desk, manager]

    assert not desk.wait_to_read("refuses the manager user or its secret").connected
    assert manager.connections == 1 and "wrong" not in repr(desk.states)


def test_a_missing_secret_says_where_to_put_it(opened: Opened) -> None:
    desk = Desk(free_port(), secret=None)
    opened.append(desk)

    desk.wait_to_read("CUECARD_AMI_SECRET")


def test_a_secret_with_a_line_break_is_not_sent(opened: Opened) -> None:
    manager = Manager()
    desk = Desk(manager.port, secret="x\r\nAction: Originate")
    opened += [desk, manager]

    desk.wait_to_read("refuses")
    assert manager.logins == 0


def test_where_nothing_listens_it_says_so_and_tries_again(opened: Opened) -> None:
    port = free_port()
    desk = Desk(port)
    opened.append(desk)
    desk.wait_to_read("not reachable")

    opened.append(Manager(port=port))

    desk.wait_to_read("connected")


@pytest.mark.parametrize(
    "greeting",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x16\x03\x01\x02\x00", b"x" * 10_000_000],
)
def test_another_protocol_on_the_port_is_said_in_a_sentence(opened: Opened, greeting: bytes) -> None:
    manager = Manager()
    manager.greeting = greeting
    desk = Desk(manager.port)
    opened += [desk, manager]

    assert not desk.wait_to_read("is not Asterisk's manager interface").connected


def test_a_peer_that_says_nothing_is_given_up(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.telephony.ami_link.ANSWER_SECONDS", 0.5)
    manager = Manager()
    manager.greeting = b""
    desk = Desk(manager.port)
    opened += [desk, manager]

    desk.wait_to_read("does not answer as Asterisk's manager")


def test_a_line_of_ten_megabytes_ends_the_connection_not_the_program(opened: Opened) -> None:
    manager, desk = meet(opened, lambda manager: manager.say(b"Event: " + b"x" * 10_000_000))

    assert not desk.wait_to_read("is not Asterisk's manager interface").connected
    manager.script = lambda manager: manager.say(*transcript("answered"))
    desk.wait_for(CallState.ENDED)


def test_half_a_line_and_then_nothing_leaves_a_connection_that_comes_back(opened: Opened) -> None:
    def half(manager: Manager) -> None:
        manager.script = lambda manager: manager.say(*transcript("answered"))
        manager.say(b"Event: Newcha")
        manager.drop()

    _, desk = meet(opened, half)

    desk.wait_for(CallState.ENDED)


def test_invalid_bytes_in_a_name_show_the_call_all_the_same(opened: Opened) -> None:
    raw = [each.replace(b"Ada Lovelace", b"J\xfcrgen \xff") for each in transcript("answered")]
    _, desk = meet(opened, lambda manager: manager.say(*raw))

    assert desk.wait_for(CallState.OFFERED).display_name == "J\ufffdrgen \ufffd"


def test_a_user_who_may_not_list_calls_is_told_which_permission_is_missing(opened: Opened) -> None:
    manager = Manager(lambda manager: manager.say(*transcript("answered")))
    manager.channels = None
    desk = Desk(manager.port)
    opened += [desk, manager]

    assert desk.wait_to_read("write=reporting").connected
    desk.wait_for(CallState.ENDED)


def test_a_user_who_is_told_of_no_calls_is_told_which_permission_is_missing(opened: Opened) -> None:
    manager = Manager()
    desk = Desk(manager.port, listing_seconds=0.2)
    opened += [desk, manager]
    wait_until(lambda: manager.listings >= 1, "the first list")

    manager.channels = [listed("7.1", "7.1", "SIP/carrier-01", 6, "+442079460123", "Queue")]

    assert desk.wait_to_read("read=call").connected


@pytest.mark.parametrize("lost_after", range(0, 34, 3))
def test_a_connection_lost_in_mid_call_neither_doubles_nor_loses_the_call(opened: Opened, lost_after: int) -> None:
    recording = transcript("answered")
    rest = recording[lost_after + 3 :]

    def second(manager: Manager) -> None:
        manager.say(*rest)

    def first(manager: Manager) -> None:
        manager.say(*recording[:lost_after])
        manager.script = second
        # Three events are lost; the list says what is on after them.
        manager.channels = _listing(recording[: lost_after + 3])
        manager.drop()

    _, desk = meet(opened, first)
    wait_until(lambda: any(event.state is CallState.ENDED for event in list(desk.events)), "the end", 10)

    book = CallBook()
    decisions = [type(book.fold(event)) for event in desk.events]
    assert decisions.count(Ended) == 1 and not book.live
    assert len({event.leg_id for event in desk.events}) == 1
    assert Ignored not in decisions


def _listing(recording: list[bytes]) -> list[bytes]:
    """What CoreShowChannels would list after these events."""
    state: dict[str, bytes] = {}
    for block in blocks(recording):
        for prefix in ("", "Dest"):
            unique = block.get(f"{prefix}Uniqueid")
            if not unique:
                continue
            number, up = block.get(f"{prefix}CallerIDNum"), int(block.get(f"{prefix}ChannelState") or 0)
            channel, linked = block.get(f"{prefix}Channel"), block.get(f"{prefix}Linkedid")
            state[unique] = listed(unique, linked, channel, up, number)
            if block.event == "Hangup":
                del state[unique]
    return list(state.values())


def test_a_call_that_ended_while_the_connection_was_lost_is_told_as_ended(opened: Opened) -> None:
    def first(manager: Manager) -> None:
        manager.say(*transcript("answered")[:20])
        manager.script = lambda manager: None
        manager.drop()

    _, desk = meet(opened, first)

    assert desk.wait_for(CallState.ENDED).leg_id == LEG


def test_a_call_that_the_desk_restored_and_that_is_over_is_told_as_ended(opened: Opened) -> None:
    manager = Manager()
    desk = Desk(manager.port, under_way=("1795290000.1",))
    opened += [desk, manager]

    over = desk.wait_for(CallState.ENDED)
    assert (over.leg_id, over.end_reason) == ("1795290000.1", EndReason.UNKNOWN)


def test_a_call_that_is_on_when_cuecard_starts_is_shown_as_on(opened: Opened) -> None:
    manager = Manager()
    manager.channels = [
        listed(CALLER, CALLER, "SIP/carrier-0000001a", 6, "+442079460123", "Queue"),
        listed(LEG, CALLER, "SIP/1001-0000001b", 6, "1001"),
    ]
    desk = Desk(manager.port)
    opened += [desk, manager]

    on = desk.wait_for(CallState.ANSWERED)
    assert (on.leg_id, on.linked_id) == (LEG, CALLER)
    # The list does not say whether the number is withheld, so it is not shown.
    assert on.ani_e164 is None and "2079460123" not in repr(desk.events)


def test_this_source_only_listens(opened: Opened) -> None:
    _, desk = meet(opened)

    for order in (desk.source.answer, desk.source.hang_up):
        with pytest.raises(NotSupported):
            order(LEG)


def test_stopping_ends_the_thread_and_the_connection() -> None:
    manager = Manager()
    desk = Desk(manager.port)
    desk.wait_to_read("connected")

    desk.source.stop()

    assert "ami" not in [thread.name for thread in threading.enumerate() if thread.is_alive()]
    manager.close()
