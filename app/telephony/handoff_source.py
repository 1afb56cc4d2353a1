"""Calls by launch handoff: what every softphone can do, and all that most can.

A phone that only starts a program tells of the call's beginning and nothing else: the agent answers and ends by key.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from app.desk.ports import Clock, SourceState
from app.domain.call import CallEvent, CallState, Capability
from app.domain.phone import is_unfilled_macro
from app.telephony.caller import caller_fields
from app.telephony.errors import NotSupported
from app.telephony.handoff_server import HandoffServer
from app.telephony.pop_request import PopRequest
from app.telephony.uui import account_in, account_number, readable_uui

REMEMBERED_SECONDS = 4 * 3600.0
"""How long the phone's own id of a call stands for the same call; some phones count from 1 after each restart."""
SAME_CALL_SECONDS = 2.0
"""Without an id, the same caller again within this time is the same call: many phones start us twice for one."""
BURST = 5
SPACING_SECONDS = 0.2
_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class _Seen:
    leg_id: str
    at: float
    lasts: float


class HandoffSource:
    """Turns what second starts hand over into ringing calls.

    A flood does no harm: after five calls at once, one each 200 ms passes, and of those between only the last.
    """

    name = "handoff"
    label = "Softphone (hands calls over)"
    capabilities = frozenset({Capability.DNIS, Capability.UUI})

    def __init__(
        self, server: HandoffServer, region: str, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`server` listens for this window; `region` is the site's ISO 3166 code; `monotonic` counts seconds."""
        self._server = server
        self._region = region
        self._clock = clock
        self._monotonic = monotonic
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._guard = threading.Lock()
        self._seen: OrderedDict[tuple[str, ...], _Seen] = OrderedDict()
        self._seq = 0
        self._tokens = float(BURST)
        self._filled_at = monotonic()
        self._held_back: PopRequest | None = None
        self._timer: threading.Timer | None = None

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Takes calls from the server from now on."""
        self._on_event = on_event
        on_state(SourceState(self.name, True, "Ready for calls from your softphone"))
        self._server.take_pops(self.take)

    def stop(self) -> None:
        """Takes no more calls."""
        self._server.take_pops(None)
        with self._guard:
            self._held_back = None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def answer(self, leg_id: str) -> None:
        """Raises NotSupported: this phone is answered on the phone itself."""
        raise NotSupported("Answer on your softphone, then press the answer key here: Cuecard cannot answer it.")

    def hang_up(self, leg_id: str) -> None:
        """Raises NotSupported: this phone is hung up on the phone itself."""
        raise NotSupported("Hang up on your softphone, then end the call here: Cuecard cannot hang it up.")

    def take(self, request: PopRequest) -> None:
        """Shows a call, unless it is one already shown."""
        with self._guard:
            if self._known(request):
                return
            if not self._may_pass():
                self._hold_back(request)
                return
            event = self._ring(request)
        self._on_event(event)

    def _known(self, request: PopRequest) -> bool:
        """Whether this is a call already shown; without an id, asking again prolongs it."""
        key = _identity(request)
        now = self._monotonic()
        seen = self._seen.get(key)
        if seen is None or now - seen.at > seen.lasts:
            return False
        if not request.call_id:
            self._seen[key] = _Seen(seen.leg_id, now, seen.lasts)
        return True

    def _may_pass(self) -> bool:
        now = self._monotonic()
        self._tokens = min(float(BURST), self._tokens + (now - self._filled_at) / SPACING_SECONDS)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def _hold_back(self, request: PopRequest) -> None:
        self._held_back = request
        if self._timer is None:
            self._timer = threading.Timer(SPACING_SECONDS, self._release)
            self._timer.daemon = True
            self._timer.start()

    def _release(self) -> None:
        with self._guard:
            self._timer = None
            request, self._held_back = self._held_back, None
        if request is not None:
            self.take(request)

    def _ring(self, request: PopRequest) -> CallEvent:
        key = _identity(request)
        reused = key in self._seen
        leg_id = request.call_id if request.call_id and not reused else f"handoff-{uuid.uuid4().hex}"
        lasts = REMEMBERED_SECONDS if request.call_id else SAME_CALL_SECONDS
        self._seen[key] = _Seen(leg_id, self._monotonic(), lasts)
        self._seen.move_to_end(key)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        self._seq += 1
        account = account_number(request.account) or account_in(request.uui)
        return CallEvent(
            source=self.name,
            seq=self._seq,
            received_at=self._clock(),
            leg_id=leg_id,
            state=CallState.RINGING,
            dnis=_filled(request.dnis),
            uui=readable_uui(_filled(request.uui)),
            attached={"account": account} if account else {},
            **caller_fields(request.number, request.name, self._region),
        )


def _filled(value: str) -> str:
    """The value, or nothing where the softphone left its placeholder as it was."""
    return "" if is_unfilled_macro(value) else value


def _identity(request: PopRequest) -> tuple[str, ...]:
    if request.call_id:
        return ("id", request.call_id)
    return ("caller", request.number, request.name, request.dnis)
