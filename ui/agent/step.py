"""The body of a step: notes, points, forms, what to read, and the answers under their keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.desk.intents import (
    AcceptOffer,
    AnswerCall,
    DeclineOffer,
    DeferOffer,
    Digit,
    Enter,
    Escape,
    HangUp,
    Intent,
    OpenFound,
)
from app.desk.view import Choice, DeskView, DigitsTo, FoundRow, Phase
from app.scripts.screen import AnswerRow, StepScreen, WaitScreen
from ui.agent.form import Form
from ui.agent.hands import Hands, elapsed
from ui.agent.headline import has_key_words
from ui.agent.identity import IdentityBox
from ui.agent.picture_box import PictureBox
from ui.agent.reading import Consent, Disclosure, Requests
from ui.agent.why import WhyBox
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Many, Scroll, Surface, gap, line
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

KINDS_FOUND = {
    "answer": "answer",
    "objection": "objection",
    "interrupt": "interrupt, no more offers",
    "step": "step",
    "script": "script",
}
LETTERS = {"A": Command.ACCEPT, "D": Command.DECLINE, "L": Command.LATER, "E": Command.EXTEND}


def command_of(key: str) -> Command | None:
    """The command under a script's key."""
    if key in LETTERS:
        return LETTERS[key]
    return Command(key) if len(key) == 1 and key.isdigit() and key.isascii() else None


