"""Wrap-up: how it ended, and the summary; Enter confirms both."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from app.desk.intents import Enter, SetDisposition, SetSummary
from app.desk.view import DeskView, WrapUp
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import TextField
from ui.widgets.frames import Box, Scroll, gap, line
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

PAUSE_MS = 300
_KEYS = "1234567890"


class WrapUpBody(Box):
    """Dispositions (the first ten under digits, the others by click), the summary, and the key that confirms."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._shown: WrapUp | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self._likely = Outcomes(hands, 2)
        self._others = Outcomes(hands, 3)
        self._reason = Paragraph(role=Role.SECONDARY)
        self.summary = TextField(say("Summary of the call"), whole=True)
        self.summary.edited.connect(self._pause.start)
        self.summary.left.connect(self.flush)
        self._confirm = KeyButton(say("Confirm, ready for the next call"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._confirm.clicked.connect(self.confirm)
        content = Box()
        content.column.addWidget(self._likely)
        content.column.addSpacing(gap(8))
        content.column.addWidget(self._others)
        content.column.addSpacing(gap(6))
        content.column.addWidget(self._reason)
        content.column.addSpacing(gap(10))
        content.column.addWidget(Label(say("Summary"), Role.SECTION))
        content.column.addSpacing(gap(8))
        content.column.addWidget(self.summary, 1)
        foot = line(None, (0, 0), 0)
        foot.addWidget(self._confirm)
        foot.addSpacing(gap(14))
        self._countdown = Paragraph(role=Role.STRONG, tint=Tint.ACCENT)
        foot.addWidget(self._countdown, 1)
        self._rest = QWidget()
        foot.addWidget(self._rest, 1)
        self.column.addWidget(Scroll(content), 1)
        self.column.addSpacing(gap(14))
        self.column.addLayout(foot)

    def render_view(self, view: DeskView) -> None:
        """Shows this view's wrap-up."""
        wrap_up = view.wrap_up
        before, self._shown = self._shown, wrap_up
        if wrap_up is None or wrap_up == before:
            return
        left = wrap_up.ready_in
        self._countdown.setText(say("Ready in {} s, any key stops it").format(left) if left is not None else "")
        self._countdown.setVisible(left is not None)
        self._rest.setVisible(left is None)
        keyed = len(_KEYS)
        self._likely.show_outcomes(wrap_up.dispositions[:keyed], wrap_up.disposition, _KEYS)
        self._others.show_outcomes(wrap_up.dispositions[keyed:], wrap_up.disposition)
        self._reason.setText(say("Reason: {}").format(wrap_up.reason) if wrap_up.reason else "")
        self._reason.setVisible(bool(wrap_up.reason))
        if (before is None or before.summary != wrap_up.summary) and not self._pause.isActive():
            self.summary.replace(wrap_up.summary)
        words = (
            say("Confirm, ready for the next call")
            if wrap_up.call_over
            else say("Confirm, the caller is still on the line")
        )
        self._confirm.set_words(words)

    def choose_by_key(self, key: str) -> bool:
        """Chooses the disposition under a digit; says whether there was one."""
        dispositions = self._shown.dispositions if self._shown is not None else ()
        place = _KEYS.index(key)
        if place >= len(dispositions):
            return False
        self._hands.send(SetDisposition(dispositions[place][0]))
        return True

    def confirm(self) -> None:
        """Sends the summary, then confirms."""
        self.flush()
        self._hands.send(Enter())

    def flush(self) -> None:
        """Sends the summary as it now stands."""
        self._pause.stop()
        text = self.summary.toPlainText()
        if self._shown is not None and text != self._shown.summary:
            self._hands.send(SetSummary(text))


class Outcomes(QWidget):
    """Dispositions in so many columns, each read from the top down; those without a key are quieter."""

    def __init__(self, hands: Hands, columns: int) -> None:
        super().__init__()
        self._hands = hands
        self._columns = columns
        self._rows: list[Row] = []
        self._ids: tuple[str, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(gap(8))
        for place in range(columns):
            self._grid.setColumnStretch(place, 1)

    def show_outcomes(self, outcomes: tuple[tuple[str, str], ...], chosen: str, keys: str = "") -> None:
        """Shows these (id, words), under these keys."""
        moved = len(outcomes) != len(self._ids)
        self._ids = tuple(id_ for id_, _ in outcomes)
        self._grid.setVerticalSpacing(gap(6) if keys else 2)
        for index, (id_, words) in enumerate(outcomes):
            command = Command(keys[index]) if index < len(keys) else None
            content = RowContent(command, words, chosen=id_ == chosen, small=True, quiet=command is None)
            if index == len(self._rows):
                self._rows.append(self._make(content, index))
            self._rows[index].show_this(content)
            if moved:
                # In the grid before it is visible: without a parent it would be a window of its own.
                high = -(-len(outcomes) // self._columns)
                self._grid.addWidget(self._rows[index], index % high, index // high)
            self._rows[index].setVisible(True)
        for row in self._rows[len(outcomes) :]:
            row.setVisible(False)
        self.setVisible(bool(outcomes))

    def _make(self, content: RowContent, place: int) -> Row:
        row = Row(self._hands.keyboard, content)
        row.clicked.connect(lambda: self._clicked(place))
        return row

    def _clicked(self, place: int) -> None:
        if place < len(self._ids):
            self._hands.send(SetDisposition(self._ids[place]))
