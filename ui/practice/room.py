"""The room of practice: choosing before a call, the page after it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from app.practice.view import PracticeDesk, PracticeView, Stage
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.practice.page import ResultPage
from ui.practice.setup import SetupPage
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.frames import Box, Scroll, Surface, column, line
from ui.words.catalogue import say

_WIDEST = 980


class PracticeRoom(QWidget):
    """Shows a PracticeView but for the call itself, which is in the agent's room."""

    def __init__(self, desk: PracticeDesk, keyboard: Keyboard) -> None:
        super().__init__()
        self._desk = desk
        self._keyboard = keyboard
        self._stage = Stage.OFF
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(say("Practice"))
        ground = Surface("ground")
        column(self).addWidget(ground)
        self.setup = SetupPage(desk, keyboard)
        self.page = ResultPage(desk, keyboard)
        self._pages = Box(0, (metrics.GUTTER, 24))
        self._pages.column.addWidget(self.setup)
        self._pages.column.addWidget(self.page)
        centred = QWidget()
        centred.setProperty("surface", "clear")
        row = line(centred, (0, 0), 0)
        row.addStretch(1)
        row.addWidget(self._pages, 1000)
        row.addStretch(1)
        self._scroll = Scroll(centred)
        ground.column.addWidget(self._scroll)
        theme().changed.connect(self._measure)
        self._measure()

    def render_view(self, practice: PracticeView) -> None:
        """Shows what is chosen, or what came of the call."""
        setup = practice.stage is Stage.SETUP
        if setup:
            self.setup.render_setup(practice.setup)
        elif practice.stage is Stage.PAGE:
            self.page.render_page(practice.page)
        self.setup.setVisible(setup)
        self.page.setVisible(practice.stage is Stage.PAGE)
        if practice.stage is not self._stage:
            self._scroll.verticalScrollBar().setValue(0)
        self._stage = practice.stage

    def obey(self, command: Command) -> bool:
        """Does what the command means here; False where it means nothing."""
        if command is Command.ESCAPE:
            self._desk.leave()
        elif command is Command.ENTER:
            self._enter()
        elif command.is_digit and self._stage is Stage.SETUP:
            return self.setup.choose_persona(command.value)
        elif command is Command.DIGIT_1:
            self._desk.again(another=True)
        elif command is Command.DIGIT_2:
            self._desk.open()
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the lines of a length that can be read."""
        super().resizeEvent(event)
        self._measure()

    def _enter(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and self.isAncestorOf(focus):
            focus.click()
        elif isinstance(focus, QComboBox) and self.isAncestorOf(focus) and focus.view().isVisible():
            return
        elif self._stage is Stage.SETUP:
            self._desk.begin()
        else:
            self._desk.again()

    def _measure(self) -> None:
        self._pages.setMaximumWidth(theme().px(_WIDEST))
