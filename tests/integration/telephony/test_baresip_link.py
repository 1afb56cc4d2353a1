"""The connection to baresip where the other side is broken, hostile, or something else altogether."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from app.desk.ports import SourceState
from app.domain.call import CallEvent, CallState, EndReason
from app.telephony.baresip import BaresipSource
from app.telephony.errors import CallGone, PhoneSilent, PhoneUnreachable
from app.telephony.netstring import NetstringReader, netstring
from tests.phones.real import LOOPBACK, free_port, wait_until

EMPTY = "\n--- Active calls (0) ---\n(no active calls)\n"
RINGS = {
    "event": True,
    "type": "CALL_INCOMING",
    "direction": "incoming",
    "id": "a@h",
    "peeruri": "sip:+442079460123@h",
    "peerdisplayname": "Ada",
}


class ControlPort:
    """A control port that says what a test has it say, on one connection after another."""

    def __init__(self, greet: Callable[[ControlPort], None], port: int = 0) -> None:
        self._listener = socket.create_server((LOOPBACK, port))
        self.port: int = self._listener.getsockname()[1]
        self.greet = greet
        self.connections = 0
        self.commands: list[str] = []
        self.link: socket.socket | None = None
        self.answers = {"listcalls": EMPTY}
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self.link = link
            self.connections += 1
            with link, suppress(OSError):
                self.greet(self)

    def behave(self) -> None:
        """Answers commands as baresip would, until the connection ends."""
        assert self.link is not None
        reader = NetstringReader()
        while piece := self.link.recv(65_536):
            for payload in reader.feed(piece):
                command = json.loads(payload)
                self.commands.append(command["command"])
                text = self.answers.get(command["command"])
                if text is not None:
                    self.send({"response": True, "ok": True, "data": text, "token": command["token"]})

    def send(self, message: dict[str, object]) -> None:
        assert self.link is not None
        self.link.sendall(netstring(json.dumps(message).encode()))

    def drop(self) -> None:
        assert self.link is not None
        with suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self.link is not None:
            self.drop()


class Desk:
    """What the desk's side sees."""

    def __init__(self, port: int, under_way: tuple[str, ...] = ()) -> None:
        self.events: list[CallEvent] = []
        self.states: list[SourceState] = []
        self.source = BaresipSource(LOOPBACK, port, "GB", lambda: datetime.now(UTC), under_way, jitter=lambda: 0.0)
        self.source.start(self.events.append, self.states.append)

    def wait_for(self, state: CallState) -> CallEvent:
        wait_until(lambda: any(event.state is state for event in self.events), state.value)
        return next(event for event in self.events if event.state is state)

    def wait_connected(self, connected: bool = True) -> str:
        wait_until(lambda: bool(self.states) and self.states[-1].connected is connected, "the connection's state", 15)
        return self.states[-1].sentence


@pytest.fixture
def opened() -> Iterator[list[Desk | ControlPort]]:
    made: list[Desk | ControlPort] = []
    yield made
    for one in made:
        if isinstance(one, Desk):
            one.source.stop()
        else:
            one.close()


Opened = list[Desk | ControlPort]


def _pair(opened: Opened, greet: Callable[[ControlPort], None] = ControlPort.behave) -> tuple[ControlPort, Desk]:
    port = ControlPort(greet)
    desk = Desk(port.port)
    opened += [desk, port]
    return port, desk


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"10000000:" + b"x" * 10_000_000,
        b"x" * 10_000_000,
        b"5:hello,",
        b"2:{},3:\xff\xfe\xfd,",
    ],
    ids=["http", "ssh", "10 MB netstring", "10 MB line", "no JSON", "no UTF-8"],
)
def test_another_program_on_the_port_is_named_and_tried_again(opened: Opened, said: bytes) -> None:
    def greet(port: ControlPort) -> None:
        assert port.link is not None
        port.link.sendall(said)
        port.behave()

    port, desk = _pair(opened, greet)

    assert f"port {port.port} does not answer as baresip does" in desk.wait_connected(False)
    port.greet = ControlPort.behave
    assert desk.wait_connected() == "Softphone connected"
    assert desk.events == []


def test_half_a_line_and_then_silence_is_given_up_on_in_time(opened: Opened) -> None:
    def greet(port: ControlPort) -> None:
        assert port.link is not None
        port.link.sendall(b'40:{"event":true,')
        while port.link.recv(4_096):
            continue

    _, desk = _pair(opened, greet)

    assert "does not answer as baresip does" in desk.wait_connected(False)


