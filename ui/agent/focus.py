"""Where the keyboard goes when the screen changes by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton, QWidget

from app.desk.view import DeskView, Phase


class FocusKeeper:
    """Gives the keyboard a sensible place on a new screen; one who is typing keeps it.

    `home` is where bare keys work; `entry` finds the field that wants typing in a view, or gives `home`.
    """

    def __init__(self, home: QWidget, entry: Callable[[DeskView], QWidget]) -> None:
        self._home = home
        self._entry = entry
        self._place: tuple[object, ...] = ()

    def settle(self, view: DeskView, focus: QWidget | None) -> QWidget | None:
        """Moves the keyboard where that is due; `focus` had it before the view was shown. The field it went to."""
        moved = self._moved(view)
        gone = focus is not None and self._home.isAncestorOf(focus) and not focus.isVisibleTo(self._home)
        idle = focus is None or focus is self._home or isinstance(focus, QAbstractButton)
        if not gone and not (moved and idle):
            return None
        entry = self._entry(view)
        entry.setFocus()
        return entry if entry is not self._home else None

    def _moved(self, view: DeskView) -> bool:
        screen = view.script if not view.preview else None
        step = (screen.script, screen.step, screen.verify is not None) if screen is not None else ()
        # While something opens there is no form yet; when it has opened, the form is a new screen.
        waits = view.phase is Phase.SIGNED_OUT and bool(view.busy)
        place = (view.phase, waits, *step)
        moved, self._place = place != self._place, place
        return moved
