"""Where a window may lie: always whole on a screen that is there now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize


def clamped(place: QPoint, size: QSize, screens: Sequence[QRect]) -> QPoint:
    """The place nearest to the one wanted at which a window of this size lies whole on one of the screens.

    `screens` are the rooms that the system leaves free; a window larger than its screen keeps its upper left corner.
    """
    wanted = QRect(place, size)
    best = max(screens, key=lambda screen: _shared(screen, wanted), default=QRect(place, size))
    if not best.intersects(wanted):
        best = min(screens, key=lambda screen: _distance(screen, wanted), default=best)
    x = max(best.left(), min(place.x(), best.right() + 1 - size.width()))
    y = max(best.top(), min(place.y(), best.bottom() + 1 - size.height()))
    return QPoint(x, y)


def _shared(screen: QRect, wanted: QRect) -> int:
    common = screen.intersected(wanted)
    return max(common.width(), 0) * max(common.height(), 0)


def _distance(screen: QRect, wanted: QRect) -> int:
    return (screen.center() - wanted.center()).manhattanLength()
