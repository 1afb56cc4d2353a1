"""Finding the caller's account: what the caller says of himself, and who that may be."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.desk.intents import CloseSearch, Digit, SearchAccounts
from app.desk.view import Candidate, SearchView
from ui.agent.caller import CandidateRow
from ui.agent.hands import Hands
from ui.keys import Command
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, Many, gap, line
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say


class SearchBox(Box):
    """Stands above the caller while a search is open. Attributes: `field`, where what the caller says is typed."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._shown: SearchView | None = None
        self.field = LineField(say("Name, account number or phone"), say("Name, number or phone"))
        self.field.textEdited.connect(lambda text: hands.send(SearchAccounts(text)))
        self._leave = KeyButton(say("leave"), hands.keyboard, Command.ESCAPE, Kind.FLAT)
        self._leave.clicked.connect(lambda: hands.send(CloseSearch()))
        self._notice = Paragraph(role=Role.SECONDARY, line_height=1.4)
        self._rows: Many[CandidateRow, Candidate] = Many(
            lambda content: CandidateRow(hands, content), CandidateRow.show_this
        )
        head = line(None, (0, 0), 8)
        head.addWidget(Paragraph(say("Find the account"), Role.SECTION), 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._leave, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(head)
        self.column.addSpacing(gap(8))
        self.column.addWidget(self.field)
        self.column.addSpacing(gap(10))
        self.column.addWidget(self._rows)
        self.column.addSpacing(gap(8))
        self.column.addWidget(self._notice)
        self.column.addStretch(1)
        self.setVisible(False)

    def open(self) -> None:
        """Opens the search, with the keyboard in its field."""
        if self._shown is None:
            self.field.clear()
            self._hands.send(SearchAccounts(""))
        self.field.setFocus()

    def choose_first(self) -> None:
        """Enter takes the first one found, where there is only that one."""
        found = [row for row in self._shown.rows if row.key != "0"] if self._shown is not None else []
        if len(found) == 1:
            self._hands.send(Digit(found[0].key))

    def show_search(self, search: SearchView | None) -> None:
        """Shows who was found; nothing for None."""
        self._shown = search
        self.setVisible(search is not None)
        if search is None:
            self.field.clear()
            return
        if not self.field.hasFocus() and self.field.text() != search.text:
            self.field.setText(search.text)
        self._rows.show_these(search.rows)
        notice = say("Searching") + " …" if search.busy and len(search.rows) < 2 else search.notice
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))
