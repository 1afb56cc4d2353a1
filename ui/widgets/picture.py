"""A picture beside what to say: drawn to fit, never larger than it is meant to be at this text size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.metrics import RADIUS
from ui.theme.theme import theme
from ui.widgets.plain import one_line

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

WIDEST = 640
HIGHEST = 220


class Picture(QWidget):
    """Shows an SVG or an image; narrower is lower."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing: QSvgRenderer | None = None
        self._image: QImage | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self.updateGeometry)

    def show_drawing(self, svg: bytes, title: str) -> bool:
        """Shows this SVG, which `ui.pictures.read_drawing` let pass; False where Qt cannot draw it."""
        from PySide6.QtSvg import QSvgRenderer

        drawing = QSvgRenderer(svg)
        self._drawing, self._image = (drawing, None) if drawing.isValid() else (None, None)
        self._changed(title)
        return drawing.isValid()

    def show_image(self, image: QImage, title: str) -> None:
        """Shows this image."""
        self._drawing, self._image = None, image
        self._changed(title)

    def hasHeightForWidth(self) -> bool:
        """Narrower is lower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """What is drawn at this width, plus nothing."""
        return round(self._fitted(width).height())

    def sizeHint(self) -> QSize:
        """Its own size, as far as there may be room."""
        return self._fitted(theme().px(WIDEST)).toSize()

    def minimumSizeHint(self) -> QSize:
        """Still to be recognised."""
        return QSize(theme().px(80), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws it at the left."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        size = self._fitted(self.width())
        box = QRectF(0, 0, size.width(), size.height())
        # Drawings are made for paper; on a dark ground their letters would go under.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self._drawing is not None:
            self._drawing.render(painter, box)
        elif self._image is not None:
            painter.drawImage(box, self._image)

    def _changed(self, title: str) -> None:
        self.setAccessibleName(one_line(title))
        self.updateGeometry()
        self.update()

    def _fitted(self, width: int) -> QSizeF:
        look = theme()
        natural = QSizeF(0, 0)
        if self._drawing is not None:
            natural = QSizeF(self._drawing.defaultSize())
        elif self._image is not None:
            natural = QSizeF(self._image.size())
        if natural.isEmpty():
            return QSizeF(0, 0)
        wide = min(width / natural.width(), look.px(WIDEST) / natural.width(), look.px(100) / 100)
        return natural * min(wide, look.px(HIGHEST) / natural.height())
