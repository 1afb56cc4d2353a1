"""A proxy between desktops and their hub that does to them what networks, proxies and captive portals do.

It understands whole requests and whole answers (no server-sent events), so that it can cut a connection exactly before
the hub hears of a batch, or exactly after the hub has committed it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from urllib.parse import urlsplit

import zstandard

_MOST_UNPACKED = 8 * 1024 * 1024


class Fault(StrEnum):
    """What happens to one request."""

    NONE = "passed on"
    CUT_BEFORE = "cut before the hub"
    CUT_AFTER = "cut after the commit"
    TRUNCATED = "answer truncated"
    TWICE = "delivered twice"
    TOO_MANY = "429"
    BUSY = "503"
    FAILED = "500"
    PORTAL = "HTML with status 200"


@dataclass(frozen=True, slots=True)
class Passing:
    """A request as it passes: `path` without its query, `body` unpacked."""

    method: str
    path: str
    body: bytes

    @property
    def has_events(self) -> bool:
        """Whether it is a batch of events."""
        return self.method == "POST" and self.path == "/v1/events"


class FaultProxy:
    """Attributes: `url`; `faults` so far by kind; set `choose`, `one_way_seconds`, `bytes_per_second` (0: no limit)."""

    def __init__(self, hub: str) -> None:
        self.choose: Callable[[Passing], Fault] = lambda _passing: Fault.NONE
        self.one_way_seconds = 0.0
        self.bytes_per_second = 0.0
        self.faults: Counter[Fault] = Counter()
        self._hub = urlsplit(hub)
        self._parted = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def parted(self) -> bool:
        """Whether nothing gets through; setting it breaks what is under way."""
        return self._parted

    @parted.setter
    def parted(self, parted: bool) -> None:
        self._parted = parted
        if parted:
            self._loop.call_soon_threadsafe(self._break_all)

    def close(self) -> None:
        """Ends it; connections are broken."""

        async def end() -> None:
            self._server.close()
            self._break_all()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1024 * 1024)

    def _break_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while not self._parted:
                request = await _read_request(reader)
                if request is None or not await self._answer(*request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _answer(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection is good for another request."""
        await self._travel(len(head) + len(body))
        passing = _understood(head, body)
        fault = self.choose(passing)
        if self._parted:
            fault = Fault.CUT_BEFORE
        self.faults[fault] += 1
        if fault is Fault.CUT_BEFORE:
            return False
        if fault in _SAID:
            await self._send(_SAID[fault], writer)
            return True
        answer = await self._asked(head, body)
        if fault is Fault.TWICE:
            answer = await self._asked(head, body)
        if fault is Fault.CUT_AFTER or not answer:
            return False
        if fault is Fault.TRUNCATED:
            await self._send(answer[: len(answer) * 2 // 3], writer)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return False
        await self._send(answer, writer)
        writer.close()
        await writer.wait_closed()
        return False

    async def _asked(self, head: bytes, body: bytes) -> bytes:
        """The hub's whole answer, which ends with the connection; empty where the hub is away."""
        lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
        reader, writer = await asyncio.open_connection(self._hub.hostname, self._hub.port)
        self._open.add(writer)
        try:
            writer.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            await writer.drain()
            return await reader.read(-1)
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _send(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._travel(len(answer))
        writer.write(answer)
        await writer.drain()

    async def _travel(self, size: int) -> None:
        seconds = self.one_way_seconds + (size / self.bytes_per_second if self.bytes_per_second else 0.0)
        if seconds:
            await asyncio.sleep(seconds)

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _said(status: str, kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


_SAID = {
    Fault.TOO_MANY: _said("429 Too Many Requests", "text/plain", b"slow down", "Retry-After: 0"),
    Fault.BUSY: _said("503 Service Unavailable", "text/plain", b"not now", "Retry-After: 0"),
    Fault.FAILED: _said("500 Internal Server Error", "application/problem+json", b'{"title": "fault", "status": 500}'),
    Fault.PORTAL: _said("200 OK", "text/html", b"<h1>Welcome to the guest network</h1>"),
}


async def _read_request(reader: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = _header(head, b"content-length")
    return head, await reader.readexactly(int(length or 0))


def _understood(head: bytes, body: bytes) -> Passing:
    method, path, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if _header(head, b"content-encoding") == b"zstd":
        body = zstandard.ZstdDecompressor().decompress(body, max_output_size=_MOST_UNPACKED)
    return Passing(method.decode(), path.partition(b"?")[0].decode(), body)


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip()
    return b""
