"""The centre while there is no call: ready, and signed out."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.view import DeskView, RecentCall
from ui.agent.hands import clock_time
from ui.widgets.frames import Box, Many, Rule, Scroll, Surface, gap, line
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say


class ReadyBody(Box):
    """The recent calls."""

    def __init__(self) -> None:
        super().__init__()
        content = Box()
        self._heading = Label(say("Recent calls"), Role.SECTION)
        self._none = Paragraph(say("No calls yet in this shift."), Role.SECONDARY)
        card = Surface("card", (14, 4), 0)
        self._card = card
        self._calls: Many[RecentLine, RecentCall] = Many(lambda call: RecentLine(), RecentLine.show_this, 0)
        card.column.addWidget(self._calls)
        content.column.addSpacing(gap(8))
        content.column.addWidget(self._heading)
        content.column.addSpacing(gap(8))
        content.column.addWidget(self._none)
        content.column.addWidget(card)
        content.column.addStretch(1)
        self.column.addWidget(Scroll(content))

    def render_view(self, view: DeskView) -> None:
        """Shows this view's recent calls."""
        self._calls.show_these(view.recent)
        for index, row in enumerate(self._calls.rows()):
            row.underline(index < len(view.recent) - 1)
        self._card.setVisible(bool(view.recent))
        self._none.setVisible(not view.recent)


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
