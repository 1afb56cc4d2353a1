"""The row of figures above the table: the team's rates, each with denominator and interval."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.lead import AgentLine, Rate
from ui.lead.words import interval_of, per_cent, spoken
from ui.widgets.frames import Surface, gap, line
from ui.widgets.interval import IntervalBar
from ui.widgets.text import Label, Paragraph, Role


class Figures(QWidget):
    """Three rates and the number of calls of the whole team."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), gap(12))
        self._extend = FigureCard("Extend rate", "calls")
        self._accept = FigureCard("Accept rate", "calls with an extend")
        self._success = FigureCard("Success rate", "calls")
        for card in (self._extend, self._accept, self._success):
            row.addWidget(card, 1)

    def show_total(self, total: AgentLine | None) -> None:
        """Shows the team's figures."""
        nothing = Rate(0, 0, None, None)
        self._extend.show_rate(total.extend_rate if total else nothing)
        self._accept.show_rate(total.accept_rate if total else nothing)
        self._success.show_rate(total.success_rate if total else nothing)


class FigureCard(Surface):
    """One rate, large, with what it is made of."""

    def __init__(self, name: str, of: str) -> None:
        super().__init__("card", (16, 12), 2)
        self._name = name
        self._of = of
        self._figure = Label(role=Role.FIGURE)
        self._made_of = Paragraph(role=Role.SECONDARY)
        self._bar = IntervalBar()
        self.column.addWidget(Label(name, Role.SECONDARY))
        self.column.addWidget(self._figure)
        self.column.addWidget(self._made_of)
        self.column.addStretch(1)
        self.column.addWidget(self._bar)

    def show_rate(self, rate: Rate) -> None:
        """Shows this rate."""
        self._figure.setText(per_cent(rate))
        low, high = rate.low, rate.high
        between = f" · {low * 100:.0f} to {high * 100:.0f}" if low is not None and high is not None else ""
        self._made_of.setText(f"{rate.numerator} of {rate.denominator} {self._of}{between}")
        self._bar.show_interval(interval_of(rate))
        self.setAccessibleName(f"{self._name}: {spoken(rate)}")
