"""Messages and questions: what the agents ask, with the answers at hand; what was told, and who has seen it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.desk.conversations import ASK_REASONS, LONGEST, OWN_WORDS, QUICK_ANSWERS
from app.desk.lead_talk import AskedQuestion, LeadTalk, SentLetter, TalkView
from app.desk.ports import Clock
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import ChoiceField, LineField
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, Scroll, Surface, gap, line, settle
from ui.widgets.message_bar import MessageBar
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say

_REASONS = dict(ASK_REASONS)
_CHOICES = dict(QUICK_ANSWERS)
_MOST = 12


class TalkPage(QWidget):
    """Questions on the left, the oldest open one first; messages on the right."""

    def __init__(self, talk: LeadTalk | None, clock: Clock) -> None:
        super().__init__()
        self._talk = talk
        self._clock = clock
        self._view: TalkView | None = None
        self._sent = 0
        columns = line(self, (0, 0), gap(20))
        columns.addWidget(self._build_questions(), 3)
        columns.addWidget(self._build_messages(), 2)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)

    def _build_questions(self) -> QWidget:
        content = Box(gap(10))
        self._none = Paragraph(role=Role.SUBTITLE)
        self._questions: Many[QuestionCard, AskedQuestion] = Many(
            lambda asked: QuestionCard(self._answer), QuestionCard.show_this, gap(10)
        )
        self._problem = MessageBar()
        self._problem.dismissed.connect(lambda _: self._problem.show_none())
        content.column.addWidget(Label(say("Questions from calls"), Role.SECTION))
        content.column.addWidget(self._none)
        content.column.addWidget(self._questions)
        content.column.addStretch(1)
        left = Box(gap(10))
        left.column.addWidget(Scroll(content), 1)
        left.column.addWidget(self._problem)
        return left

    def _build_messages(self) -> QWidget:
        content = Box(gap(10))
        compose = Surface("card", (14, 12), gap(8))
        self._to = ChoiceField(say("To whom"))
        self.text = LineField(say("Message"), say("What do you want to tell them?"))
        self.text.setMaxLength(LONGEST)
        self.text.returnPressed.connect(self.send)
        self._send = KeyButton(say("Send"), kind=Kind.PRIMARY)
        self._send.clicked.connect(self.send)
        compose.column.addWidget(self._to)
        compose.column.addWidget(self.text)
        row = line(None, (0, 0), 0)
        row.addWidget(self._send)
        row.addStretch(1)
        compose.column.addLayout(row)
        self._letters: Many[LetterLine, SentLetter] = Many(lambda one: LetterLine(), LetterLine.show_this, gap(8))
        self._no_letters = Paragraph(say("Nothing was told this week."), Role.SECONDARY)
        content.column.addWidget(Label(say("Messages of the week"), Role.SECTION))
        content.column.addWidget(compose)
        content.column.addWidget(self._no_letters)
        content.column.addWidget(self._letters)
        content.column.addStretch(1)
        return Scroll(content)

    def render_view(self, view: TalkView) -> None:
        """Shows this view."""
        before, self._view = self._view, view
        if view == before:
            return
        if view.sent != self._sent:
            self._sent = view.sent
            self.text.clear()
        room = view.room
        self._questions.show_these(_in_order(room.questions)[:_MOST])
        nothing = say("Nobody asks anything.") if view.loaded else say("Loading.")
        self._none.setText(nothing if view.heard else say("The hub cannot be heard: new questions do not show."))
        self._none.setVisible(not room.questions or not view.heard)
        self._none.set_tint(Tint.PLAIN if view.heard or not view.loaded else Tint.ATTENTION)
        everyone = tuple((f"{team.id}\n", say("All of {}").format(team.name)) for team in room.teams)
        people = tuple((f"{team.id}\n{id_}", name) for team in room.teams for id_, name in team.people)
        self._to.offer((*everyone, *people), self._to.value() or (everyone[0][0] if everyone else ""))
        self._letters.show_these(room.letters[:_MOST])
        self._no_letters.setVisible(view.loaded and not room.letters)
        self._send.setEnabled(not view.busy and bool(everyone))
        if view.problem and (before is None or before.problem != view.problem):
            self._problem.show_message("problem", Tint.ATTENTION, view.problem)
        elif before is not None and before.problem and not view.problem:
            self._problem.show_none()
        self._ticker.start() if view.waiting else self._ticker.stop()
        self._tick()
        settle()

    def send(self) -> None:
        """Tells them what was typed; it stays in the field until the hub has it."""
        team, _, person = self._to.value().partition("\n")
        if self._talk is not None and team and self.text.text().strip():
            self._talk.send(team, person, self.text.text())

    def _answer(self, question: str, choice: str, text: str) -> None:
        if self._talk is not None:
            self._talk.answer(question, choice, text)

    def _tick(self) -> None:
        for card in self._questions.rows():
            card.tick(self._clock())


class QuestionCard(Surface):
    """One question: who, how long, where in which call, why; the answers, or what was answered."""

    def __init__(self, answer: Callable[[str, str, str], None]) -> None:
        super().__init__("card", (14, 12), gap(4))
        self._give = answer
        self._asked: AskedQuestion | None = None
        self._who = Label(role=Role.STRONG)
        self._waits = Label(role=Role.STRONG, tint=Tint.ATTENTION)
        self._account = Label(role=Role.SECONDARY)
        self._why = Paragraph(role=Role.LEAD)
        self._where = Paragraph(role=Role.SECONDARY)
        self._done = Paragraph(role=Role.SECONDARY)
        head = line(None, (0, 0), 10)
        head.addWidget(self._who)
        head.addWidget(self._waits)
        head.addStretch(1)
        head.addWidget(self._account)
        self._answers = Box(gap(8))
        choices = flow(across=6, down=6)
        for code, words in QUICK_ANSWERS:
            button = KeyButton(say(words))
            button.clicked.connect(lambda checked=False, one=code: self._answer(one))
            choices.addWidget(button)
        self.text = LineField(say("Answer"), say("in your own words, or more about the choice; Enter sends"))
        self.text.setMaxLength(LONGEST)
        self.text.returnPressed.connect(lambda: self._answer(""))
        self._answers.column.addSpacing(gap(4))
        self._answers.column.addLayout(choices)
        self._answers.column.addWidget(self.text)
        self.column.addLayout(head)
        for part in (self._why, self._where, self._done, self._answers):
            self.column.addWidget(part)

    def show_this(self, asked: AskedQuestion) -> None:
        """Shows this question."""
        if self._asked is None or self._asked.id != asked.id:
            self.text.clear()
        self._asked = asked
        self.set_kind("accent-card" if asked.is_open else "card")
        self._who.setText(asked.agent)
        self._account.setText(say("Account {}").format(asked.account) if asked.account else say("No account"))
        why = asked.text if asked.reason == OWN_WORDS else say(_REASONS.get(asked.reason, asked.reason))
        self._why.setText(why)
        self._where.setText(" · ".join(part for part in (asked.queue, asked.script, asked.step) if part))
        self._done.setText(_outcome(asked))
        self._done.setVisible(not asked.is_open)
        self._answers.setVisible(asked.is_open)
        self._waits.setVisible(asked.is_open)
        self.setAccessibleName(f"{asked.agent}: {why}. {self._done.text()}".strip())

    def tick(self, now: datetime) -> None:
        """Says how long the agent has waited."""
        if self._asked is not None and self._asked.is_open:
            seconds = max(0, int((now - self._asked.at).total_seconds()))
            self._waits.setText(say("waits {}:{:02}").format(seconds // 60, seconds % 60))

    def _answer(self, choice: str) -> None:
        text = self.text.text().strip()
        if self._asked is not None and self._asked.is_open and (choice or text):
            self._give(self._asked.id, choice, text)


class LetterLine(Surface):
    """One message, and who has seen it when."""

    def __init__(self) -> None:
        super().__init__("card", (14, 10), 3)
        self._to = ElidedLabel(role=Role.STRONG)
        self._at = Label(role=Role.SECONDARY)
        self._text = Paragraph(role=Role.BODY)
        self._count = Label(role=Role.SMALL_STRONG)
        self._seen = Paragraph(role=Role.SMALL, line_height=1.4)
        self._not_seen = Paragraph(role=Role.SMALL, line_height=1.4)
        head = line(None, (0, 0), 10)
        head.addWidget(self._to, 1)
        head.addWidget(self._at)
        self.column.addLayout(head)
        for part in (self._text, self._count, self._seen, self._not_seen):
            self.column.addWidget(part)

    def show_this(self, letter: SentLetter) -> None:
        """Shows this message."""
        self._to.setText(say("{} to {}").format(letter.author, letter.to or say("the team")))
        at = letter.at.astimezone()
        self._at.setText(f"{at.day} {at:%b} {at:%H:%M}")
        self._text.setText(letter.text)
        self._count.setText(say("Seen by {} of {}").format(letter.seen, len(letter.receipts)))
        self._count.set_tint(Tint.GOOD if letter.seen == len(letter.receipts) else Tint.PLAIN)
        seen = [f"{name} {_clock(at)}" for name, at in letter.receipts if at is not None]
        waiting = [name for name, at in letter.receipts if at is None]
        self._seen.setText(", ".join(seen))
        self._seen.setVisible(bool(seen))
        self._not_seen.setText(say("Not yet: {}").format(", ".join(waiting)))
        self._not_seen.setVisible(bool(waiting))
        self.setAccessibleName(f"{self._to.text()}: {letter.text}. {self._count.text()}")


def _in_order(questions: tuple[AskedQuestion, ...]) -> list[AskedQuestion]:
    """Who has waited longest first, then what is settled, the newest of it first."""
    waiting = [one for one in questions if one.is_open]
    return [*waiting, *(one for one in reversed(questions) if not one.is_open)]


def _outcome(asked: AskedQuestion) -> str:
    if asked.answered_at is not None:
        choice = say(_CHOICES.get(asked.choice, asked.choice)) if asked.choice else ""
        answer = " · ".join(part for part in (choice, asked.answer) if part)
        return say("{}, {}: {}").format(asked.answered_by, _clock(asked.answered_at), answer)
    return say("No longer waiting: the call went on without an answer.") if asked.closed else ""


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M")
