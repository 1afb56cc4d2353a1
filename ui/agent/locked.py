"""The masked window: a password opens it; nothing else is to be seen or done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import SignOut, Unlock
from app.desk.view import Locked
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, gap, line
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class LockedBody(Box):
    """Attributes: `password`, which leaves the field with the intent."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._busy = False
        self._needed = True
        self.password = LineField(say("Password"), secret=True)
        self.password.returnPressed.connect(self.unlock)
        self._problem = Paragraph(role=Role.BODY, tint=Tint.ATTENTION)
        self._unlock = KeyButton(say("Unlock"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._unlock.clicked.connect(self.unlock)
        self._out = KeyButton(say("Sign out"), kind=Kind.FLAT)
        self._out.clicked.connect(lambda: hands.send(SignOut()))
        self._form = form = Box(0)
        self._asked = asked = Box(0)
        asked.column.addWidget(Label(say("Password"), Role.SECTION))
        asked.column.addSpacing(gap(6))
        asked.column.addWidget(self.password)
        asked.column.addSpacing(gap(14))
        self._none = Paragraph(
            say("There is no password for this here: lock the PC itself when you leave it."), Role.SECONDARY
        )
        form.column.addWidget(asked)
        form.column.addWidget(self._none)
        form.column.addWidget(self._problem)
        form.column.addSpacing(gap(8))
        form.column.addWidget(self._unlock)
        form.column.addSpacing(gap(12))
        out = line(None, (0, 0), 0)
        out.addWidget(self._out)
        out.addStretch(1)
        form.column.addLayout(out)
        beside = line(None, (0, 0), 0)
        beside.addWidget(form)
        beside.addStretch(1)
        self.column.addSpacing(gap(8))
        self.column.addLayout(beside)
        self.column.addStretch(1)
        theme().changed.connect(self._measure)
        self._measure()

    def show_locked(self, locked: Locked) -> None:
        """Shows whether it works, and why it did not."""
        self._problem.setText(locked.problem)
        self._problem.setVisible(bool(locked.problem))
        self._busy = locked.busy
        self._unlock.set_words(say("Checking") if locked.busy else say("Unlock"))
        self._unlock.setEnabled(not locked.busy)
        self._out.setVisible(locked.can_sign_out)
        self._needed = locked.needs_password
        self._asked.setVisible(locked.needs_password)
        self._none.setVisible(not locked.needs_password)

    def entry(self) -> QWidget | None:
        """Where the keyboard goes; None where nothing is asked for."""
        return self.password if self._needed else None

    def unlock(self) -> None:
        """Sends the password, and empties the field."""
        password = self.password.text()
        if self._busy or (self._needed and not password):
            self.password.setFocus()
            return
        self.password.clear()
        self._hands.send(Unlock(password))

    def _measure(self) -> None:
        self._form.setFixedWidth(theme().px(360))
