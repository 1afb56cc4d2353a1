"""The centre while there is no call: ready, and on a break."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import Digit, OpenPractice, TakeBreak
from app.desk.view import CallbackRow, DeskView, RecentCall
from ui.agent.choice_list import ChoiceList
from ui.agent.hands import Hands, clock_time
from ui.keys import Command
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Many, Rule, Scroll, Surface, gap, line
from ui.widgets.row import Row, RowContent
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say


class ReadyBody(Box):
    """The callbacks that are owed, and the recent calls; or what became of the callback that is being made."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        content = Box()
        self._choices = ChoiceList(hands)
        self._lists = Box()
        self._owed = Box()
        self._callbacks: Many[Row, RowContent] = Many(lambda content: _digit_row(hands, content), Row.show_this, gap(8))
        self._owed.column.addSpacing(gap(8))
        self._owed.column.addWidget(Label(say("Call back"), Role.SECTION))
        self._owed.column.addSpacing(gap(8))
        self._owed.column.addWidget(self._callbacks)
        self._owed.column.addSpacing(gap(16))
        self._heading = Label(say("Recent calls"), Role.SECTION)
        self._none = Paragraph(say("No calls yet in this shift."), Role.SECONDARY)
        card = Surface("card", (14, 4), 0)
        self._card = card
        self._calls: Many[RecentLine, RecentCall] = Many(lambda call: RecentLine(), RecentLine.show_this, 0)
        card.column.addWidget(self._calls)
        self._lists.column.addWidget(self._owed)
        self._lists.column.addSpacing(gap(8))
        self._lists.column.addWidget(self._heading)
        self._lists.column.addSpacing(gap(8))
        self._lists.column.addWidget(self._none)
        self._lists.column.addWidget(card)
        self._lists.column.addSpacing(gap(16))
        practise = line(None, (0, 0), 0)
        open_practice = KeyButton(say("Practise a call"), hands.keyboard, Command.PRACTICE, Kind.FLAT)
        open_practice.clicked.connect(lambda: hands.send(OpenPractice()))
        practise.addWidget(open_practice)
        practise.addStretch(1)
        self._lists.column.addLayout(practise)
        content.column.addWidget(self._choices)
        content.column.addWidget(self._lists)
        content.column.addStretch(1)
        self.column.addWidget(Scroll(content))

    def render_view(self, view: DeskView) -> None:
        """Shows this view's list."""
        self._choices.show_list(view.choosing)
        self._lists.setVisible(view.choosing is None)
        self._owed.setVisible(bool(view.callbacks))
        self._callbacks.show_these([_callback(row) for row in view.callbacks])
        self._calls.show_these(view.recent)
        for index, row in enumerate(self._calls.rows()):
            row.underline(index < len(view.recent) - 1)
        self._card.setVisible(bool(view.recent))
        self._none.setVisible(not view.recent)


def _digit_row(hands: Hands, content: RowContent) -> Row:
    row = Row(hands.keyboard, content)

    def chosen() -> None:
        if row.content.command is not None:
            hands.send(Digit(row.content.command.value))

    row.clicked.connect(chosen)
    return row


def _callback(row: CallbackRow) -> RowContent:
    """A callback's row; what is overdue says so, what is not due yet is quieter."""
    due = say("overdue, {}").format(row.due) if row.overdue else row.due
    command = Command(row.key) if row.key else None
    return RowContent(command, f"{row.who} · {row.about}", due, marked=row.overdue, small=row.later)


class BreakBody(Box):
    """A break: how to end it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        ready = KeyButton(say("Ready again"), hands.keyboard, Command.BREAK, Kind.PRIMARY)
        ready.clicked.connect(lambda: hands.send(TakeBreak()))
        row = line(None, (0, 0), 0)
        row.addWidget(ready)
        row.addStretch(1)
        self.column.addSpacing(gap(8))
        self.column.addLayout(row)
        self.column.addStretch(1)

    def render_view(self, view: DeskView) -> None:
        """Nothing of it changes."""


class RecentLine(QWidget):
    """One earlier call: when, who, how it ended."""

    def __init__(self) -> None:
        super().__init__()
        box = Box()
        row = line(None, (0, 10), 14)
        self._at = Label(role=Role.SECONDARY)
        self._who = ElidedLabel(role=Role.BODY)
        self._outcome = ElidedLabel(role=Role.SECONDARY)
        row.addWidget(self._at)
        row.addWidget(self._who, 1)
        row.addWidget(self._outcome)
        box.column.addLayout(row)
        self._rule = Rule()
        box.column.addWidget(self._rule)
        line(self, (0, 0), 0).addWidget(box)

    def show_this(self, call: RecentCall) -> None:
        """Shows this call."""
        self._at.setText(clock_time(call.at))
        self._who.setText(call.who)
        self._outcome.setText(call.outcome)

    def underline(self, under: bool) -> None:
        """A thin line below, between two calls."""
        self._rule.setVisible(under)
