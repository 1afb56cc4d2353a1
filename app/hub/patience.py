"""How long the hub waits for a sender, and how much it lets come in at a time; uvicorn alone would wait for ever."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.hub.errors import Problem

FIRST_WAIT_S = 7.0
"""A request that is not complete by then must have come at SLOWEST bytes a second at least."""

SLOWEST = 2000

_LOOK_S = 2.0


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on senders who open a request, or a connection, and let it lie.

    A connection that has had an answer and rests between requests is the keep-alive's to end.
    """

    def connection_made(self, transport: Any) -> None:
        """Starts to look at the connection every two seconds."""
        super().connection_made(transport)
        self._begin()
        self._look = self.loop.call_later(_LOOK_S, self._look_after)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops to look."""
        self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts what comes in."""
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0] and self.cycle is not None:
            self._begin()
        self._received += len(data)
        super().data_received(data)

    def _begin(self) -> None:
        self._since, self._received = self.loop.time(), 0

    def _look_after(self) -> None:
        if self.transport.is_closing():
            return
        state = self.conn.their_state
        is_resting = state is h11.IDLE and self.timeout_keep_alive_task is not None
        if is_resting or state not in (h11.IDLE, h11.SEND_BODY):
            self._begin()
        elif self.loop.time() - self._since > FIRST_WAIT_S + self._received / SLOWEST:
            self.transport.abort()
            return
        self._look = self.loop.call_later(_LOOK_S, self._look_after)


class Room:
    """The bytes of all request bodies that are held at a time. Used from the event loop only."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.held = 0

    def take(self, size: int) -> None:
        """Notes that so many bytes came; raises Problem 503 where there is no room for them."""
        if self.held + size > self._most:
            raise Problem(503, "The hub is busy. Nothing of this request was recorded.", retry_after=2)
        self.held += size

    def give_back(self, size: int) -> None:
        """Notes that so many bytes are no longer held."""
        self.held -= size


class Rate:
    """At most so many requests a second of each sender, in the long run; `burst` at once."""

    _SENDERS = 50_000

    def __init__(self, a_second: float, burst: int) -> None:
        self._a_second, self._burst = a_second, burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, sender: str) -> None:
        """Counts a request; raises Problem 429 with the seconds to wait."""
        now = time.monotonic()
        with self._lock:
            level, at = self._levels.pop(sender, (float(self._burst), now))
            level = min(self._burst, level + (now - at) * self._a_second)
            self._levels[sender] = (max(level - 1, 0) if level >= 1 else level, now)
            while len(self._levels) > self._SENDERS:
                self._levels.popitem(last=False)
        if level < 1:
            raise Problem(429, "Too many requests of this device. Wait, then go on.", retry_after=1)
