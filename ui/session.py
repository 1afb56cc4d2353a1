"""One run of the window: painted first, its backend behind it, closed in order."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.desk.intents import SignIn
from app.desk.view import DeskView, Phase
from app.places import data_dir
from app.settings.book import SettingsBook
from app.telephony.errors import HandoffFailed
from app.telephony.handoff import endpoint, show_window
from app.telephony.handoff_server import HandoffServer, claim
from ui.application import make_application
from ui.kept_settings import keep_settings, read_settings
from ui.practice.stage import PracticeStage
from ui.shelf import HelpShelf, PictureShelf
from ui.stage import LeadStage, Stage
from ui.tasks import LaneTasks
from ui.window import MainWindow
from ui.words.catalogue import say

if TYPE_CHECKING:
    from app.bootstrap import Program, Settings
    from app.desk.lead_talk import LeadTalkService
    from app.desk.ports import SyncPanel
    from ui.phone_window import PhoneWindow

_TICK_MS = 1_000
_UNSEEN_MS = 1_000
# Threads at work (sync, look-ups) let the window go on after half a millisecond, not after Python's five.
_GIVE_WAY_S = 0.0005


def utc_now() -> datetime:
    """The window's clock, for its timers."""
    return datetime.now(UTC)


def run(options: argparse.Namespace) -> int:
    """Shows the window until it is closed. A second start only brings the first one's window forward."""
    folder = chosen_folder(options.data)
    place = endpoint(folder)
    try:
        server = claim(place)
    except HandoffFailed as error:
        print(f"cuecard: {error}", file=sys.stderr)  # noqa: T201 - the only place to say it, before any window
        return 1
    if server is None:
        show_window(place)
        return 0
    application = make_application()
    # Threads hand over sooner than by default (5 ms), so that a key does not wait behind a page of accounts.
    sys.setswitchinterval(0.0005)
    session = Session(
        folder,
        options.hub or "",
        demo=options.demo,
        phones=tuple(options.phone),
        authorities=options.ca,
        handoff=server,
        when_ready=lambda: _go_on(session),
    )
    # The phone's window goes with the agent's: closing that one ends the program.
    session.window.closed.connect(application.quit)
    AfterFirstPaint(session.window, session.open)
    session.window.show()
    try:
        return application.exec()
    finally:
        session.close()


def _go_on(session: Session) -> None:
    """Everything is loaded: begins what waited for that."""
    keep_for_good()
    session.show_phone()


def keep_for_good() -> None:
    """What is loaded by now stays to the end. The collector looks through what comes later only: through all of it, as
    it would every now and then, the window stands still for 100 ms."""
    gc.freeze()
    gc.enable()


