"""Find: what the caller said, from anywhere; and the path walked so far."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desk.intents import Find
from app.scripts.screen import PathItem
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.direction import beginning
from ui.widgets.fields import LineField
from ui.widgets.frames import Surface, line
from ui.widgets.key_cap import KeyCap
from ui.widgets.plain import one_line
from ui.words.catalogue import say


class FindLine(Surface):
    """The find field with its key on it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__("card")
        self._hands = hands
        self.field = LineField(say("Find: what did the caller say?"), say("Find: what did the caller say?"), bare=True)
        self.field.textEdited.connect(lambda text: hands.send(Find(text)))
        row = line(None, (12, 9), 10)
        row.addWidget(KeyCap(hands.keyboard, Command.FIND))
        row.addWidget(self.field, 1)
        self.column.addLayout(row)

    def clear(self) -> None:
        """Empties the field and ends find."""
        if self.field.text():
            self.field.clear()
            self._hands.send(Find(""))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click beside the field is meant for it."""
        self.field.setFocus()


class PathLine(QWidget):
    """The steps walked, and in the stronger colour what was answered there. The oldest give way to "…"."""

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[PathItem, ...] = ()
        self._here = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_path(self, items: tuple[PathItem, ...], here: str) -> None:
        """Shows this path; `here` is the present step."""
        if (items, here) != (self._items, self._here):
            self._items, self._here = items, here
            self.setAccessibleName(say("Path so far: ") + ", ".join(_words(item) for item in items))
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(100, theme().px(20))

    def minimumSizeHint(self) -> QSize:
        """One line, however narrow."""
        return QSize(10, theme().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints from the right end of the path backwards as far as there is room, then left to right."""
        look = theme()
        font = look.font(metrics.SECONDARY)
        measure = QFontMetrics(font)
        quiet, strong = QColor(look.colours.secondary), QColor(look.colours.text)
        groups = [_runs(item) for item in self._items] + ([[(one_line(self._here), False)]] if self._here else [])
        widths = [sum(measure.horizontalAdvance(text) for text, _ in group) for group in groups]
        arrow = measure.horizontalAdvance(" › ")
        first, room = len(groups), self.width() - measure.horizontalAdvance("… › ")
        while first > 0 and widths[first - 1] + arrow <= room:
            first -= 1
            room -= widths[first] + arrow
        painter = QPainter(self)
        painter.setFont(font)
        pieces: list[tuple[str, bool]] = [("… › ", False)] if first else []
        for index, group in enumerate(groups[first:]):
            pieces += [(" › ", False)] if index else []
            pieces += group
        x, y = 0.0, (self.height() + measure.ascent() - measure.descent()) / 2
        for text, answered in pieces:
            painter.setPen(strong if answered else quiet)
            wide = measure.horizontalAdvance(text)
            painter.drawText(QPointF(beginning(self, x, wide), y), text)
            x += wide


def _words(item: PathItem) -> str:
    return one_line(f"{item.title}: {item.answer}" if item.answer else item.title)


def _runs(item: PathItem) -> list[tuple[str, bool]]:
    title = one_line(item.title)
    return [(f"{title}: ", False), (one_line(item.answer), True)] if item.answer else [(title, False)]
