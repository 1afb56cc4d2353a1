"""Between the agent and the lead: what was asked with its answer, and messages; never over what to say next."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer

from app.desk.conversations import ASK_REASONS, OWN_WORDS, QUICK_ANSWERS, AskedLead, AskStep, LeadMessage
from app.desk.intents import AskLeadInWords, PutAsideAnswer, ReadLetter
from app.desk.view import DeskView, Phase
from ui.agent.hands import Hands, Stopwatch, clock_time
from ui.keys import Command
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, Surface, gap, line
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say

_BUSY = (Phase.RINGING, Phase.ON_CALL)
_REASONS = dict(ASK_REASONS)
_CHOICES = dict(QUICK_ANSWERS)


def waits_unread(view: DeskView) -> int:
    """How many messages wait for the end of the call: there is a mark for them, and nothing else."""
    return len(view.letters) if view.phase in _BUSY else 0


def question_words(asked: AskedLead) -> str:
    """Why the lead was asked, in words."""
    return asked.text if asked.reason == OWN_WORDS else say(_REASONS.get(asked.reason, asked.reason))


def answer_words(asked: AskedLead) -> str:
    """The lead's answer, in words."""
    choice = say(_CHOICES.get(asked.choice, asked.choice)) if asked.choice else ""
    return " · ".join(part for part in (choice, asked.answer) if part)


class LeadLine(Box):
    """Below the answers: the question to the lead, its answer, and a message where no call is on.

    Attributes: `field`, for a question in the agent's own words; it is there while the list of reasons is open.
    """

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self.field = LineField(say("Question to the lead"), say("or in your own words, then Enter"))
        self._own = Box()
        row = line(None, (0, 0), 10)
        write = KeyButton(say("write"), hands.keyboard, Command.ASK_LEAD, Kind.FLAT)
        write.clicked.connect(self.field.setFocus)
        row.addWidget(self.field, 1)
        row.addWidget(write)
        self._own.column.addLayout(row)
        self._asked = AskedCard(hands)
        self._letter = LetterCard(hands)
        self.column.setSpacing(gap(8))
        for part in (self._own, self._asked, self._letter):
            part.setVisible(False)
            self.column.addWidget(part)
        self.setVisible(False)

    def render_view(self, view: DeskView) -> None:
        """Shows what of it this view has."""
        if not view.asking and not self._own.isHidden():
            self.field.clear()
        self._own.setVisible(view.asking)
        self._asked.show_asked(view.asked if not view.asking else None)
        quiet = view.phase not in _BUSY
        self._letter.show_letters(view.letters if quiet else ())
        self.setVisible(view.asking or view.asked is not None or bool(view.letters and quiet))

    def ask(self) -> None:
        """Asks what was typed."""
        text = self.field.text().strip()
        if text:
            self.field.clear()
            self._hands.send(AskLeadInWords(text))

    def seen(self, view: DeskView) -> bool:
        """The key for "I have seen it": the answer first, then the message; False where there is neither."""
        if view.asked is not None and view.asked.step in (AskStep.ANSWERED, AskStep.FAILED):
            self._hands.send(PutAsideAnswer())
            return True
        if view.letters and view.phase not in _BUSY:
            self._hands.send(ReadLetter(view.letters[0].id))
            return True
        return False


