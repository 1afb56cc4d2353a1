"""A desk with everything real around it but the hub and the threads: the store, the library, the rules, the phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

import uuid_utils

from app.bootstrap import shipped_library
from app.cache.store import LocalStore
from app.desk import intents
from app.desk.desk import Desk
from app.desk.phrasings import NoPins, Pins
from app.desk.ports import CallSource, SyncDetails, SyncState, Tasks
from app.desk.rules import DeskRules
from app.desk.shift import Shift, SignInProblem
from app.desk.state import Site, World
from app.desk.view import DeskView, DigitsTo, Phase, Saving
from app.domain.account import Account
from app.domain.event import Event, EventType
from app.domain.person import Person, Role
from app.hub.demo_accounts import demo_customers
from app.practice.memory import AtOnce
from app.scripts.finding.finder import Finder
from app.scripts.library import Library
from app.sync.crm import CrmError
from app.telephony.simulated import SimulatedPhone
from tests.fakes.crm import Login, MemoryCrm

T = TypeVar("T")
START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ADA, SHARED, PREPAID, UNKNOWN = "+442079460123", "+442079460200", "+447700900123", "+442079460998"
KEY = bytes(range(32))
PASSWORD = "open sesame"
ANA = Person("person-ana", "Ana R.", "Ana", "blue", (Role.AGENT,))


@cache
def the_library() -> Library:
    """The shipped library, read once for all tests."""
    return shipped_library()


# Everything is run at once, in the test's own thread.
InlineTasks = AtOnce


@dataclass
class HandClock:
    """A clock that a test moves by hand."""

    now: datetime = START
    gone_by: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def elapsed(self) -> float:
        """Seconds that went by, whatever the clock was set to."""
        return self.gone_by

    def move(self, seconds: float) -> None:
        """So much later."""
        self.now += timedelta(seconds=seconds)
        self.gone_by += seconds

    def set(self, seconds: float) -> None:
        """Somebody sets the clock; no time goes by."""
        self.now += timedelta(seconds=seconds)


class HandSync:
    """Sync that a test moves by hand: nothing is sent, the state is what the test says."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[SyncState], None]] = []

    def wake(self) -> None:
        """Nothing to do: the test sends."""

    def listen(self, on_state: Callable[[SyncState], None]) -> None:
        """Tells of each state that the test sets, beginning online."""
        self._listeners.append(on_state)
        on_state(SyncState(0, None, 0, online=True))

    def details(self) -> SyncDetails:
        """Nothing waits."""
        return SyncDetails("", (), (), None)

    def export_set_aside(self, file: Path) -> int:
        """Nothing was set aside."""
        file.write_bytes(b"")
        return 0

    def try_again(self, ids: Sequence[str]) -> int:
        """Nothing was set aside."""
        return 0

    def say(self, state: SyncState) -> None:
        """The state from now on."""
        for listener in self._listeners:
            listener(state)


class StoreGate:
    """A gate onto one store file. `wrong` makes a sign-in fail with that sentence."""

    def __init__(self, folder: Path, crm: MemoryCrm, clock: HandClock) -> None:
        self._folder, self._crm, self._clock = folder, crm, clock
        self.company, self.given_up = False, False
        self.wrong: list[SignInProblem] = []
        self.unlocked: list[tuple[str, bool]] = []
        self.sync = HandSync()
        self.store: LocalStore | None = None
        self.no_password = False

    def resume(self) -> Shift | None:
        """Goes on where the store has a sign-in."""
        store = LocalStore.open(self._folder / "ana.db", KEY, "device-1", self._clock)
        credentials = store.sign_in()
        if credentials is None:
            store.close()
            return None
        self._crm.resume(credentials)
        self.store = store
        return Shift(credentials.session, store, store, self._crm, self.sync, resumed=True)

    def last_user(self) -> str:
        """Nobody."""
        return ""

    def sign_in(self, user: str, password: str) -> Shift:
        """Signs in at the fake CRM."""
        try:
            credentials = self._crm.sign_in(user, password, "device-1")
        except CrmError as error:
            raise SignInProblem(str(error)) from error
        self.store = LocalStore.open(self._folder / "ana.db", KEY, "device-1", self._clock)
        self.store.save_sign_in(credentials)
        return Shift(credentials.session, self.store, self.store, self._crm, self.sync)

    def company_is_there(self) -> bool:
        """Whether the test says so."""
        return self.company

    def sign_in_with_company(self) -> Shift:
        """Ana comes back from the company's sign-in, or what the test says goes wrong."""
        if self.wrong:
            raise self.wrong.pop(0)
        return self.sign_in("ana", "open sesame")

    def give_up(self) -> None:
        """Noted."""
        self.given_up = True

    def unlock(self, secret: str, afresh: bool = False) -> Shift:
        """Goes on; what was typed is noted."""
        self.unlocked.append((secret, afresh))
        if self.wrong:
            raise self.wrong.pop(0)
        return self.sign_in("ana", "open sesame")

    def has_password(self) -> bool:
        """Unless the test says otherwise."""
        return not self.no_password

    def check_password(self, password: str) -> None:
        """There is one password."""
        if password != PASSWORD:
            raise SignInProblem("This is not your password.")

    def sign_out(self) -> None:
        """Forgets the sign-in."""
        if self.store is not None:
            self.store.end_sign_in()
            self.store.close()


