"""The identity box: the method, the factor as the caller says it, and the way to attest; once verified, one line."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout

from app.desk.intents import Attest, CheckFactor
from app.scripts.screen import VerifyMethod, VerifyScreen
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme.colours import Tint
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, Surface, gap, line
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class IdentityBox(Box):
    """Takes the factor, shows it as dots, sends it once and forgets it. A caller who is verified is not asked again."""

    def __init__(self, hands: Hands, narrow: bool = False) -> None:
        super().__init__()
        self._hands = hands
        self._screen: VerifyScreen | None = None
        self._method = ""
        self._verified = ""
        self._card = Surface("card", (16, 14), 0)
        self._confirmed = Badge(tint=Tint.GOOD, shape=Shape.CHECK)
        self._tabs = line(None, (0, 0), 6)
        if narrow:
            self._tabs.setDirection(QBoxLayout.Direction.TopToBottom)
        self._tabs.addWidget(Label(say("Who is calling?"), Role.SECTION))
        if not narrow:
            self._tabs.addStretch(1)
        self._methods: list[KeyButton] = []
        self._prompt = Paragraph(role=Role.SECONDARY)
        self.field = LineField(say("What the caller says"), secret=True)
        self.field.returnPressed.connect(self.check)
        self._check = KeyButton(say("Check"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._check.clicked.connect(self.check)
        self._attest = KeyButton(say("I have verified the caller myself"), hands.keyboard, Command.ATTEST, Kind.FLAT)
        self._attest.clicked.connect(self.attest)
        self._answer = Badge()
        row = line(None, (0, 0), 8)
        row.addWidget(self.field, 1)
        row.addWidget(self._check)
        below = line(None, (0, 0), 8)
        below.addWidget(self._answer)
        below.addWidget(self._attest)
        below.addStretch(1)
        if narrow:
            below.setDirection(QBoxLayout.Direction.TopToBottom)
        inner = self._card.column
        inner.addLayout(self._tabs)
        inner.addSpacing(gap(8))
        inner.addWidget(self._prompt)
        inner.addSpacing(gap(6))
        inner.addLayout(row)
        inner.addSpacing(gap(8))
        inner.addLayout(below)
        self.column.addWidget(self._card)
        self.column.addWidget(self._confirmed)

    def show_screen(self, screen: VerifyScreen | None, verified: str) -> None:
        """Shows the box for these methods; hides it, and forgets what was typed, for None.

        `verified` says how and when the caller was verified ("Verified by PIN, 14:02"), "" while that is to be done.
        """
        before = (self._screen, self._verified)
        self._screen, self._verified = screen, verified
        self.setVisible(screen is not None)
        if screen is None or verified:
            self.field.clear()
        if screen is None or before == (screen, verified):
            return
        self._card.setVisible(not verified)
        self._confirmed.setVisible(bool(verified))
        if verified:
            self._confirmed.show_this(verified, Tint.GOOD, Shape.CHECK)
            return
        ids = [method.id for method in screen.methods]
        if self._method not in ids:
            self._method = screen.last_method if screen.last_method in ids else (ids[0] if ids else "")
        self._show_methods(screen)
        self._show_method()
        words = {"no": say("does not match"), "unknown": say("cannot be checked now")}
        text = words.get(screen.last_answer, "")
        shape = Shape.CROSS if screen.last_answer == "no" else Shape.QUESTION
        self._answer.show_this(text, Tint.ATTENTION, shape)
        self._answer.setVisible(bool(text))
        if screen.last_answer:
            self.field.clear()

    def check(self) -> None:
        """Has the factor checked; it is in no field afterwards."""
        factor = self.field.text().strip()
        method = self._chosen()
        if method is None or not factor or not method.checkable:
            return
        self.field.clear()
        self._hands.send(CheckFactor(method.id, factor))

    def attest(self) -> None:
        """Says that the agent has verified the caller by this method."""
        if self._screen is not None and self._method and not self._verified:
            self._hands.send(Attest(self._method))

    def _chosen(self) -> VerifyMethod | None:
        methods = self._screen.methods if self._screen is not None else ()
        return next((method for method in methods if method.id == self._method), None)

    def _show_methods(self, screen: VerifyScreen) -> None:
        for index, method in enumerate(screen.methods):
            if index == len(self._methods):
                button = KeyButton("", kind=Kind.FLAT)
                button.clicked.connect(lambda checked=False, place=index: self._choose(place))
                self._methods.append(button)
                self._tabs.addWidget(button)
            self._methods[index].set_words(method.prompt)
            self._methods[index].set_chosen(method.id == self._method)
            self._methods[index].setVisible(len(screen.methods) > 1)
        for button in self._methods[len(screen.methods) :]:
            button.setVisible(False)

    def _choose(self, place: int) -> None:
        if self._screen is not None and place < len(self._screen.methods):
            self._method = self._screen.methods[place].id
            self._show_methods(self._screen)
            self._show_method()
            self.field.clear()

    def _show_method(self) -> None:
        method = self._chosen()
        checkable = method is not None and method.checkable
        prompt = method.prompt if method is not None else ""
        self._prompt.setText(
            say("Type the {}; it is checked and kept nowhere.").format(prompt)
            if checkable
            else say("Ask for: {}.").format(prompt)
        )
        self.field.setAccessibleName(prompt or say("What the caller says"))
        self.field.setVisible(checkable)
        self._check.setVisible(checkable)