class StepBody(Box):
    """Everything below what to say. While a list is marked or something was found, the answers make room for it.

    `narrow` is for a strip; `first` is shown above all else and scrolls with it.
    """

    def __init__(self, hands: Hands, narrow: bool = False, first: QWidget | None = None) -> None:
        super().__init__()
        self._hands = hands
        content = Box()
        if first is not None:
            content.column.addWidget(first)
        size = metrics.SPOKEN_SMALL if narrow else metrics.SPOKEN
        self._key_words = False
        self._why = WhyBox(hands)
        self._notes: Many[NoteBox, str] = Many(lambda text: NoteBox(), NoteBox.show_this, gap(8))
        self._wait = WaitBox(hands)
        self._points: Many[Point, str] = Many(lambda text: Point(), Point.show_this, gap(6))
        self.identity = IdentityBox(hands, narrow)
        self.form = Form(hands)
        self._picture = PictureBox(hands.pictures)
        self._disclosure = Disclosure(hands, size)
        self._consent = Consent(size)
        self._requests = Requests()
        self._phone = PhoneButtons(hands, narrow)
        self._ended = Paragraph(role=Role.SECONDARY)
        self._list_title = Paragraph(role=Role.STEP)
        self._escape = KeyButton(say("back to the answers"), hands.keyboard, Command.ESCAPE, Kind.FLAT)
        self._escape.clicked.connect(lambda: hands.send(Escape()))
        self._list_head = QWidget()
        head = line(self._list_head, (0, 0), 10)
        head.addWidget(self._list_title, 1)
        head.addWidget(self._escape)
        self._rows: Many[Row, RowContent] = Many(self._make_row, Row.show_this, gap(8))
        self._kind = "answers"
        self._place = ("", "")
        parts = (
            self._why,
            self._notes,
            self._wait,
            self._points,
            self._picture,
            self._disclosure,
            self._consent,
            self.identity,
            self.form,
        )
        for part in (*parts, self._requests, self._phone, self._ended, self._list_head, self._rows):
            content.column.addWidget(part)
        content.column.setSpacing(gap(14))
        content.column.addStretch(1)
        self._scroll = Scroll(content)
        self.column.addWidget(self._scroll)

    def render_view(self, view: DeskView) -> None:
        """Shows the body of this view's step."""
        screen = view.script
        ringing = view.phase is Phase.RINGING
        preview = view.preview or ringing
        notes = screen.notes if screen else ()
        if ringing:
            notes = (say("Answering opens this step. Account details stay masked until the caller is verified."),)
        self._notes.show_these(notes)
        self._why.show_reasons(view.why)
        self._show_points(screen)
        self._picture.show_screen(screen if screen and not preview else None)
        self._wait.show_wait(screen.wait if screen and not preview else None, _place(screen))
        verified = view.card.verified if view.card is not None else ""
        self.identity.show_screen(screen.verify if screen and not preview else None, verified)
        self.form.show_fields(screen.form if screen and not preview else ())
        self._disclosure.show_screen(screen.disclosure if screen and not preview else None)
        self._consent.show_screen(screen.consent if screen and not preview else None)
        self._requests.show_requests(screen.requests if screen and not preview else ())
        self._phone.show_for(view)
        self._ended.setText(say("The script ended: {}.").format(view.ending) if view.ending else "")
        self._ended.setVisible(bool(view.ending))
        self._show_rows(view, preview)
        if _place(screen) != self._place:
            # Last: a field that goes away hands the keyboard on, and Qt scrolls to where it went.
            self._place = _place(screen)
            self._scroll.verticalScrollBar().setValue(0)

    def use_key_words(self, wanted: bool) -> None:
        """The head shows the points instead of the sentence: they are not needed here again."""
        self._key_words = wanted

    def _show_points(self, screen: StepScreen | None) -> None:
        above = screen is not None and self._key_words and has_key_words(screen)
        self._points.show_these(screen.points if screen is not None and screen.spoken and not above else ())

    def stock(self) -> None:
        """Makes the rows of a usual step ahead of time."""
        self._rows.stock(RowContent(Command.DIGIT_1, ""), 6)
        self._notes.stock("", 2)
        self._points.stock("", 3)

    def entry(self, view: DeskView) -> QWidget | None:
        """The field that wants typing next, if this step has one."""
        if view.phase is not Phase.ON_CALL or view.script is None or view.choosing is not None:
            return None
        if view.script.verify is not None and self.identity.field.isVisibleTo(self):
            return self.identity.field
        return self.form.first_entry() if view.script.form else None

    def bring_into_sight(self, field: QWidget) -> None:
        """Scrolls to a field that has the keyboard now."""
        if self._scroll.isAncestorOf(field):
            self._scroll.ensureWidgetVisible(field, 0, 60)

    def _show_rows(self, view: DeskView, preview: bool) -> None:
        """The one list that the digits belong to."""
        title = ""
        screen = view.script
        if view.choosing is not None:
            self._kind, title = "choosing", say(view.choosing.title)
            rows = [_choice_row(row) for row in view.choosing.rows]
        elif view.found:
            self._kind, title = "found", say("Found")
            rows = [_found_row(row) for row in view.found]
        else:
            self._kind = "answers"
            digits = view.digits_to is DigitsTo.ANSWERS
            rows = [] if preview or screen is None else [_answer_row(row, digits, view) for row in screen.answers]
            if screen is not None and not preview and screen.enter and not _read_first(screen):
                rows.append(RowContent(Command.ENTER, screen.enter, marked=not rows))
        self._list_title.setText(title)
        self._list_head.setVisible(bool(title))
        self._rows.show_these(rows)

    def _make_row(self, content: RowContent) -> Row:
        row = Row(self._hands.keyboard, content)
        row.clicked.connect(lambda: self._chosen(row.content))
        return row

    def _chosen(self, content: RowContent) -> None:
        """A click on a row means what its key means."""
        letters: dict[Command, Callable[[], Intent]] = {
            Command.ACCEPT: AcceptOffer,
            Command.DECLINE: DeclineOffer,
            Command.LATER: DeferOffer,
        }
        command = content.command
        if command is None:
            return
        if command in letters:
            self._hands.send(letters[command]())
        elif command is Command.ENTER:
            self._hands.send(Enter())
        elif self._kind == "found":
            self._hands.send(OpenFound(command.value))
        else:
            self._hands.send(Digit(command.value))


def _place(screen: StepScreen | None) -> tuple[str, str]:
    return (screen.script, screen.step) if screen is not None else ("", "")


def _read_first(screen: StepScreen) -> bool:
    """Whether Enter is on the disclosure's own button."""
    return screen.disclosure is not None and not screen.disclosure.confirmed


def _answer_row(row: AnswerRow, digits: bool, view: DeskView) -> RowContent:
    """An answer's row; its digit stands on it only while the digits belong to the answers."""
    command = command_of(row.key)
    if command is not None and command.is_digit and not digits:
        command = None
    marked = row.key == _next_key(view) and not row.closed
    return RowContent(command, row.text, row.leads, row.closed, marked=marked)