@dataclass
class DeskRig:
    """The desk and what is around it. Use `key` and `say` like an agent, `ring` like a customer."""

    folder: Path
    library: Library = field(default_factory=the_library)
    clock: HandClock = field(default_factory=HandClock)
    crm: MemoryCrm | None = None
    rerank_with: Callable[[Finder], None] = lambda finder: None
    kept_library: Callable[[str], Library | None] = lambda content_hash: None
    rules: DeskRules = field(default_factory=DeskRules)
    pins: Pins = field(default_factory=NoPins)
    tasks: Tasks = field(default_factory=InlineTasks)

    def __post_init__(self) -> None:
        customers = demo_customers(1, START, 40)
        if self.crm is None:
            factors = {
                (customer.account.id, method): factor
                for customer in customers
                for method, factor in customer.factors.items()
            }
            self.crm = MemoryCrm([customer.account for customer in customers], {"ana": Login(ANA, PASSWORD)}, factors)
        self.gate = StoreGate(self.folder, self.crm, self.clock)
        self.phone = SimulatedPhone("GB", self.clock)
        self.sources: dict[str, CallSource] = {"simulated": self.phone}
        self.desk = Desk(
            World(
                self.gate,
                self.tasks,
                self.clock,
                lambda: str(uuid_utils.uuid7()),
                self.library,
                self._open,
                self.rerank_with,
                self.kept_library,
                elapsed=self.clock.elapsed,
                rules=lambda: self.rules,
                pins=self.pins,
            )
        )
        self.desk.start()

    def _open(self, site: Site, under_way: Sequence[tuple[str, str]]) -> Mapping[str, CallSource]:
        return self.sources

    @property
    def view(self) -> DeskView:
        """What the window would show."""
        return self.desk.view

    def phase(self) -> Phase:
        """Where the agent is. (A call, so that the type checker does not take the first answer for the last.)"""
        return self.view.phase

    def digits_to(self) -> DigitsTo:
        """What the digits mean."""
        return self.view.digits_to

    def saving(self) -> Saving:
        """Whether what was done is committed."""
        return self.view.recorded.saving

    def sign_in(self) -> DeskRig:
        """Ana signs in."""
        self.desk.send(intents.SignIn("ana", PASSWORD))
        return self

    def ring(self, number: str = ADA, menu: str = "cancel", queue: str = "retention", name: str = "") -> str:
        """A customer calls."""
        return self.phone.ring(number, name, queue, {"menu": menu} if menu else None)

    def say(self, *given: intents.Intent) -> DeskView:
        """The agent's intents, a second apart."""
        for intent in given:
            self.clock.move(1)
            self.desk.send(intent)
        return self.view

    def keys(self, text: str) -> DeskView:
        """Digits as digits, E A D L as the offer keys, ! the Cancel key, < back, space as Enter."""
        meaning: dict[str, intents.Intent] = {
            "E": intents.ExtendOffer(),
            "A": intents.AcceptOffer(),
            "D": intents.DeclineOffer(),
            "L": intents.DeferOffer(),
            "!": intents.CancelService(),
            "<": intents.GoBack(),
            " ": intents.Enter(),
        }
        return self.say(*(meaning.get(key, intents.Digit(key)) for key in text))

    def verify(self, pin: str = "4711") -> DeskView:
        """The caller tells the PIN."""
        return self.say(intents.CheckFactor("pin", pin))

    def events(self) -> list[Event]:
        """What the local store holds, in order."""
        assert self.gate.store is not None
        return self.gate.store.recorded_since(START - timedelta(days=1), ANA.id)

    def types(self) -> list[EventType]:
        """Only their types."""
        return [event.type for event in self.events()]

    def killed_and_restarted(self) -> DeskRig:
        """Another process on the same folder, after this one was killed: nothing of this one's memory is left."""
        assert self.gate.store is not None
        self.gate.store.close()
        return DeskRig(self.folder, self.library, self.clock, self.crm)


def whoever_has(rig: DeskRig, number: str) -> tuple[Account, ...]:
    """The accounts at the CRM with this number."""
    assert rig.crm is not None
    return rig.crm.accounts_by_phone(number)
