"""Notices that nobody has touched the window for a while."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.desk.elapsed import elapsed_seconds

_LOOK_MS = 500
_TOUCHES = frozenset(
    {
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """Calls `then` once when nobody has touched the watched windows for `seconds`; 0 is never.

    Only the windows' own events are looked at, before they go to their widgets. Time that the computer slept counts.
    """

    def __init__(
        self, parent: QObject, then: Callable[[], None], elapsed: Callable[[], float] = elapsed_seconds
    ) -> None:
        super().__init__(parent)
        self._then = then
        self._elapsed = elapsed
        self._seconds = 0
        self._touched_at = elapsed()
        self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def watch(self, window: QWidget) -> None:
        """Counts what is done in this window as a touch; it must have been shown."""
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def after(self, seconds: int) -> None:
        """How long nobody may touch anything."""
        if seconds != self._seconds:
            self._seconds = seconds
            self._timer.start() if seconds else self._timer.stop()

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_at = self._elapsed()
        self._told = False

    def look(self) -> None:
        """Looks whether it is time."""
        if self._seconds and not self._told and self._elapsed() - self._touched_at >= self._seconds:
            self._told = True
            self._then()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees the window's input; takes nothing."""
        if event.type() in _TOUCHES:
            self.touch()
        return False
