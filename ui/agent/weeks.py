"""The agent's own last weeks, for the agent alone: each figure with its denominator, no goal, nobody beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.reports.own import OwnWeek, OwnWeeks
from app.reports.rate import Rate
from ui.agent.hands import clock_time
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.flow import flow
from ui.widgets.frames import Box, gap
from ui.widgets.share_bar import ShareBar
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

EXTENDED, ACCEPTED, POINTS = "extended", "accepted", "points"
FIGURES = ((EXTENDED, "Extended"), (ACCEPTED, "Accepted"), (POINTS, "Points"))
DEFINITIONS = {
    EXTENDED: "Calls with an offer that you said, of all your calls.",
    ACCEPTED: "Calls with a yes, of the calls with an offer that you said.",
    POINTS: "Points of your accepts, less those that customers took back.",
}


@dataclass(frozen=True, slots=True)
class WeekShown:
    """One line: the week, the figure in words, and what its bar shows."""

    week: str
    figure: str
    spoken: str
    share: float | None
    low: float = 0.0
    high: float = 0.0
    under_way: bool = False


class Weeks(Box):
    """A figure of one's own choice over the last weeks, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._weeks: OwnWeeks | None = None
        self._figure = EXTENDED
        self._buttons: dict[str, KeyButton] = {}
        figures = flow(across=2, down=2)
        for name, words in FIGURES:
            button = KeyButton(say(words), kind=Kind.FLAT)
            button.clicked.connect(lambda checked=False, one=name: self._choose(one))
            self._buttons[name] = button
            figures.addWidget(button)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[Paragraph, ShareBar, Paragraph]] = []
        self._means = Paragraph(role=Role.SMALL, line_height=1.35)
        self.column.addSpacing(gap(20))
        self.column.addWidget(Label(say("My last weeks"), Role.SECTION))
        self.column.addSpacing(gap(6))
        self.column.addLayout(figures)
        self.column.addSpacing(gap(6))
        self.column.addWidget(self._table)
        self.column.addSpacing(gap(6))
        self.column.addWidget(self._means)
        self.setVisible(False)
        theme().changed.connect(self._measure)
        self._measure()

    def show_weeks(self, weeks: OwnWeeks | None) -> None:
        """Shows these weeks; nothing where they were never read."""
        self.setVisible(weeks is not None)
        if weeks != self._weeks:
            self._weeks = weeks
            self._show()

    def _choose(self, figure: str) -> None:
        self._figure = figure
        self._show()

    def _show(self) -> None:
        for name, button in self._buttons.items():
            button.set_chosen(name == self._figure)
        if self._weeks is None:
            return
        shown = week_lines(self._weeks, self._figure)
        while len(self._lines) < len(shown):
            self._add_line()
        for place, (week, bar, figure) in enumerate(self._lines):
            there = place < len(shown)
            for part in (week, bar, figure):
                part.setVisible(there)
            if there:
                one = shown[place]
                week.setText(one.week)
                bar.show_share(one.share, one.low, one.high, one.under_way)
                figure.setText(one.figure)
                figure.setAccessibleName(f"{one.week}: {one.spoken}")
        at = say("Counted by {}.").format(clock_time(self._weeks.as_of))
        self._means.setText(f"{say(DEFINITIONS[self._figure])} {at}")

    def _add_line(self) -> None:
        place = len(self._lines)
        week, bar, figure = Paragraph(role=Role.SMALL), ShareBar(), Paragraph(role=Role.SMALL)
        self._grid.addWidget(week, place, 0)
        self._grid.addWidget(bar, place, 1, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(figure, place, 2)
        self._lines.append((week, bar, figure))

    def _measure(self) -> None:
        self._grid.setHorizontalSpacing(gap(8))
        self._grid.setVerticalSpacing(gap(3))


def week_lines(weeks: OwnWeeks, figure: str) -> list[WeekShown]:
    """The lines of a figure, the newest week first. Points are drawn against the week with the most."""
    newest = weeks.weeks[-1].monday if weeks.weeks else date.min
    most = max((week.points for week in weeks.weeks), default=0)
    return [_line(week, figure, most, week.monday == newest) for week in reversed(weeks.weeks)]


def _line(week: OwnWeek, figure: str, most: int, under_way: bool) -> WeekShown:
    name = say("this week") if under_way else _day(week.monday)
    if figure == POINTS:
        share = week.points / most if most else None
        return WeekShown(name, str(week.points), say("{} points").format(week.points), share, under_way=under_way)
    rate = week.extend_rate if figure == EXTENDED else week.accept_rate
    if rate.share is None or rate.low is None or rate.high is None:
        nothing = say("no calls") if figure == EXTENDED else say("none extended")
        return WeekShown(name, "–", nothing, None, under_way=under_way)
    return WeekShown(name, _figure(rate), _spoken(rate, figure), rate.share, rate.low, rate.high, under_way)


def _figure(rate: Rate) -> str:
    share = rate.share or 0.0
    return say("{} of {} · {} %").format(rate.numerator, rate.denominator, round(100 * share))


def _spoken(rate: Rate, figure: str) -> str:
    low, high = rate.low or 0.0, rate.high or 0.0
    of = say("{} of {} calls") if figure == EXTENDED else say("{} of {} extended")
    between = say("between {:.0%} and {:.0%}").format(low, high)
    return f"{of.format(rate.numerator, rate.denominator)}, {between}"


def _day(monday: date) -> str:
    return f"{monday.day} {monday:%b}"
