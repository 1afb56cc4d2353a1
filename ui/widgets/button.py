"""Buttons with their key on them. They never take the keyboard away from a text field when clicked."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.direction import placed
from ui.widgets.key_cap import cap_size, draw_cap
from ui.widgets.plain import one_line
from ui.widgets.shapes import Shape, draw


class Kind(StrEnum):
    """How loud a button is. There is at most one PRIMARY on the screen; FLAT is a link in the text."""

    PRIMARY = "primary"
    PLAIN = "plain"
    ATTENTION = "attention"
    FLAT = "flat"


class KeyButton(QAbstractButton):
    """A button that paints its own plain text (an "&" is an "&") and the cap of its command."""

    def __init__(
        self,
        text: str,
        keyboard: Keyboard | None = None,
        command: Command | None = None,
        kind: Kind = Kind.PLAIN,
        shape: Shape = Shape.NONE,
    ) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._command = command
        self._kind = kind
        self._shape = shape
        self._words = ""
        self._chosen = False
        self._most_width = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        horizontal = QSizePolicy.Policy.Fixed if kind is Kind.FLAT else QSizePolicy.Policy.Minimum
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)
        self.set_words(text)
        if keyboard is not None:
            keyboard.place_changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)

    def set_words(self, text: str) -> None:
        """What the button says. (Not `setText`: Qt would look for a mnemonic in it.)"""
        shown = one_line(text)
        if shown != self._words:
            self._words = shown
            self.setAccessibleName(shown)
            self.updateGeometry()
            self.update()

    def words(self) -> str:
        """What it says."""
        return self._words

    def set_kind(self, kind: Kind) -> None:
        """Louder or quieter."""
        if kind is not self._kind:
            self._kind = kind
            self.update()

    def limit(self, width: int) -> None:
        """At most this wide (at 100 % text); what does not fit ends in "…"."""
        self._most_width = theme().px(width)
        self.updateGeometry()

    def set_chosen(self, chosen: bool) -> None:
        """Marks it as the one chosen among several flat ones."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.setAccessibleDescription("chosen" if chosen else "")
            self.update()

    def sizeHint(self) -> QSize:
        """Cap, gap and words with room around them."""
        look = theme()
        flat = self._kind is Kind.FLAT
        padding = look.px(6 if flat else 7 if self._command is not None else 14)
        height = look.px(metrics.TARGET + 2) if flat else look.px(metrics.BUTTON)
        width = 2 * padding + self._inner_width()
        return QSize(min(width, self._most_width) if self._most_width else width, height)

    def minimumSizeHint(self) -> QSize:
        """It is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints ground, cap and words."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._paint_ground(painter)
        cap = self._cap()
        unused = self._cap_width() - cap_size(cap).width() if cap else 0
        x = (self.width() - self._inner_width() + unused) / 2
        if self._kind is Kind.FLAT:
            x = look.px(6)
        primary = self._kind is Kind.PRIMARY and self.isEnabled()
        if cap:
            size = cap_size(cap)
            reserved = self._cap_width()
            box = QRectF(x, (self.height() - size.height()) / 2, size.width(), size.height())
            draw_cap(painter, placed(self, box), cap, on_accent=primary, faded=not self.isEnabled())
            x += (reserved if self._kind is Kind.FLAT else size.width()) + look.px(7)
        if self._shape is not Shape.NONE:
            side = look.px(10)
            at_end = self._shape is Shape.DOWN
            place = self.width() - side - look.px(6) if at_end else x
            draw(painter, self._shape, placed(self, QRectF(place, (self.height() - side) / 2, side, side)), ink)
            x += 0 if at_end else side + look.px(6)
        painter.setPen(ink)
        painter.setFont(self._font())
        words = self._words
        if self._most_width:
            room = self.width() - x - look.px(17)
            words = QFontMetrics(self._font()).elidedText(words, Qt.TextElideMode.ElideRight, round(room))
        rest = QRectF(x, 0, self.width() - x, self.height())
        painter.drawText(placed(self, rest), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)

    def _paint_ground(self, painter: QPainter) -> QColor:
        """Paints what lies under the words; the colour for them."""
        c = theme().colours
        over = self.underMouse() and self.isEnabled()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        inks = {Kind.PRIMARY: c.on_accent, Kind.PLAIN: c.text, Kind.ATTENTION: c.attention, Kind.FLAT: c.secondary}
        edges = {Kind.PRIMARY: c.accent, Kind.PLAIN: c.line, Kind.ATTENTION: c.attention, Kind.FLAT: ""}
        grounds = {
            Kind.PRIMARY: c.accent,
            Kind.PLAIN: c.sunken if over else c.surface,
            Kind.ATTENTION: c.attention_ground if over else c.surface,
            Kind.FLAT: c.sunken if over else "",
        }
        ink, edge, ground = inks[self._kind], edges[self._kind], grounds[self._kind]
        if self._chosen:
            ink, ground = c.accent, c.accent_ground
        if not self.isEnabled():
            ink, edge, ground = c.secondary, (c.line if edge else ""), (c.sunken if ground else "")
        painter.setPen(QPen(QColor(edge), 1) if edge else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, metrics.RADIUS, metrics.RADIUS)
        if self.hasFocus():
            painter.setPen(QPen(QColor(c.accent if self._kind is not Kind.PRIMARY else c.on_accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), metrics.RADIUS - 2, metrics.RADIUS - 2)
        return QColor(ink)

    def _cap(self) -> str:
        if self._keyboard is None or self._command is None:
            return ""
        return self._keyboard.cap(self._command)

    def _cap_width(self) -> int:
        """Room for the longer of the two caps, so that nothing moves."""
        if self._keyboard is None or self._command is None:
            return 0
        return max(cap_size(cap).width() for cap in self._keyboard.keymap.caps(self._command))

    def _inner_width(self) -> int:
        look = theme()
        width = QFontMetrics(self._font()).horizontalAdvance(self._words)
        if self._command is not None:
            width += self._cap_width() + look.px(7)
        if self._shape is not Shape.NONE:
            width += look.px(16)
        return width

    def _font(self) -> QFont:
        quiet = self._kind is Kind.FLAT
        return theme().font(metrics.SECONDARY if quiet else metrics.TEXT, 400 if quiet else 500)
