"""Brings the window forward and leaves the keyboard where the agent types."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

UNFOCUSED_MS = 500
"""How long a window that came out of the task bar refuses the keyboard: until the window manager is done with it."""


def bring_forward(window: QWidget) -> None:
    """Puts the window above the others without activating it, also when it was minimised.

    Raising alone does that under X11 (seen with openbox) and on macOS. Activating (`activateWindow`,
    `requestActivate`) would take the keyboard away and is never used. Where the system refuses to restack, the
    task bar's alert remains.
    """
    if window.isMinimized():
        _show_again(window)
    handle = window.windowHandle()
    if sys.platform == "win32" and handle is not None:
        # Windows keeps a background program's window below the foreground one unless it is topmost for a moment.
        handle.setFlag(Qt.WindowType.WindowStaysOnTopHint, True)
        handle.setFlag(Qt.WindowType.WindowStaysOnTopHint, False)
    window.raise_()
    QApplication.alert(window)


def _show_again(window: QWidget) -> None:
    """Takes the window out of the task bar while it accepts no focus: one that is merely restored gets the keyboard."""
    handle = window.windowHandle()
    handle.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, True)
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    QTimer.singleShot(UNFOCUSED_MS, handle, lambda: handle.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, False))
