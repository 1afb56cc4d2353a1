"""A line of parts that goes on below where it is too narrow, for words that are longer in other languages."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class Flow(QLayout):
    """Parts beside one another as wide as they want to be; with `fill` each line is filled.

    Follows the direction of the language.
    """

    def __init__(self, across: int, down: int, fill: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._across, self._down, self._fill = across, down, fill
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Adds a part at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The part at this place, None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Takes the part out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all lines at this width."""
        known = self._heights.get(width)
        if known is None:
            known = self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return known

    def invalidate(self) -> None:
        """Forgets what was reckoned: a part has changed."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        """Puts the parts into their places."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """All on one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self._across * max(len(sizes) - 1, 0)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """The widest part alone."""
        sizes = [item.minimumSize() for item in self._shown()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, move: bool) -> int:
        y = rect.top()
        for number, (items, widths) in enumerate(self._lines(rect.width())):
            y += self._down if number else 0
            height = max(item.sizeHint().height() for item in items)
            if move:
                self._place_line(rect, y, height, items, widths)
            y += height
        return y - rect.top()

    def _place_line(self, rect: QRect, y: int, height: int, items: list[QLayoutItem], widths: list[int]) -> None:
        """On the middle of the line, whatever is less high than the highest."""
        parent = self.parentWidget()
        mirrored = isinstance(parent, QWidget) and parent.isRightToLeft()
        spare = rect.width() - sum(widths) - self._across * (len(items) - 1)
        more = max(spare, 0) // len(items) if self._fill else 0
        x = rect.left()
        for item, width in zip(items, widths, strict=True):
            size = QSize(width + more, item.sizeHint().height())
            left = rect.left() + rect.right() + 1 - x - size.width() if mirrored else x
            item.setGeometry(QRect(QPoint(left, y + (height - size.height()) // 2), size))
            x += size.width() + self._across

    def _lines(self, room: int) -> list[tuple[list[QLayoutItem], list[int]]]:
        lines: list[tuple[list[QLayoutItem], list[int]]] = []
        left = -1
        for item in self._shown():
            width = min(item.sizeHint().width(), max(room, item.minimumSize().width()))
            if not lines or left < width + self._across:
                lines.append(([], []))
                left = room + self._across
            lines[-1][0].append(item)
            lines[-1][1].append(width)
            left -= width + self._across
        return lines


def flow(parent: QWidget | None = None, across: int = 6, down: int = 4, fill: bool = False) -> Flow:
    """A flow, on `parent` or to be added to another layout."""
    layout = Flow(across, down, fill)
    if parent is not None:
        parent.setLayout(layout)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        parent.setSizePolicy(policy)
    return layout
