"""A telephone switch that the hub listens to for the whole site, by one of its processes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from app.desk.ports import SourceState
from app.domain.call import CallEvent
from app.hub.moment import to_micros
from app.hub.phones.lease import LASTS, give_back, take_lease
from app.hub.phones.legs import legs_of_source
from app.hub.phones.switchboard import Switchboard
from app.hub.store import Store
from app.telephony.webhooks.delivery import Heard

_RENEW_S = LASTS.total_seconds() / 4

_log = logging.getLogger("cuecard.hub")


class Listening(Protocol):
    """A call source that tells of everybody's calls."""

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Begins to listen; returns at once and reconnects by itself."""

    def stop(self) -> None:
        """Stops listening."""


class Switch:
    """Listens while this process holds the lease. `state` is what was said last of the connection, None: not ours."""

    def __init__(
        self,
        name: str,
        open_source: Callable[[list[str]], Listening],
        store: Store,
        clock: Callable[[], datetime],
        switchboard: Switchboard,
        holder: str,
        renew_s: float = _RENEW_S,
    ) -> None:
        """`name` tells switches apart; `open_source` is given the legs that were under way when last heard of."""
        self._name = name[:40]
        self._open_source = open_source
        self._store = store
        self._clock = clock
        self._switchboard = switchboard
        self._holder = holder
        self._renew_s = renew_s
        self._source: Listening | None = None
        self._lost = 0
        self._held_at = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="switch", daemon=True)
        self.state: SourceState | None = None

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stops listening and lets another process take over."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._let_go()
        with suppress(SQLAlchemyError):  # the lease then runs out by itself
            give_back(self._store, self._name, self._holder)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if take_lease(self._store, self._name, self._holder, self._clock()):
                    self._held_at = time.monotonic()
                    self._listen()
                else:
                    self._let_go()
            except SQLAlchemyError as error:
                _log.warning("The switch's lease waits: %s", type(error).__name__)
                if time.monotonic() - self._held_at > LASTS.total_seconds():
                    # Another process may have it by now.
                    self._let_go()
            self._stopping.wait(self._renew_s)

    def _listen(self) -> None:
        if self._source is not None and self._switchboard.lost != self._lost:
            # What was dropped is made up for by hearing everything anew.
            self._let_go()
        if self._source is not None:
            return
        self._lost = self._switchboard.lost
        under_way = [leg.event.leg_id for leg in legs_of_source(self._store, self._name)]
        # A source counts from 1 again; legs outlast it.
        base = to_micros(self._clock())

        def on_event(event: CallEvent) -> None:
            ours = replace(event, source=self._name, seq=base + event.seq)
            self._switchboard.tell([Heard(ours)], keep_trying=True)

        self._source = self._open_source(under_way)
        self._source.start(on_event, self._on_state)

    def _let_go(self) -> None:
        source, self._source, self.state = self._source, None, None
        if source is not None:
            source.stop()

    def _on_state(self, state: SourceState) -> None:
        if not state.connected or (self.state is not None and not self.state.connected):
            _log.warning("%s", state.sentence)
        self.state = state
