"""The top bar: state and timer, number and line; today's counts, sync, who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desk.ports import SyncState
from app.desk.view import DeskView, Phase, Today
from ui.agent.hands import Hands, Stopwatch, clock_time
from ui.agent.headline import opening
from ui.agent.lead_line import waits_unread
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.badge import Badge, BadgeButton
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Surface, line
from ui.widgets.shapes import Shape
from ui.widgets.text import ElidedLabel, Label, Role
from ui.words.catalogue import say

SENDING_IS_USUAL = timedelta(seconds=30)
"""Events younger than this are on their way; only older ones deserve attention."""


@dataclass(frozen=True, slots=True)
class State:
    word: str
    tint: Tint


STATES = {
    Phase.SIGNED_OUT: State("Signed out", Tint.PLAIN),
    Phase.READY: State("Ready", Tint.GOOD),
    Phase.RINGING: State("Ringing", Tint.ACCENT),
    Phase.ON_CALL: State("On call", Tint.GOOD),
    Phase.WRAP_UP: State("Wrap-up", Tint.SPECIAL),
    Phase.BREAK: State("On a break", Tint.SPECIAL),
    Phase.LOCKED: State("Locked", Tint.PLAIN),
}


def _told(view: DeskView) -> tuple[object, ...]:
    """What state, number and line are made of."""
    return view.phase, view.call, opening(view), view.since, view.locked, view.break_next, waits_unread(view)


def _since(view: DeskView) -> datetime | None:
    """When the present state began, of the call or of the shift."""
    return view.call.since if view.call is not None else view.since


class Dot(QWidget):
    """The coloured dot before the state's word."""

    def __init__(self) -> None:
        super().__init__()
        self._tint = Tint.PLAIN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(10, 10)

    def set_tint(self, tint: Tint) -> None:
        """Another colour."""
        if tint is not self._tint:
            self._tint = tint
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().colours.ink(self._tint)))
        painter.drawEllipse(self.rect().adjusted(0, 0, -1, -1))


