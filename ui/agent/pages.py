"""The centre while there is no call: ready, and signed out."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import SignIn
from app.desk.view import DeskView, RecentCall
from ui.agent.hands import Hands, clock_time
from ui.keys import Command
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
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


class SignInBody(Box):
    """The sign-in form. The password leaves the field with the intent."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._busy = False
        self._prefilled = ""
        self.user = LineField(say("User name"))
        self.password = LineField(say("Password"), secret=True)
        self._problem = Paragraph(role=Role.BODY, tint=Tint.ATTENTION)
        self._button = KeyButton(say("Sign in"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._button.clicked.connect(self.sign_in)
        self.user.returnPressed.connect(self._after_user)
        self.password.returnPressed.connect(self.sign_in)
        self._form = rows = Box(0)
        for label, field in ((say("User name"), self.user), (say("Password"), self.password)):
            rows.column.addWidget(Label(label, Role.SECTION))
            rows.column.addSpacing(gap(6))
            rows.column.addWidget(field)
            rows.column.addSpacing(gap(14))
        rows.column.addWidget(self._problem)
        rows.column.addSpacing(gap(8))
        rows.column.addWidget(self._button)
        content = Box(0)
        content.column.addSpacing(gap(8))
        # Beside a stretch, not alone: a column would reckon the height of its texts by its own full width.
        beside = line(None, (0, 0), 0)
        beside.addWidget(rows)
        beside.addStretch(1)
        content.column.addLayout(beside)
        content.column.addStretch(1)
        self.column.addWidget(Scroll(content))
        theme().changed.connect(self._measure)
        self._measure()

    def render_view(self, view: DeskView) -> None:
        """Shows problem and progress; fills the user name in once."""
        if view.sign_in_user and view.sign_in_user != self._prefilled and not self.user.text():
            self.user.setText(view.sign_in_user)
        self._prefilled = view.sign_in_user
        self._problem.setText(view.sign_in_problem)
        self._problem.setVisible(bool(view.sign_in_problem))
        self._busy = bool(view.busy)
        self._button.set_words(view.busy or say("Sign in"))
        self._button.setEnabled(not self._busy)

    def entry(self) -> QWidget:
        """The field that wants typing next."""
        return self.password if self.user.text() else self.user

    def sign_in(self) -> None:
        """Sends user and password, and empties the password field."""
        user, password = self.user.text().strip(), self.password.text()
        if self._busy or not user or not password:
            self.entry().setFocus()
            return
        self.password.clear()
        self._hands.send(SignIn(user, password))

    def _after_user(self) -> None:
        if self.password.text():
            self.sign_in()
        else:
            self.password.setFocus()

    def _measure(self) -> None:
        self._form.setFixedWidth(theme().px(360))
