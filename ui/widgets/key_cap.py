"""The key cap: a small drawn key that shows what works right now."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import Theme, theme
from ui.widgets.direction import placed
from ui.words.catalogue import say


class KeyCap(QWidget):
    """Shows the key of a command, and another one when a text field takes or leaves the keyboard."""

    def __init__(self, keyboard: Keyboard, command: Command) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._command = command
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        keyboard.place_changed.connect(self._renew)
        theme().changed.connect(self._renew)
        self._renew()

    def sizeHint(self) -> QSize:
        """As wide as the longer of its two texts, so that nothing moves when they change places."""
        sizes = [cap_size(cap) for cap in self._keyboard.keymap.caps(self._command)]
        return max(sizes, key=lambda size: size.width())

    def minimumSizeHint(self) -> QSize:
        """It is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the cap, at the left of its room."""
        text = self._keyboard.cap(self._command)
        size = cap_size(text)
        painter = QPainter(self)
        box = QRectF(0, (self.height() - size.height()) / 2, size.width(), size.height())
        draw_cap(painter, placed(self, box), text)

    def _renew(self) -> None:
        self.setAccessibleName(say("Key {}").format(self._keyboard.cap(self._command)))
        self.updateGeometry()
        self.update()


def cap_size(text: str) -> QSize:
    """The room that a cap with this text takes."""
    look = theme()
    width = look.width(text, metrics.SMALL, 500)
    return QSize(max(width + look.px(14), look.px(22)), look.px(21))


def draw_cap(painter: QPainter, box: QRectF, text: str, on_accent: bool = False, faded: bool = False) -> None:
    """Draws a cap into the box; `on_accent` for one that lies on an accent-coloured button."""
    look: Theme = theme()
    colours = look.colours
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge, ground, ink = QColor(colours.edge), QColor(colours.sunken), QColor(colours.secondary)
    if on_accent:
        ink = QColor(colours.on_accent)
        ground, edge = QColor(ink), QColor(ink)
        ground.setAlphaF(0.16)
        edge.setAlphaF(0.45)
    if faded:
        painter.setOpacity(0.55)
    shape = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(edge)
    painter.drawRoundedRect(shape, 5, 5)
    painter.setBrush(ground if not on_accent else QColor(colours.accent))
    painter.drawRoundedRect(shape.adjusted(1, 1, -1, -2), 4, 4)
    if on_accent:
        painter.setBrush(ground)
        painter.drawRoundedRect(shape.adjusted(1, 1, -1, -2), 4, 4)
    painter.setPen(ink)
    painter.setFont(look.font(metrics.SMALL, 500))
    painter.drawText(box.adjusted(0, -1, 0, -1), int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()
