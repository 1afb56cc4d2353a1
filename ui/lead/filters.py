"""The lead's left column: period, team, export, and what the figures mean."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QWidget

from app.desk.lead import LeadView
from ui.lead.words import DEFINITIONS, period_of
from ui.widgets.button import KeyButton
from ui.widgets.fields import ChoiceField
from ui.widgets.frames import Box, gap, line
from ui.widgets.text import Label, Paragraph, Role

PERIODS = (
    ("today", "Today"),
    ("days5", "Last 5 working days"),
    ("month", "This month"),
    ("custom", "From … to …"),
)


class Filters(Box):
    """Chooses what is shown. Signals: `wanted` (first day, last day, team), `export_wanted`."""

    wanted = Signal(object, object, str)
    export_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._today = date.min
        self._team = ""
        self.period = ChoiceField("Period")
        self.period.offer(PERIODS, "days5")
        self.period.activated.connect(self._chosen)
        self.team = ChoiceField("Team")
        self.team.activated.connect(self._chosen)
        self._days = QWidget()
        days = line(self._days, (0, 0), 6)
        self.first, self.last = _day_field("First day"), _day_field("Last day")
        for field in (self.first, self.last):
            field.dateChanged.connect(self._day_chosen)
            days.addWidget(field)
        self._days.setVisible(False)
        export = KeyButton("Export CSV")
        export.clicked.connect(self.export_wanted)
        self._team_label = Label("Team", Role.SECTION)
        rows = self.column
        self._add(Label("Period", Role.SECTION), self.period, self._days)
        self._add(self._team_label, self.team)
        rows.addWidget(export)
        rows.addSpacing(gap(26))
        rows.addWidget(Label("What the figures mean", Role.SECTION))
        rows.addSpacing(gap(6))
        for word, meaning in DEFINITIONS:
            rows.addSpacing(gap(5))
            rows.addWidget(Paragraph(word, Role.SMALL_STRONG))
            rows.addWidget(Paragraph(meaning, Role.SMALL, line_height=1.35))
        rows.addStretch(1)

    def show_view(self, view: LeadView, today: date) -> None:
        """Shows what is shown: period and team of this view."""
        self._today = today
        self._team = view.team
        self.team.offer(view.teams, view.team)
        for part in (self.team, self._team_label):
            part.setVisible(len(view.teams) > 1)
        if view.first_day is None or view.last_day is None:
            return
        days = (view.first_day, view.last_day)
        name = next((name for name, _ in PERIODS[:-1] if period_of(name, today) == days), "custom")
        if not (self.period.value() == "custom" and self._days.isVisibleTo(self)):
            self.period.offer(PERIODS, name)
            self._days.setVisible(name == "custom")
        for field, day in ((self.first, view.first_day), (self.last, view.last_day)):
            field.blockSignals(True)
            field.setDate(QDate(day.year, day.month, day.day))
            field.blockSignals(False)

    def _add(self, *parts: QWidget) -> None:
        for part in parts:
            self.column.addWidget(part)
            self.column.addSpacing(gap(7))
        self.column.addSpacing(gap(8))

    def _chosen(self) -> None:
        name = self.period.value()
        self._days.setVisible(name == "custom")
        team = self.team.value() or self._team
        if name != "custom":
            self.wanted.emit(*period_of(name, self._today), team)
        else:
            self._day_chosen()

    def _day_chosen(self) -> None:
        first, last = _day(self.first), _day(self.last)
        if first <= last:
            self.wanted.emit(first, last, self.team.value() or self._team)


def _day_field(name: str) -> QDateEdit:
    field = QDateEdit()
    field.setAccessibleName(name)
    field.setDisplayFormat("yyyy-MM-dd")
    field.setButtonSymbols(QDateEdit.ButtonSymbols.NoButtons)
    return field


def _day(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
