"""The note templates: filtered by typing, put into the note by Enter."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.scripts.finding.words import words_of
from app.scripts.note_templates import NoteTemplate
from ui.agent.hands import Hands
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, Many, gap
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say

MOST_SHOWN = 4


class Templates(Box):
    """A field to filter by, and the templates that fit. Attribute: `field`. Signals: `chosen` with the text."""

    chosen = Signal(str)

    def __init__(self, hands: Hands) -> None:
        super().__init__(gap(4))
        self._hands = hands
        self._templates: tuple[NoteTemplate, ...] = ()
        self._fitting: list[NoteTemplate] = []
        self.field = LineField(say("Which template?"), say("Which template?"))
        self.field.textChanged.connect(lambda text: self._filter())
        self._rows: Many[Row, RowContent] = Many(self._make_row, Row.show_this, gap(2))
        self._none = Paragraph(say("Nothing found. Fewer words find more."), Role.SMALL)
        self.column.addWidget(self.field)
        self.column.addWidget(self._rows)
        self.column.addWidget(self._none)
        self.column.addSpacing(gap(6))
        self.hide()

    def offer(self, templates: tuple[NoteTemplate, ...]) -> None:
        """There are these; without any it closes."""
        if templates != self._templates:
            self._templates = templates
            self._filter()
        if not templates:
            self.hide()

    def open(self) -> bool:
        """Opens with all of them, the keyboard in the field; False where there are none."""
        if not self._templates:
            return False
        self.field.clear()
        self._filter()
        self.show()
        self.field.setFocus()
        return True

    def take_first(self) -> None:
        """Enter: the first that fits."""
        if self._fitting:
            self.chosen.emit(self._fitting[0].text)

    def _filter(self) -> None:
        """Those in which every word typed begins a word, in the title first."""
        wanted = words_of(self.field.text())
        by_title = [one for one in self._templates if _fits(wanted, one.title)]
        others = [one for one in self._templates if one not in by_title and _fits(wanted, f"{one.title} {one.text}")]
        self._fitting = (by_title + others)[:MOST_SHOWN]
        rows = [
            RowContent(None, one.title, small=True, quiet=True, marked=at == 0) for at, one in enumerate(self._fitting)
        ]
        self._rows.show_these(rows)
        self._none.setVisible(not self._fitting)

    def _make_row(self, content: RowContent) -> Row:
        row = Row(self._hands.keyboard, content)
        row.clicked.connect(lambda: self.chosen.emit(self._fitting[self._rows.rows().index(row)].text))
        return row


def _fits(wanted: tuple[str, ...], text: str) -> bool:
    known = words_of(text)
    return all(any(word.startswith(each) for word in known) for each in wanted)
