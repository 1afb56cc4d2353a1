"""Our window as a program of its own: shows READY, and a ringing call once a line arrives on standard input."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier

from app.desk.intents import Intent
from app.desk.view import DeskView
from tests.fakes.views import NOW, READY, RINGING_ONE
from ui.application import make_application
from ui.window import MainWindow


class _Desk:
    view: DeskView = READY

    def send(self, intent: Intent) -> None:
        """Nothing to do."""


def main() -> None:
    """Runs until killed; "ring" rings, "minimise" minimises."""
    application = make_application()
    window = MainWindow(_Desk(), None, lambda: NOW)
    window.show()

    def read() -> None:
        word = sys.stdin.readline().strip()
        if word == "minimise":
            window.showMinimized()
        elif word == "ring":
            window.render(RINGING_ONE)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(read)
    application.exec()


if __name__ == "__main__":
    main()