class AfterFirstPaint(QObject):
    """Calls `then` once the window has been painted; a window that nobody can see (minimised, covered) has a second.

    What is imported or built before the first paint keeps people waiting for it.
    """

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._then: Callable[[], None] | None = then
        window.installEventFilter(self)
        QTimer.singleShot(_UNSEEN_MS, self._go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees the window's own painting; everything in it is painted in the same round of the event loop."""
        if event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._go)
        return False

    def _go(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()


def chosen_folder(data: Path | None) -> Path:
    """The user's folder; a chosen one also counts for the commands and the hub that this process starts."""
    if data is not None:
        os.environ["CUECARD_DATA_DIR"] = str(data.absolute())
    return data_dir()


class Session:
    """The window with everything behind it.

    `program` is None until the backend has been put together. `when_ready` is called once when it has.
    """

    def __init__(
        self,
        folder: Path,
        hub: str,
        *,
        demo: bool,
        phones: tuple[str, ...],
        handoff: HandoffServer | None,
        authorities: Path | None = None,
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.program: Program | None = None
        self.tasks = LaneTasks()
        self.stage = Stage()
        self.lead = LeadStage()
        self.practice = PracticeStage()
        self._pictures = PictureShelf()
        self.settings = SettingsBook(folder)
        self.window = MainWindow(
            self.stage,
            self.lead,
            utc_now,
            read_settings(self.settings),
            tasks=self.tasks,
            pictures=self._pictures,
            help_texts=HelpShelf(),
            practice=self.practice,
            book=self.settings,
            sync=self._sync_panel,
        )
        self.window.settings_changed.connect(partial(keep_settings, self.settings))
        # From the panel of settings, or from the hub in a thread of its own.
        self.settings.listen(lambda name, value: self.tasks.post(self._take_settings))
        self._folder, self._hub, self._demo, self._phones = folder, hub, demo, phones
        self._authorities = authorities
        self._handoff = handoff
        self._when_ready = when_ready
        self._phone_window: PhoneWindow | None = None
        self._lead_of = ""
        self._talk: LeadTalkService | None = None
        self.stage.on_change = self._render
        self.lead.on_change = self.window.render_lead
        self.practice.on_change = self.window.render_practice
        self._timer = QTimer()
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def open(self) -> None:
        """Puts the backend together in a thread, then begins."""
        sys.setswitchinterval(_GIVE_WAY_S)
        if self._handoff is not None:
            self._handoff.start(lambda: self.tasks.post(self._come_forward))
        threading.Thread(target=self._build, name="opening", daemon=True).start()

    def show_phone(self) -> None:
        """Puts the simulated phone's window beside the agent's, where there is such a phone."""
        if self.program is None or "simulated:" not in self.program.phones:
            return
        from ui.phone_window import PhoneWindow

        self._phone_window = PhoneWindow(self.window, self.program.simulated)
        self._phone_window.place_beside(self.window)
        self._phone_window.show()

    def close(self) -> None:
        """Ends everything in order; what was confirmed is kept."""
        self._timer.stop()
        if self._phone_window is not None:
            self._phone_window.close()
        if self._handoff is not None:
            self._handoff.stop()
        if self.program is not None:
            self.program.stop()
        self.tasks.shutdown()

    def _build(self) -> None:
        from app.bootstrap import CannotStart, Settings, open_program

        settings: Settings = Settings(self._folder, self._hub, self._demo, self._phones, self._authorities, say)
        try:
            program = open_program(settings, self.tasks, self.settings, self._handoff)
        except CannotStart as error:
            sentence = str(error)
            self.tasks.post(lambda: self.stage.fail(sentence))
        else:
            self.tasks.post(lambda: self._begin(program))

    def _begin(self, program: Program) -> None:
        self.program = program
        self._pictures.fill(program.picture)
        self.stage.attach(program.practice)
        self.practice.attach(program.practice)
        program.desk.start()
        self._timer.start()
        self._when_ready()

    def _take_settings(self) -> None:
        self.window.take(read_settings(self.settings))

    def _sync_panel(self) -> SyncPanel | None:
        """What is known about sync, in a worker; None while nobody is signed in."""
        shift = self.program.gate.shift if self.program is not None else None
        return shift.sync if shift is not None else None

    def _tick(self) -> None:
        if self.program is not None:
            self.program.desk.tick()

    def _render(self, view: DeskView) -> None:
        self.window.render(view)
        if view.phase is Phase.SIGNED_OUT:
            if self._lead_of:
                self._lead_of = ""
                self.window.show_room("desk")
                self.lead.leave()
                self._end_talk()
            self._sign_in_demo(view)
        elif view.is_lead and not self._lead_of:
            self._lead_of = view.who
            self._open_lead()

    def _end_talk(self) -> None:
        if self._talk is not None:
            self._talk.end()
        self._talk = None
        self.window.talk_with(None)

    def _open_lead(self) -> None:
        service = self.program.lead_service() if self.program is not None else None
        if service is not None:
            self.lead.attach(service)
            self._talk = self.program.lead_talk() if self.program is not None else None
            if self._talk is not None:
                self._talk.on_change = self.window.render_talk
            self.window.talk_with(self._talk)
            self.window.show_room("lead")

    def _come_forward(self) -> None:
        """The user started Cuecard a second time: he wants this window, keyboard and all."""
        self.window.showNormal() if self.window.isMinimized() else self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _sign_in_demo(self, view: DeskView) -> None:
        """The demo signs its agent in by itself, once; after a sign-out anybody may."""
        program = self.program
        if not self._demo or program is None or program.demo is None or view.busy or view.sign_in_problem:
            return
        self._demo = False
        agent = program.demo.agent
        program.desk.send(SignIn(agent.user, agent.password))
