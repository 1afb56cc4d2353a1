"""Our window as a program of its own: shows READY, and by a line on standard input another view or state of itself."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QSocketNotifier

from app.desk.intents import Intent
from app.desk.view import DeskView
from tests.fakes.views import DESK_VIEWS, LEAD_VIEWS, NOW, READY, RINGING_ONE
from ui.application import make_application
from ui.window import MainWindow


class _Desk:
    view: DeskView = READY

    def send(self, intent: Intent) -> None:
        """Nothing to do."""


class Told:
    """Does what a line says: "ring", "minimise", "strip", "full", "show VIEW", "lead VIEW"."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def obey(self, line: str) -> None:
        """Takes one line; an empty one comes when the input ends."""
        word, _, name = line.partition(" ")
        if word == "show":
            self._window.show_room("desk")
            self._window.render(DESK_VIEWS[name])
        elif word == "lead":
            self._window.show_room("lead")
            self._window.render_lead(LEAD_VIEWS[name])
        elif word == "ring":
            self._window.render(RINGING_ONE)
        elif word == "minimise":
            self._window.showMinimized()
        elif word == "strip":
            self._window.show_strip()
        elif word == "full":
            self._window.show_full()
        # So that a reader can see that it was done.
        self._window.setAccessibleDescription(line)


def obey_all(told: Told) -> None:
    """Takes every line that has come: what a buffer kept back, no notifier would tell of."""
    for line in os.read(sys.stdin.fileno(), 65_536).decode().splitlines() or [""]:
        told.obey(line.strip())


def main() -> None:
    """Runs until killed."""
    application = make_application()
    window = MainWindow(_Desk(), None, lambda: NOW)
    window.show()
    told = Told(window)
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: obey_all(told))
    application.exec()


if __name__ == "__main__":
    main()
