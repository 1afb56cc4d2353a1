"""A desktop hears what a real hub pushes, once, also after breaks, and stops at once."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.domain.event import Json
from app.sync.hub_crm import HubCrm
from app.sync.push_client import PushClient
from app.sync.transport import HttpTransport
from tests.fakes.fault_server import FaultServer, Reply, Request, fault_server
from tests.fakes.hub import RunningHub

STREAM = {"Content-Type": "text/event-stream"}


def never_waits() -> float:
    return 0.0


class Listening:
    """A desktop: what it heard, and whether the hub can be heard."""

    def __init__(self, client: PushClient, kind: str = "alert") -> None:
        self.client = client
        self.got: queue.Queue[Mapping[str, Json]] = queue.Queue()
        self.states: queue.Queue[bool] = queue.Queue()
        self.end = client.listen(kind, self.got.put, self.states.put)

    def next(self) -> Mapping[str, Json]:
        return self.got.get(timeout=10)

    def wait_until(self, heard: bool) -> None:
        while self.states.get(timeout=10) is not heard:
            pass


class Desktops:
    """Makes desktops of Ana, each with a connection of its own, and ends them."""

    def __init__(self, hub: RunningHub) -> None:
        self.hub = hub
        self.opened: list[tuple[PushClient, HttpTransport]] = []

    def start(self, **settings: Any) -> Listening:
        transport = HttpTransport(self.hub.url)
        crm = HubCrm(transport, "test")
        crm.sign_in("ana", self.hub.sign_ins.of("ana").password, "desk-1")
        client = PushClient(crm, random=never_waits, **settings)
        listening = Listening(client)
        self.opened.append((client, transport))
        client.start()
        return listening

    def stop(self) -> None:
        for client, transport in self.opened:
            client.stop()
            transport.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    running = RunningHub(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def desktops(hub: RunningHub) -> Iterator[Desktops]:
    desktops = Desktops(hub)
    yield desktops
    desktops.stop()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_each_listener_hears_its_kind_and_nothing_else(hub: RunningHub, desktops: Desktops) -> None:
    alerts = desktops.start()
    calls = Listening(alerts.client, "call")
    alerts.wait_until(heard=True)

    hub.hub.push("call", {"number": 1}, person="person-ana")
    hub.hub.push("alert", {"text": "an outage"}, team="blue")
    hub.hub.push("alert", {"text": "for others"}, team="green")
    hub.hub.push("alert", {"text": "for all"})

    assert [alerts.next()["text"] for _ in range(2)] == ["an outage", "for all"]
    assert calls.next() == {"number": 1}
    assert alerts.got.empty() and calls.got.empty()


def test_who_has_ended_hears_nothing_more(hub: RunningHub, desktops: Desktops) -> None:
    one = desktops.start()
    other = Listening(one.client)
    one.wait_until(heard=True)
    other.end()
    hub.hub.push("alert", {})
    one.next()
    assert other.got.empty()


def test_a_listener_that_fails_keeps_nobody_else_from_hearing(hub: RunningHub, desktops: Desktops) -> None:
    first = desktops.start()

    def fails(_: object) -> None:
        raise RuntimeError("broken")

    first.client.listen("alert", fails)
    last = Listening(first.client)
    last.wait_until(heard=True)
    hub.hub.push("alert", {"text": "x"})
    assert last.next() == {"text": "x"}


def test_what_was_seen_is_acknowledged_and_does_not_come_again_after_a_restart(
    hub: RunningHub, desktops: Desktops
) -> None:
    before = desktops.start(acknowledged_within=60)
    before.wait_until(heard=True)
    hub.hub.push("alert", {"text": "seen"})
    before.next()
    before.client.stop()
    hub.hub.push("alert", {"text": "missed"})

    after = desktops.start()

    assert after.next() == {"text": "missed"}


def test_what_was_pushed_while_the_hub_could_not_be_heard_comes_after_it(hub: RunningHub, desktops: Desktops) -> None:
    with between(hub) as (address, cut):
        transport = HttpTransport(address)
        crm = HubCrm(transport, "test")
        crm.sign_in("ana", hub.sign_ins.of("ana").password, "desk-1")
        # Without acknowledging, only Last-Event-ID can tell what comes again.
        client = PushClient(crm, random=lambda: 0.01, acknowledged_within=10_000)
        desk = Listening(client)
        client.start()
        desktops.opened.append((client, transport))
        desk.wait_until(heard=True)
        hub.hub.push("alert", {"number": 1})
        assert desk.next() == {"number": 1}

        cut()
        desk.wait_until(heard=False)
        hub.hub.push("alert", {"number": 2})
        desk.wait_until(heard=True)

        assert desk.next() == {"number": 2}
        assert desk.got.empty()


def test_stopping_takes_no_time_although_the_stream_is_silent(desktops: Desktops) -> None:
    desk = desktops.start()
    desk.wait_until(heard=True)
    began = time.monotonic()
    desk.client.stop()
    assert time.monotonic() - began < 1
    assert not [thread for thread in threading.enumerate() if thread.name in ("push-hear", "push-seen")]


# -- a hub that does not do as it should ---------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


class Signed(HubCrm):
    """Signed in without having asked anybody."""

    def __init__(self, transport: HttpTransport, credentials: Any) -> None:
        super().__init__(transport, "test")
        self.resume(credentials)


@pytest.fixture
def far(hub: RunningHub, server: FaultServer) -> Iterator[HubCrm]:
    near = HttpTransport(hub.url)
    crm = HubCrm(near, "test")
    credentials = crm.sign_in("ana", hub.sign_ins.of("ana").password, "desk-1")
    near.close()
    transport = HttpTransport(server.address)
    yield Signed(transport, credentials)
    transport.close()


def endless() -> Iterator[bytes]:
    yield b'retry: 0\n\nid: 5\nevent: alert\ndata: {"text": "x"}\n\n'
    threading.Event().wait(20)


def test_silence_counts_as_a_broken_connection_and_the_next_try_goes_on_after_the_last_number(
    server: FaultServer, far: HubCrm
) -> None:
    server.reply = lambda request: Reply(headers=STREAM, pieces=endless() if request.method == "GET" else [])
    client = PushClient(far, random=never_waits, silence_seconds=0.05)
    desk = Listening(client)
    client.start()
    try:
        assert desk.next() == {"text": "x"}
        wait_for(lambda: len(asked(server)) >= 3)
        assert [request.headers.get("last-event-id") for request in asked(server)[:3]] == [None, "5", "5"]
        assert desk.got.empty(), "the same number came again and was told again"
    finally:
        client.stop()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(503, {"Content-Type": "application/problem+json", "Retry-After": "0"}),
        Reply(401, {"Content-Type": "application/problem+json"}),
        Reply(200, {"Content-Type": "application/json"}, [b"{}"]),
        Reply(200, {"Content-Type": "text/html"}, [b"<html>"]),
        Reply(302, {"Location": "http://localhost:9/v1/push"}),
        Reply(200, STREAM, [b"x" * 1024] * 1024),
        Reply(200, STREAM, [b"id: 1\nevent: alert\ndata: not json\n\n"]),
        Reply(200, STREAM, [b'id: one\nevent: alert\ndata: {"text": "no number"}\n\n']),
    ],
    ids=["busy", "signed out", "json", "a web page", "sent on", "a line without end", "no json", "no number"],
)
def test_an_answer_that_is_no_stream_of_pushes_is_survived(server: FaultServer, far: HubCrm, reply: Reply) -> None:
    good = Reply(headers=STREAM, pieces=[b'id: 9\nevent: alert\ndata: {"text": "good"}\n\n'])
    server.reply = lambda request: good if len(asked(server)) > 2 else reply
    client = PushClient(far, random=never_waits)
    desk = Listening(client)
    client.start()
    try:
        assert desk.next() == {"text": "good"}
    finally:
        client.stop()


def asked(server: FaultServer) -> list[Request]:
    return [request for request in server.requests if request.path == "/v1/push"]


# -- between desktop and hub ---------------------------------------------------------------------------------------


@contextmanager
def between(hub: RunningHub) -> Iterator[tuple[str, Callable[[], None]]]:
    """An address that leads to the hub, and a way to cut every connection that is open."""
    parts = urlsplit(hub.url)
    listener = socket.create_server(("127.0.0.1", 0))
    pairs: list[socket.socket] = []

    def copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((parts.hostname, parts.port))
                pairs.extend((near, far))
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=copy, args=(source, target), daemon=True).start()

    def cut() -> None:
        for end in list(pairs):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", cut
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        cut()
        for end in pairs:
            end.close()