def _next_key(view: DeskView) -> str:
    """The key that usually comes next: yes to an offer; and where identity is asked for, 1 once that is settled."""
    identity = view.script is not None and view.script.verify is not None
    return "1" if identity and view.card is not None and view.card.verified else "A"


def _choice_row(row: Choice) -> RowContent:
    return RowContent(command_of(row.key), say(row.text), row.detail, row.closed)


def _found_row(row: FoundRow) -> RowContent:
    kind = say(KINDS_FOUND.get(row.kind, row.kind))
    return RowContent(command_of(row.key), row.title, f"{kind} · {row.detail}" if row.detail else kind)


class NoteBox(Surface):
    """A note to the agent, not spoken."""

    def __init__(self) -> None:
        super().__init__("note", (14, 9))
        self._text = Paragraph(role=Role.SECONDARY)
        self.column.addWidget(self._text)

    def show_this(self, text: str) -> None:
        """Shows this note."""
        self._text.setText(text)


class Point(QWidget):
    """A talking point: to be said in one's own words."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), 10)
        row.addSpacing(21)
        row.addWidget(Label("•", Role.LEAD), 0)
        self._text = Paragraph(role=Role.LEAD)
        row.addWidget(self._text, 1)

    def show_this(self, text: str) -> None:
        """Shows this point."""
        self._text.setText(text)


class WaitBox(Surface):
    """Counts a wait down, from the moment the step was entered; the step stays usable."""

    def __init__(self, hands: Hands) -> None:
        super().__init__("information", (14, 9))
        self._hands = hands
        self._wait: WaitScreen | None = None
        self._place = ("", "")
        self._since: datetime | None = None
        self._text = Label(role=Role.STRONG)
        self.column.addWidget(self._text)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)

    def show_wait(self, wait: WaitScreen | None, place: tuple[str, str]) -> None:
        """Shows this wait; another step begins anew."""
        self.setVisible(wait is not None)
        if wait is None:
            self._ticker.stop()
            self._wait = None
            return
        if (wait, place) != (self._wait, self._place):
            self._wait, self._place, self._since = wait, place, self._hands.clock()
        self._tick()
        self._ticker.start()

    def _tick(self) -> None:
        if self._wait is None or self._since is None:
            return
        now = self._hands.clock()
        left = self._wait.seconds - int((now - self._since).total_seconds())
        minutes, seconds = divmod(max(left, 0), 60)
        done = say("Over, {} since the start").format(elapsed(self._since, now))
        self._text.setText(f"{self._wait.text}: {say('{}:{:02} left').format(minutes, seconds) if left > 0 else done}")


class PhoneButtons(QWidget):
    """Answer and decline while it rings, as far as the phone can do that."""

    def __init__(self, hands: Hands, narrow: bool) -> None:
        super().__init__()
        self._least = (0, 0) if narrow else (200, 150)
        self._answer = KeyButton(say("Answer"), hands.keyboard, Command.ANSWER, Kind.PRIMARY)
        self._decline = KeyButton(say("Decline"), hands.keyboard, Command.HANG_UP)
        self._answer.clicked.connect(lambda: hands.send(AnswerCall()))
        self._decline.clicked.connect(lambda: hands.send(HangUp()))
        row = line(self, (0, 0), 12)
        row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        row.addWidget(self._answer)
        row.addWidget(self._decline)
        row.addStretch(1)
        theme().changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        """Wide enough to be found without looking, where there is room for that."""
        answer, decline = self._least
        self._answer.setMinimumWidth(theme().px(answer))
        self._decline.setMinimumWidth(theme().px(decline))

    def show_for(self, view: DeskView) -> None:
        """Shows what the ringing call's phone can do."""
        call = view.call
        ringing = view.phase is Phase.RINGING and call is not None
        self.setVisible(ringing)
        if call is not None and ringing:
            self._answer.set_words(say("I have answered") if call.times_by_agent else say("Answer"))
            self._answer.setVisible(call.can_answer or call.times_by_agent)
            self._decline.set_words(say("Not my call") if call.times_by_agent else say("Decline"))
            self._decline.setVisible(call.can_hang_up or call.times_by_agent)
