"""A badge: a shape and a word on a quiet ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.direction import placed
from ui.widgets.plain import one_line
from ui.widgets.shapes import Shape, draw


class Badge(QWidget):
    """Says one thing in one or two words; elides where there is no room. `dashed` for what is not (yet) so."""

    def __init__(
        self, text: str = "", tint: Tint = Tint.PLAIN, shape: Shape = Shape.NONE, dashed: bool = False
    ) -> None:
        super().__init__()
        self._shown = (text, tint, shape, dashed)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)
        self.setAccessibleName(one_line(text))

    def show_this(self, text: str, tint: Tint = Tint.PLAIN, shape: Shape = Shape.NONE, dashed: bool = False) -> None:
        """Another text, tint and shape."""
        shown = (one_line(text), tint, shape, dashed)
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(shown[0])
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Shape, gap and words with room around them."""
        look = theme()
        text, _, shape, _ = self._shown
        width = QFontMetrics(look.font(metrics.SMALL, 500)).horizontalAdvance(text) + 2 * look.px(8)
        return QSize(width + (look.px(15) if shape is not Shape.NONE else 0), look.px(metrics.TARGET))

    def minimumSizeHint(self) -> QSize:
        """Shape and a few letters."""
        return QSize(min(self.sizeHint().width(), theme().px(60)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        look = theme()
        text, tint, shape, dashed = self._shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(look.colours.ink(tint))
        box = QRectF(self.rect())
        if dashed:
            painter.setPen(QPen(QColor(look.colours.faint), 1, Qt.PenStyle.DashLine))
            box = box.adjusted(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.colours.wash(tint)))
        painter.drawRoundedRect(box, 5, 5)
        x = float(look.px(8))
        if shape is not Shape.NONE:
            side = look.px(10)
            draw(painter, shape, placed(self, QRectF(x, (self.height() - side) / 2, side, side)), ink)
            x += look.px(15)
        font = look.font(metrics.SMALL, 500)
        painter.setFont(font)
        painter.setPen(ink)
        rest = QRectF(x, 0, self.width() - x - look.px(6), self.height())
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, round(rest.width()) + 1)
        painter.drawText(placed(self, rest), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
