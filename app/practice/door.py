"""The desk as the window has it: the real one, and in front of it the practice desk while somebody practises.

The real desk is never stopped: its phones are listened to, and as soon as it wants the agent, practice is set aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.desk import intents
from app.desk.intents import Intent
from app.desk.view import DeskView, Phase, Recorded
from app.practice.best import DeadEnd, best_path
from app.practice.call import LARGEST_SEED, Around, Plan, PracticeCall
from app.practice.libraries import NoPractice, draft_library
from app.practice.page import page_of
from app.practice.personas import PERSONAS, about, title
from app.practice.view import CallerLine, Page, PersonaRow, PracticeView, Setup, Stage
from app.scripts.library import Library

_LANE = "practice"
_SHOWN = (Phase.RINGING, Phase.ON_CALL, Phase.WRAP_UP)
# What is about the shift and not about the call.
_REAL = (intents.SignOut, intents.TakeBreak, intents.Lock)


class RealDesk(Protocol):
    """The desk on which real calls come."""

    view: DeskView
    on_change: Callable[[DeskView], None]

    def send(self, intent: Intent) -> None:
        """What the agent means."""


class PracticeDoor:
    """Stands before the real desk. `around` is None while nobody is signed in; `dice` gives a number from 0 to 1.

    `view` and `on_change` are the desk's, `practice` and `on_practice` what the window shows of practice.
    """

    def __init__(
        self, desk: RealDesk, library: Library, around: Callable[[], Around | None], dice: Callable[[], float]
    ) -> None:
        self.on_change: Callable[[DeskView], None] = lambda view: None
        self.on_practice: Callable[[PracticeView], None] = lambda practice: None
        self.practice = PracticeView()
        self._desk = desk
        self._around = around
        self._dice = dice
        self._in_use = library
        self._library = library
        self._call: PracticeCall | None = None
        self._asked = 0
        self.view = desk.view
        desk.on_change = self._real_changed

    def use_library(self, library: Library) -> None:
        """The scripts in use from the next practice on; a draft that was chosen stays chosen."""
        if self._library is self._in_use:
            self._library = library
        self._in_use = library

    def send(self, intent: Intent) -> None:
        """What the agent means: to the practice desk while a practice call is on."""
        if isinstance(intent, intents.OpenPractice):
            self.open() if self.practice.stage is Stage.OFF else self.leave()
        elif self._call is not None and not isinstance(intent, _REAL):
            self._call.send(intent)
        else:
            if self._call is not None:
                self.leave()
            self._desk.send(intent)

    # -- choosing ---------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """To the choice of script, persona and seed."""
        around = self._around()
        if around is None or self._desk.view.phase is not Phase.READY or self._desk.view.calling is not None:
            return
        keys = enumerate(PERSONAS, start=1)
        rows = tuple(PersonaRow(str(n), one, title(one, around.words), about(one, around.words)) for n, one in keys)
        setup = self.practice.setup
        setup = replace(setup, personas=rows, persona=setup.persona or rows[0].id, seed=setup.seed or self._new_seed())
        self._show(replace(self.practice, stage=Stage.SETUP, setup=self._with_scripts(setup), page=None))

    def choose(self, script: str | None = None, persona: str | None = None, seed: str | None = None) -> None:
        """Takes what is given, leaves the rest."""
        setup = self.practice.setup
        setup = replace(
            setup,
            script=setup.script if script is None else script,
            persona=setup.persona if persona is None else persona,
            seed=setup.seed if seed is None else seed,
            problem="",
        )
        self._show(replace(self.practice, setup=setup))

    def read_draft(self, path: Path | None) -> None:
        """Practises the scripts at this path; None: those in use."""
        around = self._around()
        if around is None:
            return
        if path is None:
            self._library = self._in_use
            self._show_setup(self._with_scripts(replace(self.practice.setup, source="", problem="")))
            return

        def read(found: tuple[Library, str]) -> None:
            self._library, named = found
            setup = replace(self.practice.setup, source=path.name, problem="", busy=False)
            self._show_setup(self._with_scripts(replace(setup, script=named or setup.script)))

        def failed(error: Exception) -> None:
            say = around.words
            text = str(error) if isinstance(error, NoPractice) else say("These scripts cannot be read.")
            self._show_setup(replace(self.practice.setup, problem=text, busy=False))

        self._show_setup(replace(self.practice.setup, problem="", busy=True))
        around.tasks.submit(_LANE, lambda: draft_library(path), read, failed)

    def _with_scripts(self, setup: Setup) -> Setup:
        scripts = sorted(self._library.scripts.values(), key=lambda one: (one.kind, one.title.casefold()))
        rows = tuple((one.id, one.title) for one in scripts)
        known = setup.script if setup.script in self._library.scripts else self._library.routes.default
        return replace(setup, scripts=rows, script=known if known in self._library.scripts else rows[0][0])

    def _new_seed(self) -> str:
        return str(1 + int(self._dice() * 9_998))

    # -- the call ---------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The caller rings."""
        around, setup = self._around(), self.practice.setup
        if around is None or setup.busy or setup.script not in self._library.scripts:
            return
        text = setup.seed.strip()
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= LARGEST_SEED and len(text) < 9):
            self.choose()
            problem = around.words("The number is up to {} digits long.").format(len(str(LARGEST_SEED)))
            self._show_setup(replace(setup, problem=problem))
            return
        call = PracticeCall(Plan(self._library, setup.script, setup.persona, int(text)), around)
        self._call = call
        call.on_change = lambda: self._practised(call)
        self._show(replace(self.practice, stage=Stage.CALL, setup=replace(setup, notice="", problem=""), page=None))
        call.begin()

    def again(self, another: bool = False) -> None:
        """The same caller once more, or another one of the same kind."""
        if another:
            self.choose(seed=self._new_seed())
        self.begin()

    def leave(self) -> None:
        """Ends practice; nothing of it is kept."""
        self._asked += 1
        if self._call is not None:
            self._call.stop()
            self._call = None
        self._show(replace(self.practice, stage=Stage.OFF, page=None, caller=CallerLine()))
        self._render()

    def _practised(self, call: PracticeCall) -> None:
        if call is not self._call:
            return
        if call.over:
            self._judge(call)
            return
        plan, said = call.plan, call.saying
        around = self._around()
        who = title(plan.persona, around.words) if around is not None else ""
        script = plan.library.scripts[plan.script].title
        self._show(replace(self.practice, caller=CallerLine(who, said.text, said.facts, script, str(plan.seed))))
        self._render()

    def _judge(self, call: PracticeCall) -> None:
        """The call is over: its page, once the best path has been played in a worker."""
        around = self._around()
        self._call = None
        call.stop()
        if around is None:
            self.leave()
            return
        self._asked += 1
        asked = self._asked

        def work() -> Page:
            try:
                best = best_path(call.plan, around)
            except DeadEnd:
                best = None
            return page_of(call, best, around.words)

        def done(page: Page) -> None:
            if asked == self._asked and self.practice.stage is Stage.PAGE:
                self._show(replace(self.practice, page=page))

        self._show(replace(self.practice, stage=Stage.PAGE, caller=CallerLine()))
        self._render()
        around.tasks.submit(_LANE, work, done, lambda _: self.leave())

    # -- the real desk ----------------------------------------------------------------------------------------------

    def _real_changed(self, view: DeskView) -> None:
        """A real call, the lock or a sign-out ends practice at once."""
        if self.practice.stage is not Stage.OFF and view.phase is not Phase.READY:
            around = self._around()
            text = around.words("Practice was set aside. The same caller can ring again.") if around is not None else ""
            was_on = self.practice.stage is Stage.CALL
            setup = replace(self.practice.setup, notice=text if was_on else "")
            self.practice = replace(self.practice, setup=setup)
            self.leave()
            return
        self._render()

    def _render(self) -> None:
        """Shows the practice call with the real day, or the real desk."""
        real = self._desk.view
        self.view = real
        if self._call is not None and self._call.view.phase in _SHOWN:
            shown = self._call.view
            # The day is the real one, and no mark says that anything was recorded.
            self.view = replace(
                shown, today=real.today, sync=real.sync, recorded=Recorded(), lock_after_s=real.lock_after_s
            )
        self.on_change(self.view)

    def _show_setup(self, setup: Setup) -> None:
        self._show(replace(self.practice, setup=setup))

    def _show(self, practice: PracticeView) -> None:
        if practice != self.practice:
            self.practice = practice
            self.on_practice(practice)
