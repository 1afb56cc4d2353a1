"""The lead's room: filters, figures, the agents' table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.desk.lead import LeadDesk, LeadView
from app.desk.lead_talk import LeadTalk, TalkView
from app.desk.ports import Clock, Tasks
from ui.announce import announce
from ui.lead.figures import Figures
from ui.lead.filters import Filters
from ui.lead.table import AgentsTable
from ui.lead.talk import TalkPage
from ui.lead.words import period_of
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Scroll, Surface, column, gap, line, settle
from ui.widgets.message_bar import MessageBar
from ui.widgets.shapes import Shape
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say


class LeadRoom(QWidget):
    """Shows a LeadView; asks the lead's desk for another period or team.

    Signals: `menu_wanted`, `desk_wanted` for the window.
    """

    menu_wanted = Signal()
    desk_wanted = Signal()

    def __init__(self, lead: LeadDesk | None, clock: Clock, tasks: Tasks | None, folder: Path | None = None) -> None:
        super().__init__()
        self._lead = lead
        self._clock = clock
        self._tasks = tasks
        self._folder = folder
        self._view: LeadView | None = None
        self._waits = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Team")
        everything = column(self)
        everything.addWidget(self._build_bar())
        row = line(None, (0, 0), 0)
        everything.addLayout(row, 1)
        self._page = ""
        self._talk_ground = Surface("ground", (20, 20))
        self._talk_page: TalkPage | None = None
        self._centre = self._build_centre()
        row.addWidget(self._build_left())
        row.addWidget(self._centre, 1)
        row.addWidget(self._talk_ground, 1)
        self.show_page("figures")
        theme().changed.connect(self._measure)
        self._measure()

    def _build_bar(self) -> Surface:
        self._bar = Surface("bar")
        self._team = Label(role=Role.STEP)
        self._agents = Label(role=Role.SUBTITLE)
        self._calls = KeyButton("My calls", kind=Kind.FLAT)
        self._calls.clicked.connect(self.desk_wanted)
        self._to_figures = KeyButton("Figures", kind=Kind.FLAT)
        self._to_figures.clicked.connect(lambda: self.show_page("figures"))
        self._to_talk = KeyButton(say("Questions and messages"), kind=Kind.FLAT)
        self._to_talk.clicked.connect(lambda: self.show_page("talk"))
        self._waiting = Badge()
        self._waiting.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._waiting.setVisible(False)
        self._as_of = ElidedLabel(role=Role.SUBTITLE)
        self._who = KeyButton("Menu", kind=Kind.FLAT, shape=Shape.DOWN)
        self._who.limit(200)
        self._who.clicked.connect(self.menu_wanted)
        row = line(None, (metrics.EDGE, 0), 16)
        for part in (self._team, self._agents, self._to_figures, self._to_talk, self._waiting, self._calls):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._as_of)
        row.addWidget(self._who)
        self._bar_row = row
        self._bar_below = line(None, (metrics.EDGE, 0), 0)
        self._bar.column.addLayout(row)
        self._bar.column.addLayout(self._bar_below)
        return self._bar

    def _build_left(self) -> Surface:
        self._left = Surface("left")
        self._filters = Filters()
        self._filters.wanted.connect(self._show)
        self._filters.export_wanted.connect(self.export)
        content = Box(0, (metrics.EDGE, 20))
        content.column.addWidget(self._filters)
        self._left.column.addWidget(Scroll(content))
        return self._left

    def _build_centre(self) -> Surface:
        centre = Surface("ground")
        inner = column(None, (20, 20), 0)
        self._figures = Figures()
        card = Surface("card")
        self._table = AgentsTable()
        self._nothing = Paragraph("No calls in this period.", Role.SUBTITLE)
        self._nothing.setContentsMargins(0, 0, 0, 0)
        empty = Box(0, (16, 14))
        empty.column.addWidget(self._nothing)
        empty.column.addStretch(1)
        self._empty = empty
        card.column.setContentsMargins(4, 2, 4, 8)
        card.column.addWidget(self._table, 1)
        card.column.addWidget(empty, 1)
        self._message = MessageBar()
        self._message.dismissed.connect(lambda _: self._message.show_none())
        inner.addWidget(self._figures)
        inner.addSpacing(gap(14))
        inner.addWidget(card, 1)
        inner.addSpacing(gap(10))
        inner.addWidget(self._message)
        centre.column.addLayout(inner)
        return centre

    def use_talk(self, talk: LeadTalk | None) -> None:
        """From now on this is the line to the agents; None: there is none."""
        if self._talk_page is not None:
            self._talk_page.setParent(None)
            self._talk_page.deleteLater()
        self._talk_page = TalkPage(talk, self._clock)
        self._talk_ground.column.addWidget(self._talk_page)
        if talk is not None:
            self.render_talk(talk.view)

    def render_talk(self, view: TalkView) -> None:
        """Shows questions and messages; the bar says how many wait, whichever page is open."""
        if self._talk_page is None:
            return
        before = self._waits
        self._waits = view.waiting
        self._waiting.show_this(say("{} waiting").format(view.waiting), Tint.ATTENTION, Shape.ALERT)
        self._waiting.setVisible(view.waiting > 0)
        self._talk_page.render_view(view)
        if view.waiting > before:
            newest = max((one for one in view.room.questions if one.is_open), key=lambda one: one.at)
            announce(self, say("{} asks").format(newest.agent), at_once=True)
            QApplication.alert(self.window())

    def show_page(self, page: str) -> None:
        """Shows the figures, or ("talk") questions and messages."""
        self._page = page
        talk = page == "talk"
        for part in (self._left, self._centre):
            part.setVisible(not talk)
        self._talk_ground.setVisible(talk)
        self._to_figures.set_chosen(not talk)
        self._to_talk.set_chosen(talk)

    def begin(self) -> None:
        """Asks for the last five working days when nothing was asked for yet."""
        if self._lead is not None and (self._view is None or self._view.first_day is None):
            self._show(*period_of("days5", self._today()), "")

    def render_view(self, view: LeadView) -> None:
        """Shows this view."""
        if view == self._view:
            return
        before, self._view = self._view, view
        self._team.setText(dict(view.teams).get(view.team, view.team) or "Team")
        count = len(view.lines)
        self._agents.setText("loading" if view.busy else f"{count} agent" if count == 1 else f"{count} agents")
        at = f"as of {view.as_of.astimezone().strftime('%H:%M')}" if view.as_of else ""
        self._as_of.setText(", ".join(part for part in (at, view.timezone) if part))
        self._who.set_words(view.who or "Menu")
        self._filters.show_view(view, self._today())
        self._figures.show_total(view.total)
        self._table.show_lines(view.lines, view.total)
        self._table.setVisible(bool(view.lines))
        self._empty.setVisible(not view.lines)
        self._nothing.setText("Loading the figures." if view.busy else "No calls in this period.")
        if view.problem and (before is None or before.problem != view.problem):
            self._message.show_message("problem", Tint.ATTENTION, view.problem)
        elif before is not None and before.problem and not view.problem:
            self._message.show_none()
        settle()

    def export(self) -> None:
        """Writes the table shown into the documents folder, and says where."""
        if self._lead is None or self._view is None:
            return
        folder = self._folder or Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        days = f"{self._view.first_day}-to-{self._view.last_day}"
        text = self._lead.export_csv()
        self._away(lambda: write_new(folder, f"cuecard-agents-{days}", text))

    def _away(self, work: Callable[[], Path]) -> None:
        """Runs the writing away from the UI thread where there are tasks."""
        if self._tasks is None:
            try:
                self._saved(work())
            except OSError as error:
                self._not_saved(error)
            return
        self._tasks.submit("files", work, self._saved, self._not_saved)

    def _saved(self, path: Path) -> None:
        self._message.show_message("export", Tint.GOOD, f"Saved as {path}")

    def _not_saved(self, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the folder cannot be written"
        self._message.show_message("export", Tint.ATTENTION, f"Not saved: {reason}. Free some space or ask your admin.")

    def _show(self, first: date, last: date, team: str) -> None:
        if self._lead is not None:
            self._lead.show(first, last, team)

    def _today(self) -> date:
        return self._clock().astimezone().date()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps bar and column in measure."""
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        large = theme().scale > metrics.TABS_ABOVE_SCALE
        self._agents.setVisible(not large)
        # Large text: how old the figures are stands in a line of its own.
        if large and self._bar_row.indexOf(self._as_of) >= 0:
            self._bar_row.removeWidget(self._as_of)
            self._bar_below.addWidget(self._as_of)
        elif not large and self._bar_row.indexOf(self._as_of) < 0:
            self._bar_below.removeWidget(self._as_of)
            self._bar_row.insertWidget(self._bar_row.count() - 1, self._as_of)
        self._bar.setFixedHeight(theme().px(metrics.TOP_BAR + (20 if large else 0)))
        self._left.setFixedWidth(theme().px(metrics.LEAD_LEFT_COLUMN))


def write_new(folder: Path, name: str, text: str) -> Path:
    """Writes a CSV file under a name that is still free; never over another file. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        path = folder / (f"{name}.csv" if number == 1 else f"{name}-{number}.csv")
        try:
            # The mark tells spreadsheet programs that this is UTF-8.
            with path.open("x", encoding="utf-8-sig", newline="") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{name}.csv and 998 others are there already")
