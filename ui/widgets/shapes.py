"""Small shapes that go with a word, drawn rather than taken from a font that may lack them."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen


class Shape(StrEnum):
    """Which shape; NONE leaves no room for one."""

    NONE = "none"
    DOT = "dot"
    RING = "ring"
    CHECK = "check"
    AGAIN = "again"
    ALERT = "alert"
    LOCK = "lock"
    DOWN = "down"
    CROSS = "cross"
    PERSON = "person"
    PEOPLE = "people"
    QUESTION = "question"


def draw(painter: QPainter, shape: Shape, box: QRectF, colour: QColor) -> None:
    """Draws the shape to fill the (square) box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 12, box.height() / 12)
    pen = QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if shape in (Shape.DOT, Shape.ALERT):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    painter.drawPath(_PATHS[shape]())
    painter.restore()


def _dot() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(6, 6), 4.5, 4.5)
    return path


def _check() -> QPainterPath:
    path = QPainterPath(QPointF(2, 6.5))
    path.lineTo(4.8, 9.2)
    path.lineTo(10, 3)
    return path


def _again() -> QPainterPath:
    path = QPainterPath()
    path.arcMoveTo(QRectF(2, 2, 8, 8), 60)
    path.arcTo(QRectF(2, 2, 8, 8), 60, -290)
    path.moveTo(8.6, 0.8)
    path.lineTo(8.4, 3.1)
    path.lineTo(6.0, 2.9)
    return path


def _alert() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(5.1, 1.5, 1.8, 5.8), 0.9, 0.9)
    path.addEllipse(QPointF(6, 9.5), 1.1, 1.1)
    return path


def _lock() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2.2, 5.4, 7.6, 5.2), 1.2, 1.2)
    path.moveTo(3.9, 5.2)
    path.lineTo(3.9, 3.8)
    path.cubicTo(3.9, 0.9, 8.1, 0.9, 8.1, 3.8)
    path.lineTo(8.1, 5.2)
    return path


def _down() -> QPainterPath:
    path = QPainterPath(QPointF(2.5, 4.5))
    path.lineTo(6, 8)
    path.lineTo(9.5, 4.5)
    return path


def _cross() -> QPainterPath:
    path = QPainterPath(QPointF(3, 3))
    path.lineTo(9, 9)
    path.moveTo(9, 3)
    path.lineTo(3, 9)
    return path


def _person() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(6, 3.8), 2.2, 2.2)
    path.moveTo(1.8, 10.8)
    path.cubicTo(2.2, 6.9, 9.8, 6.9, 10.2, 10.8)
    return path


def _people() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(4.4, 4.2), 1.9, 1.9)
    path.moveTo(0.9, 10.4)
    path.cubicTo(1.2, 7.0, 7.6, 7.0, 7.9, 10.4)
    path.moveTo(8.0, 2.6)
    path.cubicTo(10.2, 2.4, 10.4, 5.6, 8.4, 5.9)
    path.moveTo(9.6, 7.8)
    path.cubicTo(10.6, 8.3, 11.1, 9.2, 11.2, 10.4)
    return path


def _question() -> QPainterPath:
    path = QPainterPath(QPointF(3.6, 4.2))
    path.cubicTo(3.6, 0.6, 8.6, 0.8, 8.4, 4.0)
    path.cubicTo(8.3, 5.6, 6.0, 5.6, 6.0, 7.6)
    path.moveTo(6, 10.2)
    path.lineTo(6, 10.3)
    return path


_PATHS = {
    Shape.NONE: QPainterPath,
    Shape.DOT: _dot,
    Shape.RING: _dot,
    Shape.CHECK: _check,
    Shape.AGAIN: _again,
    Shape.ALERT: _alert,
    Shape.LOCK: _lock,
    Shape.DOWN: _down,
    Shape.CROSS: _cross,
    Shape.PERSON: _person,
    Shape.PEOPLE: _people,
    Shape.QUESTION: _question,
}
