"""A site's calls through one hub process: from the switch's line, or a webhook, to the push at the agent's desktop.

The hub runs in a process of its own, with a real database; the switch, the phone system that posts and the desktops are
in this one, on the same cores. Each desktop holds its own connection, as it does at work. The recorded call of an
Asterisk is sent once per call, renumbered; what is measured is each event's push, from the moment the call was sent.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.person import Person, Role
from app.hub.people import add_person, sign_in
from app.hub.phones.extensions import assign
from app.hub.phones.sources import add_source
from app.hub.store import Store
from tests.bench._measuring import ROOT, Reading, conditions, quiet_place
from tests.bench.phone import numbered
from tests.fakes.ami import GREETING, LOOPBACK, transcript
from tests.fakes.hub import cheap_passwords
from tests.fakes.postgres import postgres_server

SECRET = "0123456789abcdef" * 3
_FIRST_PHONE = 1000
_LEG = re.compile(rb'"leg_id":"([^"]+)","state":"([a-z]+)"')
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Heard:
    """What the desktops heard. `sent` is when a call was sent, by its leg's id; `delays` are ms from then."""

    sent: dict[bytes, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    misdelivered: int = 0

    def take(self, line: bytes) -> None:
        """One line of a stream."""
        found = _LEG.search(line)
        if found is not None:
            self.delays.append((time.monotonic() - self.sent[found[1]]) * 1000)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Calls through one hub process.")
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--calls", type=int, default=200, help="calls a second from the switch")
    parser.add_argument("--webhooks", type=int, default=1000, help="webhooks a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    print(f"{options.database}, {options.agents} desktops listening, {options.seconds:g} s each")
    print(conditions())
    with quiet_place() as folder:
        if options.database == "sqlite":
            asyncio.run(measure(f"sqlite:///{folder / 'hub.sqlite'}", folder, options))
        else:
            with postgres_server(("shared_buffers=256MB",)) as server:
                asyncio.run(measure(server.new_database(), folder, options))


async def measure(database: str, folder: Path, options: argparse.Namespace) -> None:
    """Starts everything, measures one after the other."""
    tokens = _people(database, folder / "hub.key", options.agents)
    switch = _Switch()
    await switch.listen()
    async with _hub(database, folder, switch.port) as (url, process):
        heard = Heard()
        desks = [await _desk(url, token, heard) for token in tokens]
        await switch.connected.wait()
        await _measured("switch", process, heard, switch.calls(options, heard), options.calls)
        posted = Heard()
        heard.take = posted.take  # type: ignore[method-assign]
        answers: list[float] = []
        await _measured("webhooks", process, posted, _post(url, options, posted, answers), options.webhooks)
        print(_line("webhook -> 204", answers, ""))
        for desk in desks:
            desk.cancel()


async def _measured(what: str, process: int, heard: Heard, sending: AsyncIterator[int], rate: int) -> None:
    began, used = time.monotonic(), _cpu(process)
    sent = 0
    async for number in sending:
        sent = number
    seconds = time.monotonic() - began
    share = (_cpu(process) - used) / seconds
    await _settled(heard)
    print(f"\n{what}: {sent} in {seconds:.1f} s ({sent / seconds:.0f}/s of {rate}/s), {len(heard.delays)} pushes")
    print(f"hub process: {share:.0%} of one core")
    print(_line("sent -> pushed", heard.delays, "p99 <= 50"))


def _line(what: str, values: Sequence[float], goal: str) -> str:
    row = Reading(what, tuple(values) or (float("nan"),), goal)
    figures = f"median {row.median:.1f} ms, p99 {row.percentile(0.99):.1f} ms, worst {max(row.values):.1f} ms"
    return f"{what}: {figures}  {goal}".rstrip()


async def _settled(heard: Heard) -> None:
    """Nothing more comes."""
    before = -1
    while before != len(heard.delays):
        before = len(heard.delays)
        await asyncio.sleep(0.5)


def _people(database: str, key_file: Path, agents: int) -> list[str]:
    """Agents with a phone and a session each; their tokens."""
    store, passwords, now = Store(database, key_file=key_file), cheap_passwords(), datetime.now(UTC)
    tokens = []
    with store.write() as connection:
        for number in range(agents):
            person = Person(f"person-{number}", f"Agent {number}", "Agent", "blue", (Role.AGENT,))
            add_person(connection, person, f"agent{number}", passwords.hash("password"))
    assign(store, now, {str(_FIRST_PHONE + number): f"agent{number}" for number in range(agents)})
    add_source(store, now, name="own", kind="json", secret=SECRET)
    for number in range(agents):
        device = (f"desk-{number}", "PC")
        user = f"agent{number}"
        signed_in = sign_in(store, passwords, now, user=user, password="password", device=device, address=LOOPBACK)
        tokens.append(signed_in.token)
    store.close()
    return tokens


@asynccontextmanager
async def _hub(database: str, folder: Path, port: int) -> AsyncIterator[tuple[str, int]]:
    command = [sys.executable, "-m", "app.cli", "hub", "--db", database, "--key-file", str(folder / "hub.key")]
    command += ["--port", "0", "--phone", f"ami://cuecard@{LOOPBACK}:{port}"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, env=os.environ | {"CUECARD_AMI_SECRET": "right"}, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        said = json.loads(await asyncio.to_thread(process.stdout.readline))
        yield str(said["url"]), process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def _desk(url: str, token: str, heard: Heard) -> asyncio.Task[None]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET /v1/push HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await reader.readuntil(b"retry:")

    async def listen() -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    heard.take(line)
        # Held until here: a writer that nobody holds closes its connection.
        writer.close()

    return asyncio.create_task(listen())


class _Switch:
    """An Asterisk with as many calls as are wanted."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    async def listen(self) -> None:
        server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        self.port: int = server.sockets[0].getsockname()[1]

    async def calls(self, options: argparse.Namespace, heard: Heard) -> AsyncIterator[int]:
        """Sends calls evenly spread; how many so far."""
        assert self._writer is not None
        recording = b"".join(transcript("answered"))
        began = time.monotonic()
        for number in range(int(options.calls * options.seconds)):
            await _until(began + number / options.calls)
            heard.sent[b"%d.2" % (10_000 + number)] = time.monotonic()
            self._writer.write(numbered(recording, number))
            yield number + 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in asked.split("\r\n") if ": " in line)
                number = fields.get("ActionID", "")
                writer.write(f"Response: Success\r\nActionID: {number}\r\nMessage: yes\r\n\r\n".encode())
                if fields.get("Action") == "CoreShowChannels":
                    end = f"Event: CoreShowChannelsComplete\r\nActionID: {number}\r\nListItems: 0\r\n\r\n"
                    writer.write(end.encode())
                    self._writer = writer
                    self.connected.set()


async def _post(url: str, options: argparse.Namespace, heard: Heard, answers: list[float]) -> AsyncIterator[int]:
    """Posts evenly spread over as many connections as are needed; how many so far."""
    parts = urlsplit(url)
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(64):
        free.put_nowait(await asyncio.open_connection(parts.hostname, parts.port))

    async def post(number: int, link: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        reader, writer = link
        leg = f"leg-{number}".encode()
        began = heard.sent[leg] = time.monotonic()
        writer.write(_request(number, options.agents))
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 204"), answer
        answers.append((time.monotonic() - began) * 1000)
        free.put_nowait(link)

    began, posting = time.monotonic(), set()
    for number in range(int(options.webhooks * options.seconds)):
        await _until(began + number / options.webhooks)
        task = asyncio.create_task(post(number, await free.get()))
        posting.add(task)
        task.add_done_callback(posting.discard)
        yield number + 1
    await asyncio.gather(*posting)


def _request(number: int, agents: int) -> bytes:
    event = {
        "id": f"event-{number}",
        "agent": str(_FIRST_PHONE + number % agents),
        "call": f"leg-{number}",
        "state": "ringing",
        "number": "+442079460123",
        "queue": "retention",
        "account": "104230",
    }
    body, stamp = json.dumps(event).encode(), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    head = f"POST /v1/phones/own HTTP/1.1\r\nHost: hub\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Cuecard-Timestamp: {stamp}\r\nCuecard-Signature: v1={digest}\r\n\r\n".encode() + body


async def _until(due: float) -> None:
    wait = due - time.monotonic()
    if wait > 0:
        await asyncio.sleep(wait)


def _cpu(process: int) -> float:
    """Seconds of processor that a process has used; Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    main()
