"""Calls by way of the hub: it listens to the site's phone systems and tells each desktop of its own agent's calls.

Pushes bring what happens; whenever the hub can be heard again, the calls under way are read anew, and what has gone
meanwhile has ended. Which of two events is the newer, and what came twice, is for the call model (`calls`) to know.

Times come as the hub's clock has them. They are moved by the difference that its answer shows, so that a desktop whose
clock is wrong still reckons all of a call by one clock.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.desk.ports import Clock, Pushes, SourceState
from app.domain.call import CallEvent, CallState, Capability, EndReason
from app.domain.event import Json
from app.telephony.errors import NotSupported, PhoneUnreachable, WrongProtocol
from app.telephony.wire import from_plain

WORTHLESS_AFTER = timedelta(seconds=30)
"""A call that began so long ago and was not told then is not popped any more by a push; it may still be read."""
_FIRST_DELAY, _LONGEST_DELAY = 1.0, 30.0

_AWAY = "The hub cannot be reached, so calls do not pop. Trying again."
_CONNECTED = "Calls come from the hub"
_UNREAD = "Calls come from the hub, but which are under way could not be read. Trying again."

_log = logging.getLogger("cuecard.phone")


@dataclass(frozen=True, slots=True)
class CallsNow:
    """The agent's calls under way as the hub has them, and its clock when it said so."""

    calls: Sequence[CallEvent]
    at: datetime


class HubSource:
    """One agent's calls. Events come in the pushes' thread and in one that reads what is under way."""

    name = "hub"
    label = "Phone system (by way of the hub)"
    capabilities = frozenset(
        {Capability.LIFECYCLE, Capability.RESYNC, Capability.LINKED_ID, Capability.UUI, Capability.DNIS}
    )

    def __init__(
        self,
        pushes: Pushes,
        calls_now: Callable[[], CallsNow],
        clock: Clock,
        under_way: Sequence[str] = (),
        first_delay: float = _FIRST_DELAY,
    ) -> None:
        """`calls_now` asks the hub, may take seconds and raises PhoneUnreachable. `under_way`: legs restored."""
        self._pushes = pushes
        self._calls_now = calls_now
        self._clock = clock
        self._first_delay = first_delay
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._on_state: Callable[[SourceState], None] = lambda state: None
        self._end_listening: Callable[[], None] = lambda: None
        self._guard = threading.RLock()
        self._legs: dict[str, CallEvent | None] = dict.fromkeys(under_way)
        self._began_since_asked: set[str] = set()
        self._ahead = timedelta(0)
        self._is_heard = False
        self._asked = threading.Event()
        self._stopping = threading.Event()
        self._reader: threading.Thread | None = None

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Begins to listen; returns at once."""
        self._on_event, self._on_state = on_event, on_state
        self._reader = threading.Thread(target=self._read, name="hub-calls", daemon=True)
        self._reader.start()
        self._end_listening = self._pushes.listen("call", self._take, self._heard)

    def stop(self) -> None:
        """Listens no more."""
        self._end_listening()
        self._stopping.set()
        self._asked.set()
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(6.0)

    def answer(self, leg_id: str) -> None:
        """Raises NotSupported: the hub only listens."""
        raise NotSupported("Answer on your phone: Cuecard cannot answer it for you.")

    def hang_up(self, leg_id: str) -> None:
        """Raises NotSupported: the hub only listens."""
        raise NotSupported("Hang up on your phone: Cuecard cannot do it for you.")

    def _take(self, body: Mapping[str, Json]) -> None:
        try:
            event = from_plain(body)
        except WrongProtocol:
            _log.warning("The hub told of a call in a form that this version does not know.")
            return
        with self._guard:
            ours = self._ours(event)
            if event.leg_id not in self._legs and self._clock() - ours.received_at > WORTHLESS_AFTER:
                return
            self._began_since_asked.add(event.leg_id)
            self._tell(ours)

    def _heard(self, is_heard: bool) -> None:
        with self._guard:
            self._is_heard = is_heard
        if is_heard:
            self._asked.set()
        else:
            self._say(False, _AWAY)

    def _read(self) -> None:
        """Reads what is under way each time that the hub is heard again, until that has worked."""
        failures = 0
        while not self._stopping.is_set():
            if not failures:
                self._asked.wait()
            self._asked.clear()
            with self._guard:
                if self._stopping.is_set() or not self._is_heard:
                    failures = 0
                    continue
                self._began_since_asked.clear()
            try:
                self._compare(self._calls_now())
            except PhoneUnreachable:
                failures += 1
                self._say(True, _UNREAD)
                self._asked.wait(min(_LONGEST_DELAY, self._first_delay * 2 ** min(failures, 10)))
            else:
                failures = 0
                self._say(True, _CONNECTED)

    def _compare(self, now: CallsNow) -> None:
        with self._guard:
            self._ahead = self._clock() - now.at
            listed = {event.leg_id for event in now.calls}
            for leg, last in list(self._legs.items()):
                if leg not in listed and leg not in self._began_since_asked:
                    self._tell(self._end_of(leg, last))
            for event in now.calls:
                self._tell(self._ours(event))

    def _tell(self, event: CallEvent) -> None:
        if event.state is CallState.ENDED:
            self._legs.pop(event.leg_id, None)
        else:
            self._legs[event.leg_id] = event
        self._on_event(event)

    def _ours(self, event: CallEvent) -> CallEvent:
        """As this source tells it, by this desktop's clock."""
        at = min(event.received_at + self._ahead, self._clock())
        return replace(event, source=self.name, received_at=at)

    def _end_of(self, leg: str, last: CallEvent | None) -> CallEvent:
        seq = 0 if last is None else last.seq
        plain = CallEvent(self.name, seq, self._clock(), leg, CallState.ENDED)
        before = plain if last is None else last
        return replace(
            before,
            seq=seq,
            received_at=self._clock(),
            state=CallState.ENDED,
            end_reason=EndReason.UNKNOWN,
        )

    def _say(self, connected: bool, sentence: str) -> None:
        if not self._stopping.is_set():
            self._on_state(SourceState(self.name, connected, sentence))
