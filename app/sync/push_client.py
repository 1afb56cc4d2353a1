"""What the hub pushes, heard by one desktop for as long as somebody is signed in: implements the desk's Pushes.

A thread reads the stream and comes back by itself when it breaks; another acknowledges, a little later and spread at
random, so that what is pushed to ten thousand desktops at once does not bring ten thousand answers at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import msgspec

from app.domain.event import Json
from app.sync.crm import CrmBusy, CrmError
from app.sync.patience import Patience
from app.sync.push_stream import EventReader, ServerEvent, StreamDamaged
from app.sync.transport import Stream

SILENCE_SECONDS = 40.0
"""The hub says every 15 s that it is still there; after so long without a word the connection counts as dead."""

ACKNOWLEDGED_WITHIN_SECONDS = 5.0

_STEADY_SECONDS = 10.0
_USUAL_RETRY_SECONDS = 2.0
_STOP_SECONDS = 2.0

_log = logging.getLogger("cuecard.push")

T = TypeVar("T")
OnPush = Callable[[Mapping[str, Json]], None]
OnState = Callable[[bool], None]


class PushSource(Protocol):
    """Where pushes come from; both calls may raise CrmError."""

    def pushes(self, after: int | None, silence_seconds: float) -> AbstractContextManager[Stream]:
        """Everything after a number; None: after what this device has acknowledged."""

    def acknowledge_pushes(self, number: int) -> None:
        """Everything up to this number has been seen."""


class PushClient:
    """Listens for one signed-in person. Listeners may come and go at any time; they are called in the reading thread.

    A listener is told of each push once, in order. After a break what was missed comes first; where the break was
    longer than the hub keeps pushes, nothing tells of it, so whoever keeps a copy of something (the release, the
    settings) reads it anew whenever `on_state` says that the hub can be heard again.
    """

    def __init__(
        self,
        source: PushSource,
        *,
        random: Callable[[], float],
        silence_seconds: float = SILENCE_SECONDS,
        acknowledged_within: float = ACKNOWLEDGED_WITHIN_SECONDS,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._random = random
        self._silence_seconds = silence_seconds
        self._acknowledged_within = acknowledged_within
        self._elapsed = elapsed
        self._patience = Patience(random)
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._listeners: list[_Listener] = []
        self._heard = False
        self._stream: Stream | None = None
        self._last: int | None = None
        self._unacknowledged = threading.Condition()
        self._seen = self._told = 0
        self._threads = (
            threading.Thread(target=self._run, name="push-hear", daemon=True),
            threading.Thread(target=self._acknowledge, name="push-seen", daemon=True),
        )

    def start(self) -> None:
        """Begins to listen."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends within moments; whoever listened is told nothing more."""
        self._stopping.set()
        with self._guard:
            self._listeners = []
            if self._stream is not None:
                self._stream.cut()
        with self._unacknowledged:
            self._unacknowledged.notify()
        until = self._elapsed() + _STOP_SECONDS
        for thread in self._threads:
            # A connection that is just being made ends by its own time-out; nobody has to wait for that.
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join(max(0.0, until - self._elapsed()))

    def listen(self, kind: str, on_push: OnPush, on_state: OnState | None = None) -> Callable[[], None]:
        """Calls `on_push` with each push of that kind, `on_state` with whether the hub can be heard, first of all now.

        Both are called from any thread. The returned function ends it.
        """
        listener = _Listener(kind, on_push, on_state)
        with self._guard:
            self._listeners.append(listener)
            heard = self._heard
        _tell(on_state, heard)

        def end() -> None:
            with self._guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._hear_once()
            self._set_heard(False)
            self._stopping.wait(wait)

    def _hear_once(self) -> float:
        """Listens until the stream ends; how many seconds to wait before the next try."""
        began, reader = self._elapsed(), EventReader()
        retry_after: float | None = None
        try:
            with self._source.pushes(self._last, self._silence_seconds) as stream:
                if not self._may_read(stream):
                    return 0.0
                try:
                    self._read(stream, reader)
                finally:
                    with self._guard:
                        self._stream = None
        except CrmBusy as busy:
            retry_after = busy.retry_after
        except (CrmError, StreamDamaged):
            # Sync says in the window that the hub is away, and why.
            pass
        if self._elapsed() - began < _STEADY_SECONDS:
            return self._patience.failed(retry_after)
        self._patience.succeeded()
        return self._random() * (reader.retry_seconds or _USUAL_RETRY_SECONDS)

    def _may_read(self, stream: Stream) -> bool:
        with self._guard:
            if self._stopping.is_set():
                return False
            self._stream = stream
        return True

    def _read(self, stream: Stream, reader: EventReader) -> None:
        for piece in stream.pieces():
            if self._stopping.is_set():
                return
            self._set_heard(True)
            for event in reader.feed(piece):
                self._take(event)

    def _take(self, event: ServerEvent) -> None:
        if not (event.id.isascii() and event.id.isdecimal() and len(event.id) <= 18):
            return
        number = int(event.id)
        if self._last is not None and number <= self._last:
            return
        try:
            body: dict[str, Any] | None = msgspec.json.decode(event.text, type=dict[str, Any])
        except msgspec.DecodeError:
            body = None
        if body is not None:
            with self._guard:
                wanted = [each for each in self._listeners if each.kind == event.kind]
            for listener in wanted:
                _tell(listener.on_push, body)
        self._last = number
        with self._unacknowledged:
            self._seen = number
            self._unacknowledged.notify()

    def _set_heard(self, heard: bool) -> None:
        with self._guard:
            if heard == self._heard:
                return
            self._heard = heard
            listeners = list(self._listeners)
        for listener in listeners:
            _tell(listener.on_state, heard)

    def _acknowledge(self) -> None:
        while not self._stopping.is_set():
            with self._unacknowledged:
                self._unacknowledged.wait_for(lambda: self._stopping.is_set() or self._seen > self._told)
            # At the end at once: what was seen must not come again at the next start.
            self._stopping.wait(self._random() * self._acknowledged_within)
            number = self._seen
            if number == self._told:
                continue
            try:
                self._source.acknowledge_pushes(number)
            except CrmError:
                # It goes with the next one; until then the number that the stream goes on after says the same.
                self._stopping.wait(self._random() * self._acknowledged_within)
            else:
                self._told = number


class _Listener:
    """Whom to tell of one kind."""

    def __init__(self, kind: str, on_push: OnPush, on_state: OnState | None) -> None:
        self.kind, self.on_push, self.on_state = kind, on_push, on_state


def _tell(tell: Callable[[T], None] | None, what: T) -> None:
    """One listener's fault must not keep the others from hearing."""
    if tell is None:
        return
    try:
        tell(what)
    except Exception as error:
        _log.error("What the hub pushed could not be taken: %s", type(error).__name__)
