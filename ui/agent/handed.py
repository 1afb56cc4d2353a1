"""What another agent left of this call: who, where, what was answered and offered, and the note."""

from __future__ import annotations

from app.desk.intents import OpenHandover
from app.desk.view import HandedView
from ui.agent.hands import Hands
from ui.keys import Command
from ui.widgets.button import KeyButton
from ui.widgets.frames import Box, Many, gap
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say


class HandedBox(Box):
    """Stands above the caller's card while there is something; attribute `title`, who it was."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self.title = Paragraph(role=Role.STRONG)
        self._rows: Many[_Told, tuple[str, str]] = Many(lambda content: _Told(), _Told.show_this, gap(8))
        self._open = KeyButton(say("Go on there"), hands.keyboard, Command.HANDED)
        self._open.clicked.connect(lambda: hands.send(OpenHandover()))
        for part in (self.title, self._rows, self._open):
            self.column.addWidget(part)
            self.column.addSpacing(gap(8))
        self.column.addSpacing(gap(14))
        self.setVisible(False)

    def show_handed(self, handed: HandedView | None) -> None:
        """Shows this; nothing for None."""
        if handed is not None:
            self.title.setText(handed.title)
            self._rows.show_these(list(handed.rows))
            self._open.setVisible(handed.may_open)
        self.setVisible(handed is not None)


class _Told(Box):
    """A label and what stands under it."""

    def __init__(self) -> None:
        super().__init__()
        self._label = Paragraph(role=Role.SECTION)
        self._text = Paragraph(role=Role.SECONDARY, line_height=1.4)
        self.column.addWidget(self._label)
        self.column.addWidget(self._text)

    def show_this(self, told: tuple[str, str]) -> None:
        label, text = told
        self._label.setText(label)
        self._text.setText(text)
