"""A share drawn as a thin bar, with its interval as a line over it. The number stands beside it, never only the bar."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import theme
from ui.widgets.direction import placed


class ShareBar(QWidget):
    """From 0 to 1; `low` and `high` are the ends of the interval, or equal where there is none. It says nothing to a
    screen reader: the number beside it does."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[float, float, float] | None = None
        self._quiet = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme().changed.connect(self.updateGeometry)

    def show_share(self, share: float | None, low: float = 0.0, high: float = 0.0, quiet: bool = False) -> None:
        """Shows this share, or an empty track for None; `quiet` for what is still under way."""
        shown = None if share is None else (share, low, high)
        if (shown, quiet) != (self._shown, self._quiet):
            self._shown, self._quiet = shown, quiet
            self.update()

    def sizeHint(self) -> QSize:
        """A thin strip."""
        return QSize(theme().px(60), theme().px(14))

    def minimumSizeHint(self) -> QSize:
        """Still a strip."""
        return QSize(theme().px(28), theme().px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints track, bar and interval."""
        look = theme()
        colours = look.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = look.px(6)
        top = (self.height() - thick) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.sunken))
        painter.drawRoundedRect(QRectF(0, top, self.width(), thick), 2, 2)
        if self._shown is None:
            return
        share, low, high = self._shown
        painter.setBrush(QColor(colours.faint if self._quiet else colours.accent))
        bar = QRectF(0, top, max(share * self.width(), 1.0 if share else 0.0), thick)
        painter.drawRoundedRect(placed(self, bar), 2, 2)
        if high > low:
            painter.setPen(QPen(QColor(colours.text), 1.2))
            ends = placed(self, QRectF(low * self.width(), 0, (high - low) * self.width(), self.height()))
            middle = self.height() / 2
            painter.drawLine(QLineF(ends.left(), middle, ends.right(), middle))
