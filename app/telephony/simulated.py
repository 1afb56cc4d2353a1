"""A phone for people without one: rings when told to, behind the same interface as a real one, and says what it is."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.desk.ports import Clock, SourceState
from app.domain.call import CallEvent, CallState, Capability, EndReason
from app.telephony.caller import caller_fields
from app.telephony.errors import CallGone


@dataclass(frozen=True, slots=True)
class _Leg:
    event: CallEvent
    answered: bool = False


class SimulatedPhone:
    """Rings by `ring`; the made-up customer hangs up by `caller_hangs_up`; the agent answers and hangs up as usual."""

    name = "simulated"
    label = "Simulated phone"
    capabilities = frozenset({Capability.ANSWER, Capability.HANGUP, Capability.LIFECYCLE, Capability.DNIS})

    def __init__(self, region: str, clock: Clock) -> None:
        """`region` is the site's ISO 3166 code, for numbers in national form."""
        self._region = region
        self._clock = clock
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._guard = threading.Lock()
        self._legs: dict[str, _Leg] = {}
        self._seq = 0

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Connected at once."""
        self._on_event = on_event
        on_state(SourceState(self.name, True, "Simulated phone: calls are made up"))

    def stop(self) -> None:
        """Rings no more."""
        self._on_event = lambda event: None

    def ring(
        self,
        number: str,
        name: str = "",
        queue: str = "",
        attached: Mapping[str, str] | None = None,
        dnis: str = "",
        linked_id: str | None = None,
    ) -> str:
        """A made-up customer calls; the leg's id. `number` in any form, or "anonymous"; `attached` is the IVR's."""
        leg_id = f"simulated-{uuid.uuid4().hex}"
        event = CallEvent(
            source=self.name,
            seq=0,
            received_at=self._clock(),
            leg_id=leg_id,
            state=CallState.RINGING,
            linked_id=linked_id,
            dnis=dnis,
            attached=dict(attached or {}),
            queue=queue,
            **caller_fields(number, name, self._region),
        )
        with self._guard:
            self._legs[leg_id] = _Leg(event)
        self._emit(event)
        return leg_id

    def caller_hangs_up(self, leg_id: str) -> None:
        """The customer hangs up, or gives up where nobody has answered; nothing happens on a call that is over."""
        with self._guard:
            leg = self._legs.pop(leg_id, None)
        if leg is not None:
            self._end(leg, EndReason.CALLER if leg.answered else EndReason.ABANDONED)

    def answer(self, leg_id: str) -> None:
        """Answers; raises CallGone where the customer has given up."""
        with self._guard:
            leg = self._legs.get(leg_id)
            if leg is None:
                raise CallGone("This call has already ended.")
            if leg.answered:
                return
            self._legs[leg_id] = replace(leg, answered=True)
        self._emit(replace(leg.event, state=CallState.ANSWERED, received_at=self._clock()))

    def hang_up(self, leg_id: str) -> None:
        """Ends or declines; nothing happens on a call that is over."""
        with self._guard:
            leg = self._legs.pop(leg_id, None)
        if leg is not None:
            self._end(leg, EndReason.AGENT)

    def _end(self, leg: _Leg, reason: EndReason) -> None:
        self._emit(replace(leg.event, state=CallState.ENDED, end_reason=reason, received_at=self._clock()))

    def _emit(self, event: CallEvent) -> None:
        with self._guard:
            self._seq += 1
            numbered = replace(event, seq=self._seq)
        self._on_event(numbered)
