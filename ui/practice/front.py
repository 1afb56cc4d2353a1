"""Practice in the window: the band on top, and the room; built when somebody practises first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QBoxLayout, QWidget

from app.practice.view import PracticeDesk, PracticeView, Stage
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.practice.band import PracticeBand
from ui.practice.room import PracticeRoom


class PracticeFront:
    """Puts the band above the rooms and the practice's room among them. `show_room` brings a room forward by name.

    Attributes: `room`, `band`.
    """

    def __init__(
        self, desk: PracticeDesk, keyboard: Keyboard, layout: QBoxLayout, show_room: Callable[[str], None]
    ) -> None:
        self._show_room = show_room
        self._stage = Stage.OFF
        self.band = PracticeBand(keyboard, desk.leave)
        self.room = PracticeRoom(desk, keyboard)
        layout.insertWidget(0, self.band)
        layout.addWidget(self.room)
        self.band.setVisible(False)
        self.room.setVisible(False)

    @property
    def on(self) -> bool:
        """Whether somebody practises."""
        return self._stage is not Stage.OFF

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What it has put into the window."""
        return self.band, self.room

    def render_view(self, practice: PracticeView) -> None:
        """Shows what there is to show, in the room where it belongs."""
        before, self._stage = self._stage, practice.stage
        self.band.render_view(practice)
        self.room.render_view(practice)
        self.band.setVisible(self.on)
        if practice.stage is not before:
            self._show_room("practice" if practice.stage in (Stage.SETUP, Stage.PAGE) else "desk")
            if self.room.isVisible():
                self.room.setFocus()

    def obey(self, command: Command) -> bool:
        """A key while the practice's room is shown."""
        return self.room.obey(command)
