"""Where things lie when the language runs from right to left; Qt mirrors layouts, but not what we paint ourselves."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QWidget


def placed(widget: QWidget, box: QRectF) -> QRectF:
    """The box, mirrored within its widget where the language runs from right to left."""
    if not widget.isRightToLeft():
        return box
    return QRectF(widget.width() - box.right(), box.top(), box.width(), box.height())


def beginning(widget: QWidget, left: float, width: float) -> float:
    """The x at which something of this width is drawn that begins `left` pixels from where lines begin."""
    return widget.width() - left - width if widget.isRightToLeft() else left


def widest(layout: QTextLayout) -> float:
    """The width of the longest line of a text."""
    return max((layout.lineAt(index).naturalTextWidth() for index in range(layout.lineCount())), default=0.0)
