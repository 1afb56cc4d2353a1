"""How soon what is pushed is at a desktop, with ten thousand of them connected to one hub process.

The hub is a process of its own, and so is the client with all of its connections; both on the same cores. A reading is
the time from before the push is written (its commit to the disk included) until the bytes are at the desktop; the clock
(CLOCK_MONOTONIC) is the machine's, and so the same in both. The floor is taken in the same run with the same client: a
bare asyncio server that writes the same bytes, without database, HTTP or sign-in.

    push.py [--desktops N] [--pushes N] [--database URL --key-file FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench._measuring import Reading, conditions, quiet_place, table

TEAM = 15
WAVE = 200
A_SECOND = 50.0
"""Pushes a second while single ones are measured: more calls than a site of 10,000 has."""

_GOAL_MS = 10.0


def main() -> int:
    """Prints the figures; 1 where a goal is missed."""
    options = _options()
    _raise_file_limit(options.desktops)
    if options.client:
        asyncio.run(_Client(options.client, options.desktops).run())
        return 0
    if options.hub:
        _serve_hub(Path(options.hub), options.desktops, options.database, options.key_file)
        return 0
    if options.floor:
        asyncio.run(_Bare(options.desktops).run())
        return 0
    with quiet_place() as folder:
        more = ["--desktops", str(options.desktops)]
        floor = _measure(["--floor", *more], folder, options)
        place = [*(["--database", options.database] if options.database else []), "--key-file", options.key_file]
        measured = _measure(["--hub", str(folder), *more, *(place if options.database else [])], folder, options)
    print(conditions(f"{options.desktops} desktops connected", options.database.partition(":")[0] or "sqlite"))
    one = Reading("one person", tuple(measured.one), "10 ms")
    team = Reading(f"each of a team of {TEAM}", tuple(measured.team), "10 ms")
    everyone = Reading("everyone, each", tuple(measured.everyone))
    written = Reading("of it until it is committed", tuple(measured.written))
    print(table("ms", Reading("one, bare asyncio", tuple(floor.one)), one, written))
    print(table("ms", Reading(f"each of {TEAM}, bare asyncio", tuple(floor.team)), team))
    print(table("ms", Reading("everyone, bare asyncio", tuple(floor.everyone)), everyone))
    print(f"connecting took {measured.connecting_s:.1f} s (bare {floor.connecting_s:.1f} s)")
    print(f"hub process {measured.resident_mb:.0f} MB (bare {floor.resident_mb:.0f} MB)")
    met = one.percentile(0.99) < _GOAL_MS and team.percentile(0.99) < _GOAL_MS
    print("goal met" if met else "goal missed: p99 of a push is over 10 ms")
    return 0 if met else 1


@dataclass
class _Figures:
    """Milliseconds from push to desktop."""

    one: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    team: list[float] = field(default_factory=list)
    everyone: list[float] = field(default_factory=list)
    connecting_s: float = 0.0
    resident_mb: float = 0.0


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--desktops", type=int, default=10_000)
    parser.add_argument("--pushes", type=int, default=1_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--key-file", default="")
    for own in ("--client", "--hub"):
        parser.add_argument(own, default="", help=argparse.SUPPRESS)
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _raise_file_limit(desktops: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = desktops + 200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"This needs {wanted} open files in one process, and the system allows {hard}: raise ulimit -n.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


# -- the one who measures ------------------------------------------------------------------------------------------


def _measure(server_arguments: list[str], folder: Path, options: Any) -> _Figures:
    figures = _Figures()
    server = _Talk([sys.executable, __file__, *server_arguments])
    try:
        place = server.listen()
        (folder / "place.json").write_text(json.dumps(place))
        began = time.monotonic()
        client = _Talk(
            [sys.executable, __file__, "--client", str(folder / "place.json"), "--desktops", str(options.desktops)]
        )
        try:
            client.listen()
            figures.connecting_s = time.monotonic() - began
            figures.resident_mb = _resident_mb(server.process.pid)
            teams = options.desktops // TEAM
            # What is warm afterwards is not counted.
            _pushed(server, client, "one", 50, 1)
            figures.one, figures.written = _pushed(server, client, "one", options.pushes, 1)
            figures.team, _ = _pushed(server, client, "team", min(options.pushes, 4 * teams) // 4, TEAM)
            figures.everyone, _ = _pushed(server, client, "everyone", 5, options.desktops)
        finally:
            client.end()
    finally:
        server.end()
    return figures


def _pushed(server: _Talk, client: _Talk, to: str, times: int, each: int) -> tuple[list[float], list[float]]:
    client.say({"expect": times * each})
    server.say({"to": to, "times": times})
    got: list[float] = client.listen()["ms"]
    took: list[float] = server.listen()["took"]
    return got, took


def _resident_mb(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


class _Talk:
    """A process that says and hears lines of JSON."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, what: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def listen(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("One of the processes ended.")
        said: dict[str, Any] = json.loads(line)
        return said

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


