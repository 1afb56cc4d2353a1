"""A store, a CRM in memory and the engine between them, driven step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.cache.store import LocalStore
from app.desk.ports import SyncState
from app.domain.person import Person, Role
from app.sync.engine import SyncEngine
from tests.fakes.accounts import NOON
from tests.fakes.crm import MemoryCrm

ANA = Person("ana", "Ana R.", "Ana", "north", (Role.AGENT,))
BEN = Person("ben", "Ben S.", "Ben", "north", (Role.AGENT,))


class FreeLease:
    """A lease that nobody else wants, unless the test says so."""

    def __init__(self) -> None:
        self.taken_elsewhere = False

    def take(self) -> bool:
        return not self.taken_elsewhere

    def give_back(self) -> None:
        """Nothing to give back."""


@dataclass
class Bench:
    """A store, a CRM and the engine between them, driven step by step; `seconds` is the time that passed."""

    store: LocalStore
    crm: MemoryCrm
    lease: FreeLease = field(default_factory=FreeLease)
    seconds: float = 0.0
    jitter: float = 0.5
    states: list[SyncState] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = SyncEngine(
            self.store,
            self.crm,
            self.lease,
            self.states.append,
            clock=self.clock,
            elapsed=lambda: self.seconds,
            random=lambda: self.jitter,
        )

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def sign_in(self, user: str = "ana") -> str:
        credentials = self.crm.sign_in(user, "right", "device-1")
        self.store.save_sign_in(credentials)
        return credentials.session.id

    def run(self, until: Callable[[], bool], steps: int = 40) -> None:
        for _ in range(steps):
            if until():
                return
            self.seconds += self.engine.step()
        assert until(), "the engine did not get there"

    @property
    def unsent(self) -> int:
        return self.store.backlog().unsent
