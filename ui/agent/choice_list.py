"""The marked list while no call is on: break reasons, and what became of a callback."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import Digit, Escape
from app.desk.view import Choosing
from ui.agent.hands import Hands
from ui.keys import Command
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Many, gap, line
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say


class ChoiceList(Box):
    """A title and rows under digits; Esc leaves it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._title = Paragraph(role=Role.STEP)
        self._escape = KeyButton(say("not now"), hands.keyboard, Command.ESCAPE, Kind.FLAT)
        self._escape.clicked.connect(lambda: hands.send(Escape()))
        head = QWidget()
        top = line(head, (0, 0), 10)
        top.addWidget(self._title, 1)
        top.addWidget(self._escape)
        self._rows: Many[Row, RowContent] = Many(self._make, Row.show_this, gap(8))
        self.column.addWidget(head)
        self.column.addSpacing(gap(12))
        self.column.addWidget(self._rows)
        self.setVisible(False)

    def show_list(self, choosing: Choosing | None) -> None:
        """Shows this list; nothing for None."""
        self.setVisible(choosing is not None)
        if choosing is None:
            return
        self._title.setText(say(choosing.title))
        rows = [RowContent(Command(one.key), say(one.text), one.detail, one.closed) for one in choosing.rows]
        self._rows.show_these(rows)

    def _make(self, content: RowContent) -> Row:
        row = Row(self._hands.keyboard, content)
        row.clicked.connect(lambda: self._chosen(row.content))
        return row

    def _chosen(self, content: RowContent) -> None:
        if content.command is not None:
            self._hands.send(Digit(content.command.value))