def _commands(push: Callable[[str, int], None], everybody: int) -> None:
    """Pushes as it is told to on the standard input, until that ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        pause = 1 / A_SECOND if asked["to"] != "everyone" else 1.0
        took = []
        for number in range(asked["times"]):
            began = time.monotonic_ns()
            push(asked["to"], (number * 7919) % everybody)
            took.append((time.monotonic_ns() - began) / 1e6)
            time.sleep(pause)
        _tell({"took": took})


# -- the hub -------------------------------------------------------------------------------------------------------


def _serve_hub(folder: Path, desktops: int, database: str, key_file: str) -> None:
    import uvicorn

    from app.hub.api import create_app
    from app.hub.credentials import Passwords
    from app.hub.hub import Hub
    from app.hub.server import Address, _share_the_interpreter, configuration, listen, url_of
    from app.hub.store import Store

    _share_the_interpreter()
    store = Store(database or f"sqlite:///{folder / 'hub.sqlite'}", key_file=Path(key_file) if key_file else None)
    tokens = _people(store, desktops)
    hub = Hub(store, Passwords())
    server = uvicorn.Server(configuration(create_app(hub)))
    listening = listen(Address())
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    (folder / "tokens.json").write_text(json.dumps(tokens))
    _tell({"url": url_of(listening), "tokens": str(folder / "tokens.json")})

    def push(to: str, who: int) -> None:
        body = {"at": time.monotonic_ns()}
        if to == "one":
            hub.push("call", body, person=f"person-{who}")
        elif to == "team":
            hub.push("alert", body, team=f"team-{who % (desktops // TEAM)}")
        else:
            hub.push("release", body)

    _commands(push, desktops)
    hub.board.close()
    server.should_exit = True
    thread.join(30)
    hub.close()
    store.close()


def _people(store: Any, desktops: int) -> list[str]:
    """So many people, in teams, each signed in on a desktop; their tokens."""
    from app.domain.person import Person, Role
    from app.hub.people import add_person, open_session

    tokens, now = [], datetime.now(UTC)
    with store.write() as connection:
        for number in range(desktops):
            team = f"team-{number // TEAM}"
            person = Person(f"person-{number}", f"Agent {number}", "Ana", team, (Role.AGENT,))
            add_person(connection, person, f"agent-{number}", "-")
            signed_in = open_session(connection, person, (f"desk-{number}", "PC"), now, None)
            tokens.append(signed_in.token)
    return tokens


# -- the floor -----------------------------------------------------------------------------------------------------


class _Bare:
    """An asyncio server that writes to who is connected, and does nothing else."""

    def __init__(self, desktops: int) -> None:
        self._desktops = desktops
        self._connected: list[asyncio.Transport] = []

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        connected = self._connected

        class Line(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, asyncio.Transport)
                connected.append(transport)
                transport.write(b"HTTP/1.1 200 OK\r\n\r\nretry: 2000\n\n")

        server = await loop.create_server(Line, "127.0.0.1", 0, backlog=2048)
        port = server.sockets[0].getsockname()[1]
        _tell({"url": f"http://127.0.0.1:{port}", "tokens": ""})
        await asyncio.to_thread(_commands, self._push(loop), self._desktops)

    def _push(self, loop: asyncio.AbstractEventLoop) -> Callable[[str, int], None]:
        def push(to: str, who: int) -> None:
            at = time.monotonic_ns()
            text = f'id: 1\nevent: call\ndata: {{"at": {at}}}\n\n'.encode()
            first = who - who % TEAM if to == "team" else who
            count = {"one": 1, "team": TEAM}.get(to, len(self._connected))
            chosen = [self._connected[(first + n) % len(self._connected)] for n in range(count)]

            def write() -> None:
                for transport in chosen:
                    transport.write(text)

            loop.call_soon_threadsafe(write)

        return push


# -- the desktops --------------------------------------------------------------------------------------------------


class _Client:
    """All the desktops, in one process."""

    def __init__(self, place: str, desktops: int) -> None:
        told = json.loads(Path(place).read_text())
        host, _, port = told["url"].removeprefix("http://").partition(":")
        self._address = (host, int(port))
        self._tokens = json.loads(Path(told["tokens"]).read_text()) if told["tokens"] else ["-"] * desktops
        self._opened = 0
        self._ms: list[float] = []
        self._expected = 0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for first in range(0, len(self._tokens), WAVE):
            wave = self._tokens[first : first + WAVE]
            await asyncio.gather(*(self._connect(loop, token) for token in wave))
            while self._opened < min(first + WAVE, len(self._tokens)):
                await asyncio.sleep(0.002)
        _tell({"open": self._opened})
        while line := await asyncio.to_thread(sys.stdin.readline):
            self._expected = json.loads(line)["expect"]
            async with asyncio.timeout(120):
                while len(self._ms) < self._expected:
                    await asyncio.sleep(0.01)
            _tell({"ms": self._ms})
            self._ms = []

    async def _connect(self, loop: asyncio.AbstractEventLoop, token: str) -> None:
        client = self

        class Desktop(asyncio.Protocol):
            def __init__(self) -> None:
                self._is_open = False

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, asyncio.Transport)
                head = f"GET /v1/push HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n\r\n"
                transport.write(head.encode())

            def data_received(self, data: bytes) -> None:
                now = time.monotonic_ns()
                if not self._is_open and b"retry:" in data:
                    self._is_open = True
                    client._opened += 1
                place = data.find(b'"at":')
                if place >= 0:
                    at = int(data[place + 5 : data.index(b"}", place)])
                    client._ms.append((now - at) / 1e6)

        for _ in range(5):
            with suppress(ConnectionError):
                await loop.create_connection(Desktop, *self._address, family=socket.AF_INET)
                return
        raise SystemExit("The server takes no more connections.")


if __name__ == "__main__":
    sys.path[:0] = [] if "PYTHONPATH" in os.environ else [str(Path(__file__).resolve().parents[2])]
    sys.exit(main())
