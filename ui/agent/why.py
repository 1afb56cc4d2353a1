"""The answer to "why does it say this?": conditions as they were written, and the values of this account."""

from __future__ import annotations

from app.desk.intents import AskWhy
from app.scripts.screen import Reason, ReasonKind, ValueSeen
from ui.agent.hands import Hands
from ui.keys import Command
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Many, Surface, gap, line
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

TITLES = {
    ReasonKind.ANSWERED: "You are here because you answered",
    ReasonKind.BRANCH: "You are here because of a condition",
    ReasonKind.SENTENCE: "Said under a condition",
    ReasonKind.ANSWER: "Answer under a condition",
    ReasonKind.VALUES: "Values in the sentence",
    ReasonKind.OFFER: "Who may have this offer",
    ReasonKind.BLOCKED: "Why this offer may not be made",
}


class WhyBox(Surface):
    """Shown while the agent asks; the key that opened it closes it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__("note", (14, 10), gap(10))
        head = line(None, (0, 0), gap(8))
        head.addWidget(Paragraph(say("Why does it say this?"), Role.STRONG), 1)
        close = KeyButton(say("Close"), hands.keyboard, Command.WHY, Kind.FLAT)
        close.clicked.connect(lambda: hands.send(AskWhy()))
        head.addWidget(close)
        self._none = Paragraph(say("Nothing of this account decides here: it is always said like this."))
        self._reasons: Many[_ReasonBox, Reason] = Many(lambda _: _ReasonBox(), _ReasonBox.show_this, gap(12))
        self.column.addLayout(head)
        self.column.addWidget(self._none)
        self.column.addWidget(self._reasons)
        self.hide()

    def show_reasons(self, reasons: tuple[Reason, ...] | None) -> None:
        """Shows these; None hides it."""
        self.setVisible(reasons is not None)
        self._reasons.show_these(reasons or ())
        self._none.setVisible(not reasons)


class _ReasonBox(Box):
    """One reason: what it is about, the condition, whether it holds, the values."""

    def __init__(self) -> None:
        super().__init__(gap(2))
        self._title = Label(role=Role.SECTION)
        self._text = Paragraph(role=Role.BODY)
        self._condition = Paragraph(role=Role.SECONDARY)
        self._values = Paragraph(role=Role.BODY_SMALL)
        for part in (self._title, self._text, self._condition, self._values):
            self.column.addWidget(part)

    def show_this(self, reason: Reason) -> None:
        """Shows this reason."""
        self._title.setText(say(TITLES[reason.kind]))
        self._text.setText(reason.text)
        self._condition.setText(_condition(reason))
        self._values.setText("\n".join(_value(value) for value in reason.values))
        for part in (self._text, self._condition, self._values):
            part.setVisible(bool(part.text()))


def _condition(reason: Reason) -> str:
    if not reason.condition:
        return ""
    if reason.holds is None:
        return say("If {}: not known before the caller is verified").format(reason.condition)
    words = say("If {}: yes") if reason.holds else say("If {}: no")
    return words.format(reason.condition)


def _value(value: ValueSeen) -> str:
    name = value.path.removeprefix("account.").replace("_", " ").replace(".", " · ")
    if value.masked:
        return f"{name}: •••• ({say('masked until the caller is verified')})"
    return f"{name}: {value.text or say('not known')}"
