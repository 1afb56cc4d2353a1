"""Signing in: the form, the wait for the company's sign-in in the browser, and the question for the store's secret."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import GiveUpSignIn, OpenStore, SignIn, SignInWithCompany
from app.desk.view import DeskView
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, Scroll, gap, line
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

_OWN = "own_password"
_TWICE = ("new_passphrase", _OWN)
"""What is chosen here and now is typed twice."""

ASKS_FOR = {
    "old_password": "Password before the change",
    "passphrase": "Passphrase for this PC",
    "new_passphrase": "Passphrase for this PC",
    _OWN: "Your new password",
}
"""What the field is called, by the secret that is wanted."""

BUSY = ("Opening", "Signing in", "Waiting for your browser")
"""What the desk may be busy with here."""


class SignInBody(Box):
    """The way in; one of its three parts is shown. Passwords and passphrases leave their fields with the intent.

    Attributes: `user` and `password`, the form's fields.
    """

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._form, self._browser, self._secret = _Form(hands), _Browser(hands), _Secret(hands)
        self.user, self.password = self._form.user, self._form.password
        self._problem = Paragraph(role=Role.BODY, tint=Tint.ATTENTION)
        self._wants = ""
        self._column = rows = Box(0)
        rows.column.addWidget(self._problem)
        rows.column.addSpacing(gap(8))
        for part in (self._form, self._browser, self._secret):
            rows.column.addWidget(part)
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
        """Shows problem and progress, and the part that is wanted now."""
        asked_anew = view.sign_in_wants != self._wants
        self._wants = view.sign_in_wants
        self._problem.setText(say(view.sign_in_problem))
        self._problem.setVisible(bool(view.sign_in_problem))
        self._form.render_view(view)
        self._secret.render_view(view)
        self._form.setVisible(not view.in_browser and not view.sign_in_wants)
        self._browser.setVisible(view.in_browser)
        self._secret.setVisible(bool(view.sign_in_wants) and not view.in_browser)
        if asked_anew and self.isVisible():
            self.entry().setFocus()

    def entry(self) -> QWidget:
        """The field that wants typing next."""
        return self._secret.entry() if self._wants else self._form.entry()

    def sign_in(self) -> None:
        """Enter: sends what was typed."""
        if self._wants:
            self._secret.open_store()
        else:
            self._form.sign_in()

    def _measure(self) -> None:
        self._column.setFixedWidth(theme().px(360))


class _Form(Box):
    """User name and password, and the company's sign-in where the hub has it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(0)
        self._hands = hands
        self._busy = False
        self._prefilled = ""
        self.user = LineField(say("User name"))
        self.password = LineField(say("Password"), secret=True)
        self._button = KeyButton(say("Sign in"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._button.clicked.connect(self.sign_in)
        self._company = KeyButton(say("Sign in with your company"))
        self._company.clicked.connect(lambda: hands.send(SignInWithCompany()))
        self.user.returnPressed.connect(self._after_user)
        self.password.returnPressed.connect(self.sign_in)
        for label, field in ((say("User name"), self.user), (say("Password"), self.password)):
            self.column.addWidget(Label(label, Role.SECTION))
            self.column.addSpacing(gap(6))
            self.column.addWidget(field)
            self.column.addSpacing(gap(14))
        self.column.addWidget(self._button)
        self.column.addSpacing(gap(10))
        self.column.addWidget(self._company)

    def render_view(self, view: DeskView) -> None:
        """Shows progress; fills the user name in once."""
        if view.sign_in_user and view.sign_in_user != self._prefilled and not self.user.text():
            self.user.setText(view.sign_in_user)
        self._prefilled = view.sign_in_user
        self._busy = bool(view.busy)
        self._button.set_words(say(view.busy) or say("Sign in"))
        self._button.setEnabled(not self._busy)
        self._company.setVisible(view.sign_in_company)
        self._company.setEnabled(not self._busy)

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


class _Browser(Box):
    """What is shown while the company's sign-in is open in the browser."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(0)
        self.column.addWidget(Paragraph(say("Your browser has opened your company's sign-in. Go on there."), Role.BODY))
        self.column.addSpacing(gap(12))
        give_up = KeyButton(say("Back to the form"))
        give_up.clicked.connect(lambda: hands.send(GiveUpSignIn()))
        self.column.addWidget(give_up)


class _Secret(Box):
    """The question for what opens the store, with the ways out: a fresh store, and back to the form."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(0)
        self._hands = hands
        self._busy, self._wants = False, ""
        self._label = Label("", Role.SECTION)
        self._field = LineField(say("Passphrase for this PC"), secret=True)
        self._again = LineField(say("The same once more"), secret=True)
        self._differ = Paragraph(say("The two are not the same."), Role.BODY, Tint.ATTENTION)
        self._open = KeyButton(say("Open"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._afresh = KeyButton(say("Begin a fresh store; the old one is kept"), kind=Kind.ATTENTION)
        back = KeyButton(say("Back to the form"))
        self._field.returnPressed.connect(self._after_field)
        self._again.returnPressed.connect(self.open_store)
        self._open.clicked.connect(self.open_store)
        self._afresh.clicked.connect(lambda: self._send(afresh=True))
        back.clicked.connect(lambda: hands.send(GiveUpSignIn()))
        for widget in (self._label, self._field, self._again, self._differ, self._open, self._afresh, back):
            self.column.addWidget(widget)
            self.column.addSpacing(gap(8))
        self._differ.hide()

    def render_view(self, view: DeskView) -> None:
        """Asks for the secret that is wanted."""
        if view.sign_in_wants != self._wants:
            self._wants = view.sign_in_wants
            self._field.clear()
            self._again.clear()
            self._differ.hide()
        words = say(ASKS_FOR.get(self._wants, ASKS_FOR["passphrase"]))
        self._label.setText(words)
        self._field.setAccessibleName(words)
        self._again.setVisible(self._wants in _TWICE)
        self._afresh.setVisible(self._wants not in _TWICE)
        self._busy = bool(view.busy)
        self._open.set_words(say(view.busy) or (say("Sign in") if self._wants == _OWN else say("Open")))
        for button in (self._open, self._afresh):
            button.setEnabled(not self._busy)

    def entry(self) -> QWidget:
        """The field that wants typing next."""
        return self._again if self._wants in _TWICE and self._field.text() else self._field

    def open_store(self) -> None:
        """Sends the secret; a new one only where it was typed twice the same."""
        differ = self._wants in _TWICE and self._field.text() != self._again.text()
        self._differ.setVisible(differ)
        if not self._field.text() or differ:
            self.entry().setFocus()
            return
        self._send(afresh=False)

    def _send(self, *, afresh: bool) -> None:
        if self._busy:
            return
        secret = self._field.text()
        self._field.clear()
        self._again.clear()
        self._hands.send(OpenStore(secret, afresh))

    def _after_field(self) -> None:
        if self._wants in _TWICE and not self._again.text():
            self._again.setFocus()
        else:
            self.open_store()
