"""Where a window may lie: always whole on a screen that is there now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtWidgets import QApplication

_AFTER_MS = 300
_HEAD = 40


def clamped(place: QPoint, size: QSize, screens: Sequence[QRect]) -> QPoint:
    """The place nearest to the one wanted at which a window of this size lies whole on one of the screens.

    `screens` are the rooms that the system leaves free; a window larger than its screen keeps its upper left corner.
    """
    wanted = QRect(place, size)
    best = max(screens, key=lambda screen: _shared(screen, wanted), default=QRect(place, size))
    if not best.intersects(wanted):
        best = min(screens, key=lambda screen: _distance(screen, wanted), default=best)
    x = max(best.left(), min(place.x(), best.right() + 1 - size.width()))
    y = max(best.top(), min(place.y(), best.bottom() + 1 - size.height()))
    return QPoint(x, y)


def _shared(screen: QRect, wanted: QRect) -> int:
    common = screen.intersected(wanted)
    return max(common.width(), 0) * max(common.height(), 0)


def _distance(screen: QRect, wanted: QRect) -> int:
    return (screen.center() - wanted.center()).manhattanLength()


class OnScreen(QObject):
    """Brings windows back when the screen that they were on goes away: unplugged, or gone after a suspend.

    Where they are cannot be seen by then, and a call may ring in them.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        # The window manager has its turn first; what it has not moved is moved here.
        self._after = QTimer(self)
        self._after.setSingleShot(True)
        self._after.setInterval(_AFTER_MS)
        self._after.timeout.connect(self.bring_back)
        application.screenRemoved.connect(self._after.start)

    def bring_back(self) -> None:
        """Moves what lies on no screen, whole, onto the nearest one; what is in sight stays where it is."""
        free = [screen.availableGeometry() for screen in self._application.screens()]
        for window in self._application.topLevelWidgets():
            if window.isVisible() and free and not _in_sight(window.frameGeometry(), free):
                most = free[0].size()
                window.resize(window.size().boundedTo(most))
                window.move(clamped(window.pos(), window.frameGeometry().size().boundedTo(most), free))


def _in_sight(frame: QRect, screens: Sequence[QRect]) -> bool:
    """Whether the window's head, by which it can be moved, is on a screen for the most part."""
    head = QRect(frame.left(), frame.top(), frame.width(), _HEAD)
    seen = (screen.intersected(head) for screen in screens)
    return any(part.width() >= frame.width() // 2 and part.height() >= _HEAD // 2 for part in seen)
