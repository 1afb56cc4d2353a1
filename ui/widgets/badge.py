"""A badge: a shape and a word on a quiet ground, to read or to press."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.direction import placed
from ui.widgets.plain import one_line
from ui.widgets.shapes import Shape, draw


@dataclass(frozen=True, slots=True)
class _Look:
    """What a badge says and how."""

    text: str = ""
    tint: Tint = Tint.PLAIN
    shape: Shape = Shape.NONE
    dashed: bool = False

    def size(self) -> QSize:
        """Shape, gap and words with room around them."""
        look = theme()
        width = QFontMetrics(look.font(metrics.SMALL, 500)).horizontalAdvance(self.text) + 2 * look.px(8)
        return QSize(width + (look.px(15) if self.shape is not Shape.NONE else 0), look.px(metrics.TARGET))

    def least_size(self) -> QSize:
        """Shape and a few letters."""
        return QSize(min(self.size().width(), theme().px(60)), self.size().height())

    def paint(self, widget: QWidget) -> None:
        """Paints it over the whole widget."""
        look = theme()
        painter = QPainter(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(look.colours.ink(self.tint))
        box = QRectF(widget.rect())
        if self.dashed:
            painter.setPen(QPen(QColor(look.colours.faint), 1, Qt.PenStyle.DashLine))
            box = box.adjusted(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.colours.wash(self.tint)))
        painter.drawRoundedRect(box, 5, 5)
        x = float(look.px(8))
        if self.shape is not Shape.NONE:
            side = look.px(10)
            draw(painter, self.shape, placed(widget, QRectF(x, (widget.height() - side) / 2, side, side)), ink)
            x += look.px(15)
        font = look.font(metrics.SMALL, 500)
        painter.setFont(font)
        painter.setPen(ink)
        rest = QRectF(x, 0, widget.width() - x - look.px(6), widget.height())
        shown = QFontMetrics(font).elidedText(self.text, Qt.TextElideMode.ElideRight, round(rest.width()) + 1)
        painter.drawText(placed(widget, rest), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        if widget.hasFocus():
            painter.setPen(QPen(QColor(look.colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 5, 5)


class Badge(QWidget):
    """Says one thing in one or two words; elides where there is no room. `dashed` for what is not (yet) so."""

    def __init__(
        self, text: str = "", tint: Tint = Tint.PLAIN, shape: Shape = Shape.NONE, dashed: bool = False
    ) -> None:
        super().__init__()
        self._look = _Look(text, tint, shape, dashed)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)
        self.setAccessibleName(one_line(text))

    def show_this(self, text: str, tint: Tint = Tint.PLAIN, shape: Shape = Shape.NONE, dashed: bool = False) -> None:
        """Another text, tint and shape."""
        wanted = _Look(one_line(text), tint, shape, dashed)
        if wanted != self._look:
            self._look = wanted
            self.setAccessibleName(wanted.text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """The whole of it."""
        return self._look.size()

    def minimumSizeHint(self) -> QSize:
        """Shape and a few letters."""
        return self._look.least_size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        self._look.paint(self)


class BadgeButton(QAbstractButton):
    """A badge that opens something; it never takes the keyboard away from a text field when clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._look = _Look()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_this(self, text: str, tint: Tint = Tint.PLAIN, shape: Shape = Shape.NONE) -> None:
        """Another text, tint and shape."""
        wanted = _Look(one_line(text), tint, shape)
        if wanted != self._look:
            self._look = wanted
            self.setAccessibleName(wanted.text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """The whole of it."""
        return self._look.size()

    def minimumSizeHint(self) -> QSize:
        """Shape and a few letters."""
        return self._look.least_size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        self._look.paint(self)
