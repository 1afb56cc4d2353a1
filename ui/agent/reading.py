"""What must be read word for word, and the question whose answer is kept."""

from __future__ import annotations

from app.desk.intents import Enter
from app.scripts.screen import ConsentScreen, DisclosureScreen, RequestScreen
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme.colours import Tint
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Many, Surface, gap, line
from ui.widgets.sentence import Sentence
from ui.widgets.shapes import Shape
from ui.widgets.text import ElidedLabel, Paragraph, Role
from ui.words.catalogue import say


class Disclosure(Surface):
    """A text to read word for word; one key confirms that it was read."""

    def __init__(self, hands: Hands, size: int) -> None:
        super().__init__("card", (16, 14), 0)
        self._title = ElidedLabel(role=Role.SECTION)
        self._rule = ElidedLabel(role=Role.SMALL)
        self._text = Sentence(size)
        self._confirm = KeyButton(say("I have read it aloud"), hands.keyboard, Command.ENTER, Kind.PRIMARY)
        self._confirm.clicked.connect(lambda: hands.send(Enter()))
        self._done = Badge(say("Read aloud"), Tint.GOOD, Shape.CHECK)
        head = line(None, (0, 0), 10)
        head.addWidget(self._done)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._rule)
        foot = line(None, (0, 0), 10)
        foot.addWidget(self._confirm)
        foot.addStretch(1)
        self.column.addLayout(head)
        self._body = Box()
        self._body.column.addSpacing(gap(10))
        self._body.column.addWidget(self._text)
        self._body.column.addSpacing(gap(14))
        self._body.column.addLayout(foot)
        self.column.addWidget(self._body)

    def show_screen(self, screen: DisclosureScreen | None) -> None:
        """Shows this disclosure, or nothing."""
        self.setVisible(screen is not None)
        if screen is None:
            return
        self._title.setText(screen.title if screen.confirmed else say("Read word for word: {}").format(screen.title))
        self._rule.setText(screen.rule)
        self._text.say((screen.text,))
        self._body.setVisible(not screen.confirmed)
        self._done.setVisible(screen.confirmed)


class Consent(Surface):
    """The question to put word for word; its answers are the step's answers 1 and 2."""

    def __init__(self, size: int) -> None:
        super().__init__("card", (16, 14), 0)
        self._head = Paragraph(say("Ask word for word, and wait for the answer"), Role.SECTION)
        self._question = Sentence(size)
        self.column.addWidget(self._head)
        self.column.addSpacing(gap(10))
        self.column.addWidget(self._question)

    def show_screen(self, screen: ConsentScreen | None) -> None:
        """Shows this question, or nothing."""
        self.setVisible(screen is not None and screen.open)
        if screen is not None:
            self._question.say((screen.question,))


class RequestLine(Box):
    """Something asked of the CRM or the phone, and what became of it."""

    def __init__(self) -> None:
        super().__init__()
        row = line(None, (0, 0), 10)
        self._label = Paragraph(role=Role.BODY)
        self._badge = Badge()
        row.addWidget(self._label, 1)
        row.addWidget(self._badge)
        self.column.addLayout(row)

    def show_this(self, request: RequestScreen) -> None:
        """Shows this request."""
        looks = {
            "": (say("under way"), Tint.PLAIN, Shape.AGAIN),
            "queued": (say("queued, goes out when online"), Tint.ATTENTION, Shape.AGAIN),
            "placed": (say("placed"), Tint.GOOD, Shape.CHECK),
            "ok": (say("done"), Tint.GOOD, Shape.CHECK),
            "failed": (say("failed"), Tint.ATTENTION, Shape.ALERT),
        }
        self._label.setText(request.label)
        self._badge.show_this(*looks.get(request.result, (request.result, Tint.PLAIN, Shape.NONE)))


class Requests(Surface):
    """The requests of a step."""

    def __init__(self) -> None:
        super().__init__("card", (16, 12), 0)
        self._lines: Many[RequestLine, RequestScreen] = Many(
            lambda request: RequestLine(), RequestLine.show_this, gap(6)
        )
        self.column.addWidget(self._lines)

    def show_requests(self, requests: tuple[RequestScreen, ...]) -> None:
        """Shows these; none hides the box."""
        self._lines.show_these(requests)
        self.setVisible(bool(requests))