def test_where_nothing_listens_it_says_so_and_connects_once_something_does(opened: Opened) -> None:
    number = free_port()
    desk = Desk(number)
    opened.append(desk)
    assert "not reachable" in desk.wait_connected(False)
    with pytest.raises(CallGone):
        desk.source.answer("a@h")

    opened.append(ControlPort(ControlPort.behave, number))

    assert desk.wait_connected() == "Softphone connected"


def test_a_call_is_kept_over_a_lost_connection_and_ended_when_the_phone_no_longer_has_it(opened: Opened) -> None:
    port, desk = _pair(opened)
    desk.wait_connected()
    port.send(RINGS)
    port.send({**RINGS, "type": "CALL_ESTABLISHED"})
    desk.wait_for(CallState.ANSWERED)

    row = "\n--- Active calls (1) ---\n> [line 1]  0:00:09  ESTABLISHED             sip:+442079460123@h\n\n"
    port.answers |= {"listcalls": row, "callfind": "setting current call: a@h\n", "line": ""}
    port.drop()
    wait_until(lambda: port.connections == 2 and "line" in port.commands, "the second connection")
    assert [event.state for event in desk.events] == [CallState.RINGING, CallState.ANSWERED]

    port.answers |= {"listcalls": EMPTY}
    port.drop()
    assert desk.wait_for(CallState.ENDED).end_reason is EndReason.UNKNOWN


def test_the_end_is_told_once(opened: Opened) -> None:
    port, desk = _pair(opened)
    desk.wait_connected()
    port.send(RINGS)
    for _ in range(2):
        port.send({**RINGS, "type": "CALL_CLOSED", "param": "Connection reset by peer"})
    port.send({**RINGS, "id": "b@h"})
    wait_until(lambda: desk.events[-1:] != [] and desk.events[-1].leg_id == "b@h", "the next call")

    assert [event.state for event in desk.events] == [CallState.RINGING, CallState.ENDED, CallState.RINGING]
    assert [event.seq for event in desk.events] == [1, 2, 3]


def test_a_call_that_was_on_before_cuecard_started_is_found_and_recognised_later(opened: Opened) -> None:
    port = ControlPort(ControlPort.behave)
    opened.append(port)
    row = "\n--- Active calls (1) ---\n> [line 1]  0:00:09  INCOMING             sip:+442079460123@h\n\n"
    port.answers |= {"listcalls": row, "line": ""}
    desk = Desk(port.port)
    opened.append(desk)

    ringing = desk.wait_for(CallState.RINGING)
    desk.wait_connected()
    port.send({**RINGS, "type": "CALL_ESTABLISHED"})

    assert ringing.ani_e164 == "+442079460123" and "7946" not in ringing.leg_id
    assert desk.wait_for(CallState.ANSWERED).leg_id == ringing.leg_id


def test_a_phone_that_does_not_answer_a_command_is_given_up_on_with_a_sentence(opened: Opened) -> None:
    port, desk = _pair(opened)
    desk.wait_connected()
    port.send(RINGS)
    leg = desk.wait_for(CallState.RINGING).leg_id

    with pytest.raises(PhoneSilent, match="its own window"):
        desk.source.answer(leg)


def test_a_connection_lost_during_a_command_fails_it_at_once(opened: Opened) -> None:
    port, desk = _pair(opened)
    desk.wait_connected()
    port.send(RINGS)
    leg = desk.wait_for(CallState.RINGING).leg_id
    failures: list[Exception] = []

    def answer() -> None:
        try:
            desk.source.answer(leg)
        except Exception as failure:
            failures.append(failure)

    lane = threading.Thread(target=answer)
    lane.start()
    wait_until(lambda: "callfind" in port.commands, "the command")
    port.drop()
    lane.join(2.5)

    assert isinstance(failures[0], PhoneUnreachable)


def test_stopping_ends_the_thread_at_once_connected_or_not(opened: Opened) -> None:
    _, connected = _pair(opened)
    connected.wait_connected()
    alone = Desk(free_port())
    alone.wait_connected(False)
    before = threading.active_count()

    connected.source.stop()
    alone.source.stop()

    assert threading.active_count() <= before - 2
