"""Desks of several agents at one real hub, each with a store of its own and a phone that a test moves by hand."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import uuid_utils

from app.desk import intents
from app.desk.desk import Desk
from app.desk.live_call import LiveCall
from app.desk.ports import CallSource, SourceState
from app.desk.state import Site, World
from app.desk.view import DeskView
from app.domain.call import CallEvent, CallState, Capability, Direction, EndReason, Presentation
from app.domain.event import Event, EventType
from app.hub.demo_sign_ins import DemoSignIns
from app.practice.memory import AtOnce
from app.scripts.library import Library
from app.security.vault import Cost, Vault
from app.shifts import StoreGate
from app.sync.crm import CrmUnreachable
from app.sync.hub_crm import HubCrm
from app.sync.transport import Answer, Bounds, HttpTransport
from tests.fakes.keyring import MemoryKeyring

T = TypeVar("T")
CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
PATIENCE_S = 10.0


class PumpedTasks(AtOnce):
    """Work is done at once; what other threads post waits until the test lets the desk go on (`pump`)."""

    def __init__(self) -> None:
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()

    def post(self, call: Callable[[], None]) -> None:
        """Waits for `pump`."""
        self._posted.put(call)

    def pump(self, seconds: float = 0.0) -> None:
        """Does what was posted; waits so long for the first of it."""
        try:
            self._posted.get(timeout=seconds or None, block=bool(seconds))()
        except queue.Empty:
            return
        self.pump()


class HandPhone:
    """A phone whose calls a test makes. Attributes: `transferred`, (leg, number) of each hand-over; `refuses`."""

    name, label = "hand", "A phone"
    capabilities = frozenset({Capability.LIFECYCLE, Capability.TRANSFER, Capability.HOLD, Capability.DTMF})

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._seq = 0
        self.transferred: list[tuple[str, str]] = []
        self.refuses: list[Exception] = []

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Connected at once."""
        self._on_event = on_event
        on_state(SourceState(self.name, True, "Connected"))

    def stop(self) -> None:
        """Rings no more."""
        self._on_event = lambda event: None

    def tell(
        self,
        leg: str,
        state: CallState,
        number: str = "",
        *,
        linked: str | None = None,
        direction: Direction = Direction.INBOUND,
        queue: str = "",
        end: EndReason | None = None,
    ) -> None:
        """One thing that happened to a leg."""
        self._seq += 1
        self._on_event(
            CallEvent(
                self.name,
                self._seq,
                self._clock(),
                leg,
                state,
                direction=direction,
                linked_id=linked,
                ani_raw=number,
                ani_e164=number or None,
                ani_presentation=Presentation.ALLOWED if number else Presentation.UNAVAILABLE,
                queue=queue,
                end_reason=end,
            )
        )

    def answer(self, leg_id: str) -> None:
        """At the phone itself."""

    def hang_up(self, leg_id: str) -> None:
        """At the phone itself."""

    def hold(self, leg_id: str) -> None:
        """At the phone itself."""

    def resume(self, leg_id: str) -> None:
        """At the phone itself."""

    def transfer(self, leg_id: str, number: str) -> None:
        """Noted."""
        if self.refuses:
            raise self.refuses.pop(0)
        self.transferred.append((leg_id, number))

    def send_digits(self, leg_id: str, digits: str) -> None:
        """Not heard."""


class FlakyCrm(HubCrm):
    """The hub, for as long as `away` says that what goes along with calls cannot reach it."""

    away = False

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """As the hub, or not at all."""
        if self.away:
            raise CrmUnreachable("The hub cannot be reached.")
        return super().request(method, path, headers=headers, body=body, bounds=bounds)


class Place(Protocol):
    """A hub that runs somewhere."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def sign_ins(self) -> DemoSignIns:
        """Who can sign in there."""


class HubDesk:
    """One agent's desk at the hub. Use `say` and `keys` like an agent, `phone.tell` like a telephone exchange."""

    def __init__(
        self, hub: Place, folder: Path, user: str, library: Library, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._hub, self._folder = hub, folder
        self._clock = clock or (lambda: datetime.now(UTC))
        self.library = library
        self.keyring = MemoryKeyring()
        self.kept: dict[str, Library] = {}
        self._open()
        self.desk.send(intents.SignIn(user, hub.sign_ins.of(user).password))
        self.until(lambda: self.gate.shift is not None)

    def _open(self) -> None:
        self.tasks, self.phone = PumpedTasks(), HandPhone(self._clock)
        self._transport = HttpTransport(self._hub.url)
        self.crms: list[FlakyCrm] = []
        self.gate = StoreGate(
            Vault(self._folder, self.keyring, CHEAP), self._connect, clock=self._clock, random=lambda: 0.01
        )
        self.desk = Desk(
            World(
                self.gate,
                self.tasks,
                self._clock,
                lambda: str(uuid_utils.uuid7()),
                self.library,
                self._sources,
                kept_library=self.kept.get,
            )
        )
        self.desk.start()

    def _connect(self) -> FlakyCrm:
        self.crms.append(FlakyCrm(self._transport, "test"))
        return self.crms[-1]

    def _sources(self, site: Site, under_way: Sequence[tuple[str, str]]) -> Mapping[str, CallSource]:
        return {"hand": self.phone}

    @property
    def view(self) -> DeskView:
        """What the window would show."""
        return self.desk.view

    @property
    def call(self) -> LiveCall:
        """The call on the desk."""
        current = self.desk._state.current
        assert current is not None
        return current

    @property
    def step(self) -> tuple[str, str]:
        """Script and step."""
        assert self.view.script is not None
        return self.view.script.script, self.view.script.step

    def hub_is_away(self, away: bool) -> None:
        """Whether what goes along with calls reaches the hub."""
        for crm in self.crms:
            crm.away = away

    def tell(self, *given: object, **named: object) -> None:
        """As the phone's `tell`, and the desk takes it."""
        self.phone.tell(*given, **named)  # type: ignore[arg-type]  # handed on as it is
        self.tasks.pump()

    def say(self, *given: intents.Intent) -> DeskView:
        """The agent's intents."""
        for intent in given:
            self.desk.send(intent)
            self.tasks.pump()
        return self.view

    def keys(self, text: str) -> DeskView:
        """Digits as digits, E and D as the offer keys, ! the Cancel key, space as Enter."""
        meaning: dict[str, intents.Intent] = {
            "E": intents.ExtendOffer(),
            "D": intents.DeclineOffer(),
            "!": intents.CancelService(),
            " ": intents.Enter(),
        }
        return self.say(*(meaning.get(key, intents.Digit(key)) for key in text))

    def until(self, condition: Callable[[], bool]) -> None:
        """Lets the desk go on until the condition holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"it did not come about; the desk shows {self.view.messages}"
            self.tasks.pump(0.02)

    def events(self, kind: EventType) -> list[Event]:
        """What the local store holds of this kind, in order."""
        shift = self.gate.shift
        assert shift is not None
        recorded = shift.recorder.recorded_since(
            datetime(2026, 1, 1, tzinfo=self._clock().tzinfo), shift.session.person.id
        )
        return [event for event in recorded if event.type is kind]

    def restart(self) -> None:
        """The program ends and begins again on the same folder."""
        self.stop()
        self._open()
        self.until(lambda: self.gate.shift is not None)

    def stop(self) -> None:
        """Ends everything."""
        self.desk.stop()
        self.gate.stop()
        self._transport.close()