class TopBar(Surface):
    """The bar of the agent's room. In a narrow window, or with large text, it takes two lines.

    Signals: `menu_wanted` when the name at the right is clicked, `sync_wanted` when the word about sync is.
    """

    menu_wanted = Signal()
    sync_wanted = Signal()

    def __init__(self, hands: Hands) -> None:
        super().__init__("bar")
        self._hands = hands
        self._view: DeskView | None = None
        self._form: tuple[bool, bool] | None = None
        self._dot = Dot()
        self._word = Label(role=Role.STRONG)
        self._timer = Label(role=Role.BODY)
        self._number = Label(role=Role.STRONG)
        self._name = ElidedLabel(role=Role.SUBTITLE)
        self._line = ElidedLabel(role=Role.SUBTITLE)
        self._waiting = Badge()
        self._break = Badge(tint=Tint.SPECIAL)
        self._letters = Badge(tint=Tint.ACCENT)
        self._letters.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._simulated = Badge(say("simulated phone"), Tint.SPECIAL)
        self._today = _TodayCounts()
        self._sync = BadgeButton()
        self._sync.clicked.connect(self.sync_wanted)
        self._who = KeyButton(say("Menu"), kind=Kind.FLAT, shape=Shape.DOWN)
        self._who.limit(200)
        self._who.clicked.connect(self.menu_wanted)
        self._first = line(None, (0, 0), 8)
        self._second = line(None, (0, 0), 8)
        self.column.addLayout(self._first)
        self.column.addLayout(self._second)
        self._watch = Stopwatch()
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        self._arrange()
        theme().changed.connect(self._arrange)

    def render_view(self, view: DeskView) -> None:
        """Shows state, call, counts and sync of this view."""
        before, self._view = self._view, view
        if before is None or _told(before) != _told(view):
            self._show_call(view)
        if before is None or before.today != view.today or before.phase != view.phase:
            self._today.show_counts(view.today, view.phase not in (Phase.SIGNED_OUT, Phase.LOCKED))
        self._sync.setVisible(not opening(view))
        if before is None or before.sync != view.sync:
            self._show_sync(view.sync)
        if before is None or before.who != view.who:
            self._who.set_words(view.who or say("Menu"))
            self._who.setAccessibleDescription(say("Menu: rooms, appearance, messages, sign out"))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Takes two lines where one is too narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _show_call(self, view: DeskView) -> None:
        state = STATES[view.phase]
        call = view.call
        word, tint = say(state.word), state.tint
        if opening(view):
            word = say(view.busy)
        if view.locked is not None and call is not None:
            under = STATES[view.locked.under]
            word, tint = say("Locked · {}").format(say(under.word)), under.tint
        if call is not None and call.ended and view.phase is Phase.ON_CALL:
            word, tint = say("Call ended"), Tint.PLAIN
        elif call is not None and call.held:
            word, tint = say("On hold"), Tint.ATTENTION
        self._dot.set_tint(tint)
        self._word.setText(word)
        self._word.set_tint(tint)
        self._timer.set_tint(tint)
        self._number.setText(call.number if call else "")
        name = call.caller_id_name if call else ""
        self._name.setText(f"“{name}”" if name else "")
        self._name.setAccessibleDescription(say("Name from the network, not checked"))
        self._line.setText(call.line if call else "")
        waiting = call.waiting if call else ()
        if waiting:
            more = say(" and {} more").format(len(waiting) - 1) if len(waiting) > 1 else ""
            self._waiting.show_this(say("{}{} waiting").format(waiting[0], more), Tint.ATTENTION, Shape.ALERT)
        self._waiting.setVisible(bool(waiting))
        self._break.show_this(say("then: {}").format(view.break_next), Tint.SPECIAL)
        self._break.setVisible(bool(view.break_next))
        letters = waits_unread(view)
        self._letters.show_this(say("1 message") if letters == 1 else say("{} messages").format(letters), Tint.ACCENT)
        self._letters.setVisible(letters > 0)
        self._simulated.setVisible(call is not None and call.simulated)
        for widget in (self._number, self._name, self._line):
            widget.setVisible(bool(widget.text()))
        self._timer.setVisible(_since(view) is not None)
        if _since(view) is None:
            self._ticker.stop()
        else:
            self._tick()
            self._ticker.start()

    def _tick(self) -> None:
        view = self._view
        if view is None:
            return
        since = _since(view)
        if since is not None:
            self._timer.setText(self._watch.text(since, self._hands.clock()))
        if view.sync.unsent:
            self._show_sync(view.sync)

    def _show_sync(self, sync: SyncState) -> None:
        text, tint, shape = sync_words(sync, self._hands.clock())
        self._sync.show_this(text, tint, shape)
        self._sync.setAccessibleDescription(sync.problem)

    def _arrange(self) -> None:
        """One line where all of it fits, else two: calls above, counts below, and sync where it has room."""
        look = theme()
        second: tuple[QWidget, ...] = (self._today, self._sync, self._who)
        needed = 2 * metrics.EDGE + 60 + sum(w.sizeHint().width() for w in (self._word, self._timer, self._number))
        needed += sum(widget.sizeHint().width() + 20 for widget in second)
        needed += self._waiting.sizeHint().width() if not self._waiting.isHidden() else 0
        needed += self._simulated.sizeHint().width() + 12 if not self._simulated.isHidden() else 0
        needed += self._letters.sizeHint().width() if not self._letters.isHidden() else 0
        needed += min(self._line.sizeHint().width(), look.px(120)) if not self._line.isHidden() else 0
        two = needed > max(self.width(), 400)
        height = look.px(metrics.TOP_BAR) if not two else look.px(28) * 2 + 6
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        counts = 2 * metrics.EDGE + 24 + self._today.sizeHint().width() + self._sync.sizeHint().width()
        form = (two, two and counts > self.width())
        if form == self._form:
            return
        self._form = form
        self.column.setContentsMargins(metrics.EDGE, 4 if two else 0, metrics.EDGE, 4 if two else 0)
        for layout in (self._first, self._second):
            while (item := layout.takeAt(0)) is not None:
                del item
        call: tuple[QWidget, ...] = (
            self._dot,
            self._word,
            self._timer,
            self._number,
            self._name,
            self._line,
            self._waiting,
            self._break,
            self._letters,
            self._simulated,
        )
        for widget in call:
            self._first.addWidget(widget)
            if widget is self._timer:
                self._first.addSpacing(12)
        self._first.addStretch(1)
        last = self._second if two else self._first
        if not two:
            last.addSpacing(8)
        for widget in second:
            if two and (widget is self._who or (form[1] and widget is self._sync)):
                self._first.addWidget(widget)
                continue
            last.addWidget(widget)
            last.addSpacing(12 if widget is self._today else 4)
        if two:
            last.addStretch(1)


class _TodayCounts(QWidget):
    """Today's counts, each with what it is a part of."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), theme().px(4))
        self._labels = [
            Label(role=role)
            for role in (Role.SUBTITLE, Role.STRONG, Role.BODY) + (Role.STRONG, Role.BODY, Role.SUBTITLE) * 2
        ]
        for index, label in enumerate(self._labels):
            if index in (1, 3, 6):
                row.addSpacing(8)
            row.addWidget(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_counts(self, today: Today, shown: bool) -> None:
        """Shows these counts, or nothing."""
        texts = (
            *(say("Today"), f"{today.calls}", say("call") if today.calls == 1 else say("calls")),
            *(f"{today.extended}", say("extended"), say("of {}").format(today.calls)),
            *(f"{today.accepted}", say("accepted"), say("of {}").format(today.extended)),
        )
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        self.setAccessibleName(" ".join(texts))
        self.setVisible(shown)


def sync_words(sync: SyncState, now: datetime) -> tuple[str, Tint, Shape]:
    """What the badge says about events that are not yet at the hub."""
    aside = say(", {} set aside").format(sync.set_aside) if sync.set_aside else ""
    if not sync.unsent:
        if not sync.online:
            return say("Offline, nothing unsent{}").format(aside), Tint.ATTENTION, Shape.ALERT
        return say("All synced{}").format(aside), (Tint.ATTENTION if aside else Tint.PLAIN), Shape.CHECK
    since = say(", since {}").format(clock_time(sync.oldest)) if sync.oldest else ""
    if sync.online and (sync.oldest is None or now - sync.oldest < SENDING_IS_USUAL):
        return say("Sending {}{}").format(sync.unsent, aside), Tint.PLAIN, Shape.AGAIN
    word = "" if sync.online else say("Offline · ")
    return say("{}{} not yet synced{}{}").format(word, sync.unsent, since, aside), Tint.ATTENTION, Shape.AGAIN
