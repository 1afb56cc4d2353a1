"""A rate drawn: a thin line over its interval, a tick at the rate, a hairline at what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import theme
from ui.words.catalogue import say


@dataclass(frozen=True, slots=True)
class Interval:
    """Shares 0..1: the rate, the ends of its interval, and (or None) the rate to compare it with."""

    rate: float
    low: float
    high: float
    beside: float | None = None


def draw_interval(painter: QPainter, box: QRectF, interval: Interval, span: tuple[float, float] = (0.0, 1.0)) -> None:
    """Draws the interval into the box; `span` are the shares at the box's left and right edge."""
    colours = theme().colours
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    first, last = span
    width = max(last - first, 1e-9)

    def x(share: float) -> float:
        return box.left() + min(max((share - first) / width, 0.0), 1.0) * box.width()

    middle, half = box.center().y(), theme().px(7)
    if interval.beside is not None:
        painter.setPen(QPen(QColor(colours.accent), 1))
        at = round(x(interval.beside)) + 0.5
        painter.drawLine(QLineF(at, middle - half, at, middle + half))
    painter.setPen(QPen(QColor(colours.faint), 1.6))
    painter.drawLine(QLineF(x(interval.low), middle, x(interval.high), middle))
    painter.setPen(QPen(QColor(colours.text), theme().px(2.6)))
    at = x(interval.rate)
    tick = theme().px(4.5)
    painter.drawLine(QPointF(at, middle - tick), QPointF(at, middle + tick))
    painter.restore()


class IntervalBar(QWidget):
    """One interval as a widget, from 0 to 100 %."""

    def __init__(self) -> None:
        super().__init__()
        self._interval: Interval | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_interval(self, interval: Interval | None) -> None:
        """Shows this interval, or nothing."""
        if interval != self._interval:
            self._interval = interval
            name = (
                say("between {:.0%} and {:.0%}").format(interval.low, interval.high) if interval else say("no interval")
            )
            self.setAccessibleName(name)
            self.update()

    def sizeHint(self) -> QSize:
        """A thin strip."""
        return QSize(theme().px(80), theme().px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the strip from 0 to 100 % and the interval on it."""
        painter = QPainter(self)
        y = self.height() // 2
        painter.fillRect(QRectF(0, y, self.width(), 1), QColor(theme().colours.line))
        if self._interval is not None:
            draw_interval(painter, QRectF(self.rect()).adjusted(2, 0.5, -2, 0.5), self._interval)
