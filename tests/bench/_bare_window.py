"""The floor of a start: an empty window that says when it has been painted first."""

import os
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


class Window(QWidget):
    """Empty, of the usual size."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The round of the event loop after it is the first in which all is painted."""
        QTimer.singleShot(0, painted)


def painted() -> None:
    """Says when, and how much memory that takes, and ends."""
    print("painted_at", time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)
    from tests.bench._measuring import resident_mb

    print("resident", resident_mb(os.getpid()), flush=True)
    application.quit()


application = QApplication([])
window = Window()
window.resize(1366, 768)
window.show()
application.exec()
