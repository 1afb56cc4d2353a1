"""The panel about sync: what waits and why, what the hub refused, and what can be done. Quiet when all is well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from app.desk.ports import Clock, SetAsideEvent, SyncDetails, SyncPanel, SyncState, Tasks, WaitingKind
from ui.agent.hands import clock_time
from ui.keyboard import Keyboard
from ui.panels import WorkPanel
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton
from ui.widgets.fields import LineField
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, Surface, gap, line
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

LANE = "sync panel"
RENEW_MS = 2_000
LARGE_OFFSET = timedelta(minutes=1)
"""A clock off by more is worth a word; the hub puts times right by itself."""

MOST_SHOWN = 50

KINDS = {
    "call": "Calls",
    "account": "Accounts matched",
    "record": "Records viewed",
    "caller": "Callers verified",
    "consent": "Consents",
    "intent": "What callers wanted",
    "cancel": "Cancellations",
    "script": "Scripts",
    "step": "Steps",
    "phrasing": "Ways to say it",
    "answer": "Answers",
    "form": "Forms",
    "objection": "Objections",
    "offer": "Offers",
    "disclosure": "Disclosures",
    "order": "Orders",
    "note": "Notes",
    "callback": "Callbacks",
    "agent": "Shift and breaks",
    "lead": "Questions to the lead",
    "extend": "Spoken checks",
    "experiment": "Experiments",
    "guide": "Guides tried",
    "event": "Corrections",
}
"""What events are about, by the first part of their type."""


@dataclass(frozen=True, slots=True)
class _Waits:
    """What waits of one kind."""

    text: str
    since: str
    attention: bool


class SyncStatePanel(WorkPanel):
    """Shows sync as it is, and again every two seconds while it is open.

    `find` finds what is shown, None while nobody is signed in; it is called in a worker. `state` gives what the window
    says about sync now.
    """

    def __init__(
        self,
        window: QWidget,
        keyboard: Keyboard,
        find: Callable[[], SyncPanel | None],
        tasks: Tasks,
        clock: Clock,
        state: Callable[[], SyncState],
    ) -> None:
        super().__init__(window, say("What is not yet sent"), keyboard, 520)
        self._find, self._tasks, self._clock, self._state = find, tasks, clock, state
        self._asking = False
        self._details: SyncDetails | None = None
        self._state_line = Paragraph(role=Role.STRONG)
        self._why = Paragraph(role=Role.BODY)
        self._last = Paragraph(role=Role.SECONDARY)
        self._offset = Paragraph(role=Role.SECONDARY, tint=Tint.ATTENTION)
        self._waiting: Many[_WaitingLine, _Waits] = Many(lambda _: _WaitingLine(), _WaitingLine.show_this, gap(6))
        self._waits = _Section(say("Waiting"), self._waiting)
        self._refused: Many[_RefusedLine, SetAsideEvent] = Many(
            lambda _: _RefusedLine(), _RefusedLine.show_this, gap(10)
        )
        self._aside = _Section(say("Set aside: the hub refused these"), self._refused)
        self._build_export()
        self._told = Paragraph(role=Role.SECONDARY)
        rows = self.content.column
        parts: tuple[QWidget, ...] = (self._waits, self._aside, self._export_box, self._told)
        for part in (self._state_line, self._why, self._last, self._offset):
            rows.addWidget(part)
            rows.addSpacing(gap(4))
        for one in parts:
            rows.addWidget(one)
        rows.addStretch(1)
        self._again = QTimer(self)
        self._again.setInterval(RENEW_MS)
        self._again.timeout.connect(self._ask)

    def open(self) -> None:
        """Shows what is known, and asks for what is so now."""
        self._tell("")
        self._place_field.hide()
        self._show()
        super().open()
        self._ask()
        self._again.start()

    def renew(self) -> None:
        """Shows it as it is now."""
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Asks no more."""
        super().hideEvent(event)
        self._again.stop()

    def enter(self, focus: QWidget | None) -> bool:
        """Enter in the field writes the file."""
        if focus is self._place_field:
            self._write()
            return True
        return super().enter(focus)

    def _build_export(self) -> None:
        self._export_box = Box(gap(8))
        self._again_button = KeyButton(say("Try again"))
        self._again_button.clicked.connect(self._try_again)
        self._export = KeyButton(say("Export …"))
        self._export.clicked.connect(self._export_clicked)
        self._place_field = LineField(say("File to write"))
        self._place_field.returnPressed.connect(self._write)
        buttons = flow(across=8, down=8)
        buttons.addWidget(self._again_button)
        buttons.addWidget(self._export)
        self._export_box.column.addSpacing(gap(6))
        self._export_box.column.addWidget(self._place_field)
        self._export_box.column.addLayout(buttons)
        self._place_field.hide()

    def _ask(self) -> None:
        if self._asking:
            return
        self._asking = True

        def found(details: SyncDetails | None) -> None:
            self._asking = False
            if details is not None and details != self._details:
                self._details = details
            self._show()

        def failed(error: Exception) -> None:
            self._asking = False
            self._tell(str(error), Tint.ATTENTION)

        self._tasks.submit(LANE, self._look, found, failed)

    def _look(self) -> SyncDetails | None:
        panel = self._find()
        return panel.details() if panel is not None else None

    def _show(self) -> None:
        details = self._details or SyncDetails("", (), (), None)
        state = self._state()
        now = self._clock()
        well = not state.unsent and not state.set_aside and state.online
        if well:
            words = say("Everything that was recorded is at the hub.")
        elif state.unsent:
            words = say("{} recorded and not yet sent. Nothing of it can be lost here.").format(_events(state.unsent))
        elif not state.online:
            words = say("The hub cannot be reached. Nothing waits.")
        else:
            words = say("Everything that the hub takes is there.")
        self._state_line.setText(words)
        self._why.setText(_why(details, state))
        self._last.setText(_last(state.last_synced, now))
        offset = details.clock_offset
        large = offset is not None and abs(offset) >= LARGE_OFFSET
        self._offset.setText(_offset(offset) if offset is not None and large else "")
        for part in (self._why, self._last, self._offset):
            part.setVisible(bool(part.text()))
        self._waiting.show_these([_waits(kind, now) for kind in details.waiting])
        self._waits.setVisible(bool(details.waiting))
        self._refused.show_these(details.set_aside[:MOST_SHOWN])
        self._aside.show_more(len(details.set_aside) - MOST_SHOWN)
        self._aside.setVisible(bool(details.set_aside))
        self._export_box.setVisible(bool(details.set_aside))
        if self.isVisible():
            self.place()

    def _try_again(self) -> None:
        ids = [event.id for event in self._details.set_aside] if self._details is not None else []

        def work() -> int:
            panel = self._find()
            return panel.try_again(ids) if panel is not None else 0

        def done(moved: int) -> None:
            self._tell(say("Queued again: {}.").format(_events(moved)))
            self._ask()

        self._tasks.submit(LANE, work, done, lambda error: self._tell(str(error), Tint.ATTENTION))

    def _export_clicked(self) -> None:
        """Asks where to, with a place already written down; the second time it writes."""
        if self._place_field.isVisible():
            self._write()
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"cuecard-{self._clock().astimezone():%Y-%m-%d-%H%M}.csv"
        self._place_field.setText(str(Path(folder or Path.home()) / name))
        self._place_field.show()
        self._place_field.setFocus()
        self._tell(say("A name ending in .csv is written as a table, any other as one JSON object a line."))
        self.place()

    def _write(self) -> None:
        typed = self._place_field.text().strip()
        if not typed:
            return
        file = Path(typed).expanduser()

        def work() -> int:
            panel = self._find()
            return panel.export_set_aside(file) if panel is not None else 0

        def done(count: int) -> None:
            self._place_field.hide()
            self._export.setFocus()
            self._tell(say("{} written to {}.").format(_events(count), file))

        def failed(error: Exception) -> None:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._tell(say("The file could not be written: {}. Choose another place.").format(reason), Tint.ATTENTION)

        self._tasks.submit(LANE, work, done, failed)

    def _tell(self, text: str, tint: Tint = Tint.PLAIN) -> None:
        self._told.setText(text)
        self._told.set_tint(tint)
        self._told.setVisible(bool(text))
        if self.isVisible():
            self.place()


