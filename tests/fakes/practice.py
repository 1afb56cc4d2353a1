"""Practice beside a real desk: the same as in the program, with the tasks done at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import uuid_utils

from app.desk.intents import Intent
from app.domain.person import AgentSession
from app.practice.best import best_path, next_intents
from app.practice.call import Around, Plan, PracticeCall
from app.practice.caller import Saying
from app.practice.door import PracticeDoor
from app.practice.memory import AtOnce
from app.scripts.library import Library
from app.scripts.screen import StepScreen
from tests.fakes.desk import ANA, START, DeskRig, the_library

Now = Callable[[StepScreen, Saying], bool]


def around() -> Around:
    """Ana practises; every id is new."""
    session = AgentSession("session-1", ANA, "device-1", "Blue", "GB", "GBP", START, START, "Northline")
    return Around(session, AtOnce(), lambda: START, lambda: str(uuid_utils.uuid7()))


def plan(script: str, persona: str = "price", seed: int = 1, library: Library | None = None) -> Plan:
    """What is practised."""
    return Plan(library or the_library(), script, persona, seed)


def best(script: str, persona: str = "price", seed: int = 1) -> PracticeCall:
    """The best path to its end."""
    return best_path(plan(script, persona, seed), around())


@dataclass
class Trainee:
    """Works a practice call well until a moment comes, and then does what the test says."""

    call: PracticeCall
    did: list[Intent] = field(default_factory=list)

    @classmethod
    def at(cls, script: str, persona: str = "price", seed: int = 1) -> Trainee:
        """The caller rings."""
        call = PracticeCall(plan(script, persona, seed), around())
        call.begin()
        return cls(call)

    def until(self, now: Now) -> Trainee:
        """Goes on as on the best path until the moment; fails where it does not come."""
        for _ in range(200):
            screen = self.call.view.script
            if screen is not None and not self.call.view.preview and now(screen, self.call.saying):
                return self
            assert not self.call.over, "the moment did not come"
            self.well()
        raise AssertionError("the moment did not come")

    def well(self) -> None:
        """One thing as on the best path."""
        for intent in next_intents(self.call.view, self.call.saying):
            self.do(intent)

    def do(self, *given: Intent) -> Trainee:
        """What the test says."""
        for intent in given:
            self.did.append(intent)
            self.call.send(intent)
        return self

    def to_the_end(self) -> PracticeCall:
        """Well again, to the end."""
        for _ in range(200):
            if self.call.over:
                return self.call
            self.well()
        raise AssertionError("the call does not end")


def door_of(rig: DeskRig) -> PracticeDoor:
    """Practice before the rig's desk."""

    def who() -> Around | None:
        return around() if rig.view.who else None

    return PracticeDoor(rig.desk, rig.library, who, lambda: 0.5)


def play(door: PracticeDoor) -> None:
    """Works the practice call that rings, to its page."""
    for _ in range(200):
        call = door._call
        if call is None:
            return
        for intent in next_intents(call.view, call.saying):
            door.send(intent)
    raise AssertionError("the call does not end")
