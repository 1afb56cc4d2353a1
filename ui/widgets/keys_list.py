"""A list of keys and what they do."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme.theme import theme
from ui.widgets.frames import gap
from ui.widgets.key_cap import KeyCap, cap_size
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say

_WIDEST_CAP = "Ctrl Enter"


class KeysList(QWidget):
    """Caps on the left, words on the right; the caps follow the keyboard.

    `aligned` lists below one another have their words in one line, whatever their keys are.
    """

    def __init__(self, keyboard: Keyboard, commands: Iterable[Command], aligned: bool = False) -> None:
        super().__init__()
        self._aligned = aligned
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(gap(12))
        grid.setVerticalSpacing(gap(7))
        grid.setColumnStretch(1, 1)
        self._grid = grid
        theme().changed.connect(self._measure)
        self._measure()
        words = {binding.command: binding.words for binding in keyboard.keymap.bindings}
        for row, command in enumerate(commands):
            text = say("Answers and lists, 0 to 9") if command.is_digit else say(words[command])
            grid.addWidget(KeyCap(keyboard, command), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Paragraph(text, Role.SECONDARY, line_height=1.6), row, 1)

    def _measure(self) -> None:
        if self._aligned:
            self._grid.setColumnMinimumWidth(0, cap_size(_WIDEST_CAP).width())