class AskedCard(Surface):
    """A question and how long it has waited; then the answer. With large text it is one line, to leave room for the
    sentence and the answers."""

    def __init__(self, hands: Hands) -> None:
        super().__init__("information", (14, 8), 2)
        self._hands = hands
        self._since: datetime | None = None
        self._asked: AskedLead | None = None
        self._watch = Stopwatch()
        self._word = Label(role=Role.STRONG)
        self._about = ElidedLabel(role=Role.SECONDARY)
        self._line = Paragraph(role=Role.BODY)
        self._time = Label(role=Role.SECONDARY)
        self._text = Paragraph(role=Role.BODY)
        self._seen = KeyButton(say("seen"), hands.keyboard, Command.SEEN, Kind.FLAT)
        self._seen.clicked.connect(lambda: hands.send(PutAsideAnswer()))
        head = line(None, (0, 0), 10)
        head.addWidget(self._word)
        head.addWidget(self._about, 1)
        head.addWidget(self._line, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._time)
        head.addWidget(self._seen)
        self.column.addLayout(head)
        self.column.addWidget(self._text)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        theme().changed.connect(self._show_again)

    def _show_again(self) -> None:
        self.show_asked(self._asked)

    def show_asked(self, asked: AskedLead | None) -> None:
        """Shows this question; nothing for None."""
        self._asked = asked
        self.setVisible(asked is not None)
        waits = asked is not None and (asked.is_open or asked.step is AskStep.SENDING)
        self._since = asked.asked_at if asked is not None and waits else None
        self._ticker.start() if waits else self._ticker.stop()
        if asked is None:
            return
        word, tint, text = _told(asked)
        about = question_words(asked)
        large = theme().scale > metrics.TABS_ABOVE_SCALE
        self.set_kind({Tint.GOOD: "good", Tint.ATTENTION: "attention"}.get(tint, "information"))
        self._word.setText(word)
        self._word.set_tint(tint)
        self._word.setVisible(not large or not text or asked.step is AskStep.ANSWERED)
        self._about.setText(about)
        self._about.setVisible(not large)
        self._line.setText(text or about)
        self._line.setVisible(large)
        self._text.setText(text)
        self._text.setVisible(bool(text) and not large)
        if waits:
            self._tick()
        else:
            self._time.setText(clock_time(asked.answered_at) if asked.answered_at is not None else "")
        self._time.setVisible(not large)
        self._seen.setVisible(not waits)
        self.setAccessibleName(". ".join(part for part in (word, about, text) if part))

    def _tick(self) -> None:
        if self._since is not None:
            self._time.setText(self._watch.text(self._since, self._hands.clock()))


class LetterCard(Surface):
    """The oldest message not yet seen, and how many wait behind it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__("information", (14, 8), 2)
        self._hands = hands
        self._id = ""
        self._who = Label(role=Role.STRONG, tint=Tint.ACCENT)
        self._time = Label(role=Role.SECONDARY)
        self._more = Label(role=Role.SECONDARY)
        self._text = Paragraph(role=Role.BODY)
        seen = KeyButton(say("I have seen it"), hands.keyboard, Command.SEEN)
        seen.clicked.connect(lambda: hands.send(ReadLetter(self._id)))
        head = line(None, (0, 0), 10)
        for part in (self._who, self._time, self._more):
            head.addWidget(part)
        head.addStretch(1)
        row = line(None, (0, 0), 14)
        texts = Box(2)
        texts.column.addLayout(head)
        texts.column.addWidget(self._text)
        row.addWidget(texts, 1)
        row.addWidget(seen, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)

    def show_letters(self, letters: tuple[LeadMessage, ...]) -> None:
        """Shows the first of these; nothing where there is none."""
        self.setVisible(bool(letters))
        if not letters:
            return
        first = letters[0]
        self._id = first.id
        self._who.setText(first.author)
        self._time.setText(clock_time(first.at))
        self._more.setText(say("{} more").format(len(letters) - 1))
        self._more.setVisible(len(letters) > 1)
        self._text.setText(first.text)
        self.setAccessibleName(say("Message from {}: {}").format(first.author, first.text))


def _told(asked: AskedLead) -> tuple[str, Tint, str]:
    """The word, its tint and the sentence for where a question stands."""
    match asked.step:
        case AskStep.ANSWERED:
            return asked.answered_by or say("Your lead"), Tint.GOOD, answer_words(asked)
        case AskStep.FAILED:
            return say("Your lead was not asked"), Tint.ATTENTION, asked.sentence
        case AskStep.NOBODY:
            text = say("No lead listens just now: go on by the script.")
            return say("Asked your lead"), Tint.ATTENTION, text
        case AskStep.WAITING if asked.leads:
            return say("Asked {}").format(", ".join(asked.leads)), Tint.ACCENT, ""
        case AskStep.WAITING:
            return say("Asked your lead"), Tint.ACCENT, ""
        case _:
            return say("Asking your lead"), Tint.ACCENT, ""
