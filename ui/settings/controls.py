"""The controls of the settings panel: a switch, a number with its steps. All of it works by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.button import KeyButton
from ui.widgets.direction import placed
from ui.widgets.fields import LineField
from ui.widgets.frames import gap, line
from ui.words.catalogue import say


class Switch(QAbstractButton):
    """On or off, as a knob and as a word. Space changes it, and so does a click."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._on, self._off = say("On"), say("Off")
        theme().changed.connect(self.updateGeometry)

    def show_value(self, on: bool) -> None:
        """On or off, without telling anybody."""
        blocked = self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(blocked)
        self.setAccessibleDescription(self._on if on else self._off)
        self.update()

    def sizeHint(self) -> QSize:
        """The knob's way, and the longer word."""
        look = theme()
        measure = QFontMetrics(look.font(metrics.SECONDARY))
        words = max(measure.horizontalAdvance(word) for word in (self._on, self._off))
        return QSize(look.px(36) + look.px(8) + words + look.px(8), look.px(metrics.TARGET + 4))

    def minimumSizeHint(self) -> QSize:
        """It is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints way, knob and word."""
        look = theme()
        c, on = look.colours, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high = look.px(36), look.px(20)
        top = (self.height() - high) / 2
        way = QRectF(1, top, wide, high)
        live = c.accent if on else c.faint
        colour = live if self.isEnabled() else c.line
        painter.setPen(QPen(QColor(colour), 1.4))
        painter.setBrush(QColor(colour) if on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(placed(self, way), high / 2, high / 2)
        side = high - 8
        knob = QRectF(way.right() - side - 4 if on else way.left() + 4, top + 4, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.on_accent if on and self.isEnabled() else c.secondary))
        painter.drawEllipse(placed(self, knob))
        painter.setPen(QColor(c.text if self.isEnabled() else c.secondary))
        painter.setFont(look.font(metrics.SECONDARY))
        left = wide + look.px(8)
        rest = placed(self, QRectF(left, 0, self.width() - left, self.height()))
        word = self._on if on else self._off
        painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), word)
        if self.hasFocus():
            painter.setPen(QPen(QColor(c.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = way.adjusted(-1, -3, 1, 3)
            painter.drawRoundedRect(placed(self, ring), ring.height() / 2, ring.height() / 2)


class _Digits(LineField):
    """The field of a number: Up and Down go by steps."""

    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steps, or types."""
        by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if by:
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed counts when the keyboard goes elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()


class NumberField(QWidget):
    """A whole number: typed, or by steps with Up and Down or the two buttons.

    Signals: `chosen` with what was typed, a number or not: the settings say whether it will do.
    """

    chosen = Signal(object)

    def __init__(self, name: str, least: int, most: int, step: int) -> None:
        super().__init__()
        self._least, self._most, self._step = least, most, step
        self._value = least
        self._field = _Digits(name)
        self._field.setMaxLength(6)
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._less, self._more = KeyButton("−"), KeyButton("+")
        self._less.setAccessibleName(say("Less: {}").format(name))
        self._more.setAccessibleName(say("More: {}").format(name))
        for button in (self._less, self._more):
            # By key the field itself steps; two more stops for Tab would only be in the way.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._less.clicked.connect(lambda: self._by(-1))
        self._more.clicked.connect(lambda: self._by(1))
        self._field.stepped.connect(self._by)
        self._field.returnPressed.connect(self.commit)
        self._field.left.connect(self.commit)
        row = line(self, (0, 0), gap(6))
        for part in (self._less, self._field, self._more):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._field)
        theme().changed.connect(self._measure)
        self._measure()

    def show_value(self, value: int) -> None:
        """Shows this number; tells nobody."""
        self._value = value
        self._field.replace(str(value))
        self._less.setEnabled(self.isEnabled() and value > self._least)
        self._more.setEnabled(self.isEnabled() and value < self._most)

    def commit(self) -> None:
        """What was typed is meant."""
        typed = self._field.text().strip()
        value: object = int(typed) if typed.isascii() and typed.isdigit() else typed
        if value != self._value:
            self.chosen.emit(value)

    def _by(self, steps: int) -> None:
        self.chosen.emit(max(self._least, min(self._most, self._value + steps * self._step)))

    def _measure(self) -> None:
        self._field.setFixedWidth(theme().px(74))


Choose = Callable[[object], None]
"""Takes what was chosen in a control."""
