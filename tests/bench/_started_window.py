"""The real window as `python -m ui --demo` starts it. Says when it was painted first and when it was ready; ends."""

import sys
import time

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QPaintEvent

import ui.session
from app.desk.view import DeskView, Phase
from ui.__main__ import main
from ui.window import MainWindow


class Window(MainWindow):
    """The main window with two clocks in it."""

    said: frozenset[str] = frozenset()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The round of the event loop after it is the first in which all is painted."""
        super().paintEvent(event)
        if "painted_at" not in self.said:
            QTimer.singleShot(0, lambda: self.say("painted_at"))

    def render(self, view: DeskView) -> None:  # type: ignore[override]
        """Ready is when a view of a signed-in agent has been painted."""
        super().render(view)
        if view.phase is Phase.READY and "ready_at" not in self.said:
            self.repaint()
            self.say("ready_at")
            QCoreApplication.quit()

    def say(self, what: str) -> None:
        """Once each."""
        if what not in self.said:
            self.said |= {what}
            print(what, time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)


# As its own entry point does it: nothing else is put in or taken out.
vars(ui.session)["MainWindow"] = Window
sys.exit(main(["--demo", "--data", sys.argv[1]]))