class _Section(Box):
    """A title over a list, and how many more there are."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self._more = Paragraph(role=Role.SECONDARY)
        self.column.addSpacing(gap(18))
        self.column.addWidget(Label(title, Role.SECTION))
        self.column.addSpacing(gap(8))
        self.column.addWidget(content)
        self.column.addWidget(self._more)
        self._more.hide()

    def show_more(self, count: int) -> None:
        """So many are not shown."""
        self._more.setText(say("and {} more").format(count) if count > 0 else "")
        self._more.setVisible(count > 0)


class _WaitingLine(QWidget):
    """What waits of one kind, and since when."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), gap(12))
        self._text = Paragraph(role=Role.BODY)
        self._since = Label(role=Role.SECONDARY)
        row.addWidget(self._text, 1)
        row.addWidget(self._since)

    def show_this(self, waits: _Waits) -> None:
        """Shows this kind."""
        self._text.setText(waits.text)
        self._text.set_tint(Tint.ATTENTION if waits.attention else Tint.PLAIN)
        self._since.setText(waits.since)


class _RefusedLine(Surface):
    """An event that was set aside, and why."""

    def __init__(self) -> None:
        super().__init__("note", (12, 8), gap(2))
        self._head = Paragraph(role=Role.BODY)
        self._why = Paragraph(role=Role.SECONDARY)
        self.column.addWidget(self._head)
        self.column.addWidget(self._why)

    def show_this(self, event: SetAsideEvent) -> None:
        """Shows this event."""
        self._head.setText(f"{_kind(event.type)} · {_day_and_time(event.time)} · {event.type}")
        self._why.setText(event.problem)


def _kind(type_: str) -> str:
    first = type_.partition(".")[0]
    return say(KINDS[first]) if first in KINDS else type_


def _waits(kind: WaitingKind, now: datetime) -> _Waits:
    text = f"{_kind(kind.type)}: {kind.count}"
    if kind.failed:
        text += " · " + say("the hub failed on {}").format(kind.failed)
    return _Waits(text, say("since {}").format(_day_and_time(kind.oldest, now)), bool(kind.failed))


def _why(details: SyncDetails, state: SyncState) -> str:
    if details.waiting and details.why:
        return say(details.why)
    return "" if state.online else state.problem and say(state.problem)


def _last(last: datetime | None, now: datetime) -> str:
    return say("Last heard of the hub: {}").format(_day_and_time(last, now)) if last is not None else ""


def _offset(offset: timedelta) -> str:
    minutes = round(abs(offset).total_seconds() / 60)
    words = (
        say("This PC's clock is {} minutes behind the hub's.")
        if offset > timedelta()
        else say("This PC's clock is {} minutes ahead of the hub's.")
    )
    return words.format(minutes) + " " + say("The hub puts recorded times right; set the clock when you can.")


def _events(count: int) -> str:
    return say("1 event") if count == 1 else say("{} events").format(count)


def _day_and_time(at: datetime, now: datetime | None = None) -> str:
    """The time; with its day where that is not today."""
    local = at.astimezone()
    if now is not None and local.date() == now.astimezone().date():
        return clock_time(at)
    return f"{local:%Y-%m-%d} {clock_time(at)}"
