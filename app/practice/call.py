"""One practice call: a real desk over a world in memory, a simulated caller, and the judge beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from app.desk.desk import Desk
from app.desk.intents import Intent
from app.desk.ports import CallSource, Clock, NewId, Tasks
from app.desk.rules import DeskRules
from app.desk.state import Site, World
from app.desk.view import DeskView, Phase
from app.domain.event import Event
from app.domain.person import AgentSession
from app.practice.caller import Caller, Expects, Saying, Sofar
from app.practice.customer import factors, made_up
from app.practice.judge import Judge
from app.practice.memory import MemoryLanes, PracticeGate
from app.practice.personas import PERSONAS, Say
from app.scripts.finding.finder import Finder
from app.scripts.library import Library
from app.scripts.routes import Routes
from app.telephony.simulated import SimulatedPhone

LARGEST_SEED = 999_999
_LISTENING = Saying(Expects.SPEAK)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is practised: a script of a library with a persona. The same seed brings the same caller."""

    library: Library
    script: str
    persona: str
    seed: int


@dataclass(frozen=True, slots=True)
class Around:
    """What a practice call works with: who practises, the clock, ids, tasks.

    `words` says an English text in the window's language.
    `rerank_with` gives find the sentence model's word, as on the real desk.
    """

    session: AgentSession
    tasks: Tasks
    clock: Clock
    new_id: NewId
    words: Say = str
    rerank_with: Callable[[Finder], None] = lambda finder: None


class PracticeCall:
    """The desk of a practice call. `begin` lets it ring; `send` takes what the agent means; `on_change` is told.

    Attributes: `view` of the practice desk, `saying` what the caller says now, `judge`, `over` once wrap-up was
    confirmed, or the call was ended and nothing of it is left.
    """

    def __init__(self, plan: Plan, around: Around) -> None:
        self.plan = plan
        self.on_change: Callable[[], None] = lambda: None
        dice = Random(f"{plan.seed}|customer")
        now = around.clock()
        account = made_up(plan.library, plan.script, plan.persona, dice, now, around.session)
        known = factors(dice)
        persona = PERSONAS[plan.persona]
        self.judge = Judge(persona.may_wait)
        self.saying = _LISTENING
        self.over = False
        self._rung = False
        self._wrapping = False
        self._number = account.phones[0]
        self._leg = ""
        self._caller = Caller(plan.library, persona, plan.seed, account, known, now.date(), around.words)
        self._gate = PracticeGate(around.session, account, known)
        self._phone = SimulatedPhone(around.session.site_region, around.clock)
        self._judged = 0
        self._desk = Desk(
            World(
                self._gate,
                MemoryLanes(around.tasks),
                around.clock,
                around.new_id,
                replace(plan.library, routes=Routes(plan.script)),
                self._open_sources,
                around.rerank_with,
                rules=lambda: DeskRules(lock_after_s=0),
                words=around.words,
            ),
            self._changed,
        )

    @property
    def view(self) -> DeskView:
        """What the practice desk shows."""
        return self._desk.view

    def begin(self) -> None:
        """The caller rings as soon as the practice desk is ready."""
        self._desk.start()

    def stop(self) -> None:
        """Ends it where it is; nothing of it is kept."""
        self.over = True
        self._desk.on_change = lambda view: None
        self._desk.stop()

    def send(self, intent: Intent) -> None:
        """What the agent means, seen by the judge."""
        if self.over:
            return
        before, saying = self.view, self.saying
        self._desk.send(intent)
        if before.script is None or before.phase is not Phase.ON_CALL:
            return
        events = self._new_events()
        self.judge.acted(before.script, saying, intent, events)
        if self.view.phase is Phase.WRAP_UP and before.script.ending is None:
            self.judge.ended_early(before.script, saying)
        self._hear()
        self.on_change()

    def _open_sources(self, site: Site, under_way: Sequence[tuple[str, str]]) -> Mapping[str, CallSource]:
        return {self._phone.name: self._phone}

    def _changed(self, view: DeskView) -> None:
        if view.phase is Phase.READY and self._phone.name in {one.source for one in view.phones} and not self._rung:
            self._rung = True
            self._leg = self._phone.ring(self._number)
            return
        if self._rung and view.phase is Phase.READY and self._wrapping:
            self.over = True
        elif view.phase is Phase.WRAP_UP and not self._wrapping:
            self._wrapping = True
            # The caller hangs up once the agent wraps up.
            self._phone.caller_hangs_up(self._leg)
        elif view.phase is Phase.ON_CALL and not self.judge.path:
            self.judge.began(self._new_events())
        self._hear()
        self.on_change()

    def _hear(self) -> None:
        """What the caller says to what is on the screen now."""
        screen = self.view.script
        if screen is None or self.view.phase is not Phase.ON_CALL:
            self.saying = _LISTENING
            return
        sofar = Sofar(tuple(self.judge.path), tuple(self.judge.raised), self.judge.verified)
        self.saying = self._caller.say(screen, sofar)

    def _new_events(self) -> tuple[Event, ...]:
        """What was recorded since the judge looked last."""
        recorded = self._gate.recorder.events
        new = tuple(recorded[self._judged :])
        self._judged = len(recorded)
        return new
