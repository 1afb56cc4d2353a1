"""The compact strip: caller, sentence and answers beside the softphone, above all other windows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMoveEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.desk.intents import Intent
from app.desk.ports import Clock
from app.desk.view import Candidate, DeskView, DigitsTo, Phase
from ui.agent.caller import CandidateRow, match_badge
from ui.agent.focus import FocusKeeper
from ui.agent.hands import Hands, Stopwatch
from ui.agent.headline import headline
from ui.agent.step import StepBody
from ui.agent.top_bar import STATES, Dot
from ui.keyboard import Keyboard
from ui.keys import Command, KeyMap
from ui.pictures import Pictures
from ui.screens import clamped
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Many, Surface, column, gap, line, settle
from ui.widgets.sentence import Sentence
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

HIGH = 620
_ON_LINE = (Phase.RINGING, Phase.ON_CALL)


class Strip(QWidget):
    """A window of its own, 360 px wide at 100 % text, always on top, that never takes the keyboard when it appears.

    What the strip has no room for (notes, find, the outcome) is done in the full window.
    Signals: `full_wanted`; `moved` with the new place.
    """

    full_wanted = Signal()
    moved = Signal(QPoint)

    def __init__(
        self,
        send: Callable[[Intent], None],
        obey: Callable[[Command], bool],
        keymap: KeyMap,
        clock: Clock,
        pictures: Pictures | None = None,
    ) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle("Cuecard")
        self.setAccessibleName(say("Call"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._obey_room = obey
        self._view: DeskView | None = None
        self._key_words = False
        self.keyboard = Keyboard(self, keymap)
        self.keyboard.listen(self._obey)
        self._hands = Hands(send, self.keyboard, clock, pictures)
        self._focus = FocusKeeper(self, self._entry)
        self._build()
        self._watch = Stopwatch()
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        theme().changed.connect(self._measure)
        self._measure()

    def _build(self) -> None:
        self._dot = Dot()
        self._word = Label(role=Role.STRONG)
        self._timer = Label(role=Role.BODY)
        self._number = Paragraph(role=Role.SUBTITLE)
        full = KeyButton(say("full window"), self.keyboard, Command.STRIP, Kind.FLAT)
        full.clicked.connect(self.full_wanted)
        bar = Surface("bar", (12, 6))
        top = line(None, (0, 0), 8)
        for part in (self._dot, self._word, self._timer):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(full)
        bar.column.addLayout(top)
        self._title = Paragraph(role=Role.STRONG)
        self._badge = Badge()
        badge = line(None, (0, 0), 0)
        badge.addWidget(self._badge)
        badge.addStretch(1)
        self.sentence = Sentence(metrics.SPOKEN_SMALL)
        self._candidates: Many[CandidateRow, Candidate] = Many(
            lambda content: CandidateRow(self._hands, content), CandidateRow.show_this
        )
        self.step = StepBody(self._hands, narrow=True, first=self._candidates)
        self._rest = Paragraph(role=Role.SECONDARY, line_height=1.4)
        ground = Surface("ground")
        inner = Box(0, (16, 14))
        inner.column.addWidget(self._number)
        inner.column.addWidget(self._title)
        inner.column.addSpacing(gap(4))
        inner.column.addLayout(badge)
        inner.column.addSpacing(gap(12))
        inner.column.addWidget(self.sentence)
        inner.column.addSpacing(gap(12))
        inner.column.addWidget(self._rest)
        inner.column.addWidget(self.step, 100)
        inner.column.addStretch(1)
        ground.column.addWidget(inner)
        everything = column(self)
        everything.addWidget(bar)
        everything.addWidget(ground, 1)

    def use_key_words(self, wanted: bool) -> None:
        """Key words instead of a sentence where there are any."""
        self._key_words = wanted
        self.step.use_key_words(wanted)
        if self._view is not None:
            self.render_view(self._view)

    def render_view(self, view: DeskView) -> None:
        """Shows what of this view fits."""
        self._view = view
        focus = QApplication.focusWidget()
        state = STATES[view.phase]
        self._dot.set_tint(state.tint)
        self._word.setText(say(state.word))
        self._word.set_tint(state.tint)
        self._number.setText(view.call.number if view.call is not None else "")
        self._number.setVisible(view.call is not None)
        card = view.card if view.call is not None else None
        self._title.setText(card.title if card is not None else "")
        self._title.setVisible(card is not None)
        if card is not None:
            self._badge.show_this(*match_badge(card))
        self._badge.setVisible(card is not None)
        self._candidates.show_these(card.candidates if card is not None else ())
        for row in self._candidates.rows():
            row.open(view.digits_to is DigitsTo.CANDIDATES)
        shown = headline(view, self._key_words)
        self.sentence.say(shown.texts or (shown.title,), shown.bullets)
        self.step.render_view(view)
        self.step.setVisible(view.phase in _ON_LINE)
        self._rest.setText(_rest(view))
        self._rest.setVisible(bool(self._rest.text()))
        self._tick()
        settle()
        field = self._focus.settle(view, focus) if self.isActiveWindow() else None
        if field is not None:
            self.step.bring_into_sight(field)

    def open_at(self, place: QPoint | None) -> None:
        """Shows it where it was, or at the right of the first screen; always whole on a screen that is there."""
        free = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        corner = QPoint(free[0].right() - self.width() - 16, free[0].top() + 40) if free else QPoint(0, 0)
        self.move(clamped(place if place is not None else corner, self._whole(), free))
        self.show()
        self.setFocus()

    def _whole(self) -> QSize:
        return self.frameGeometry().size().expandedTo(self.size())

    def _obey(self, command: Command) -> bool:
        if command is Command.STRIP:
            self.full_wanted.emit()
        elif command in (Command.NOTES, Command.FIND, Command.SEARCH, Command.HELP, Command.ROOMS):
            self.full_wanted.emit()
            return self._obey_room(command)
        elif command is Command.ENTER and QApplication.focusWidget() is self.step.identity.field:
            self.step.identity.check()
        elif command is Command.ATTEST:
            self.step.identity.attest()
        elif command in (Command.PAGE_ON, Command.PAGE_BACK):
            self.sentence.turn(1 if command is Command.PAGE_ON else -1)
        elif command is Command.ESCAPE and self.keyboard.in_field:
            self.setFocus()
        else:
            return self._obey_room(command)
        return True

    def _entry(self, view: DeskView) -> QWidget:
        return self.step.entry(view) or self

    def _tick(self) -> None:
        call = self._view.call if self._view is not None else None
        self._timer.setText(self._watch.text(call.since, self._hands.clock()) if call is not None else "")

    def _measure(self) -> None:
        look = theme()
        screen = self.screen().availableGeometry()
        width, height = min(look.px(metrics.STRIP), screen.width()), min(look.px(HIGH), screen.height() - 40)
        self.setFixedSize(width, height)
        self.sentence.leave_room(height // 3)

    def showEvent(self, event: QShowEvent) -> None:
        """Counts the time while it can be seen."""
        super().showEvent(event)
        self._ticker.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Tells where it was put."""
        super().moveEvent(event)
        if self.isVisible():
            self.moved.emit(self.pos())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it means the full window."""
        event.ignore()
        self.full_wanted.emit()


def _rest(view: DeskView) -> str:
    """What is to be said where there are no answers."""
    if view.phase is Phase.WRAP_UP and view.wrap_up is not None:
        outcome = dict(view.wrap_up.dispositions).get(view.wrap_up.disposition, "")
        return say("{}. Enter confirms; the full window has the summary.").format(outcome) if outcome else ""
    if view.locked is not None:
        return say("Unlock in the full window.")
    if view.phase is Phase.READY:
        today = view.today
        return say("Today {} calls, {} extended, {} accepted of {}.").format(
            today.calls, today.extended, today.accepted, today.extended
        )
    return ""
