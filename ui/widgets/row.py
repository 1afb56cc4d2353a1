"""A row to choose: key cap, text, and at the right where it leads. Answers, options, reasons and results are rows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.direction import beginning, placed, widest
from ui.widgets.key_cap import cap_size, draw_cap
from ui.widgets.plain import one_line
from ui.widgets.shapes import Shape, draw

_LONG_CAP = "Ctrl Enter"
"""A list of quiet rows has all kinds of keys; they line up behind this one."""


@dataclass(frozen=True, slots=True)
class RowContent:
    """What a row shows. `command` None leaves the cap out; a `closed` row says why instead of where it leads;
    `marked` draws it with the accent; `chosen` ticks it; `small` is for long lists, `quiet`
    (without a border) for the rest of them."""

    command: Command | None
    text: str
    detail: str = ""
    closed: str = ""
    marked: bool = False
    chosen: bool = False
    small: bool = False
    quiet: bool = False

    @property
    def least_height(self) -> int:
        """The height of a row of one line, in pixels at 100 % text."""
        return metrics.QUIET_ROW if self.quiet else metrics.SMALL_ROW if self.small else metrics.ANSWER

    @property
    def padding(self) -> int:
        """White space above and below the text, together."""
        return 8 if self.quiet else 12 if self.small else 22


class Row(QAbstractButton):
    """One row. Long texts wrap; a detail that does not fit beside the text goes below it."""

    def __init__(self, keyboard: Keyboard, content: RowContent) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._content = content
        self._laid: dict[tuple[int, int, int], tuple[QTextLayout, QTextLayout, bool]] = {}
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        keyboard.place_changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)
        self._told()

    @property
    def content(self) -> RowContent:
        """What it shows now."""
        return self._content

    def show_this(self, content: RowContent) -> None:
        """Shows something else."""
        if content != self._content:
            self._content = content
            self._laid.clear()
            self._told()
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """At least the height of a row; more where the text wraps."""
        look = theme()
        least = look.px(self._content.least_height)
        text, detail, beside = self._parts(width)
        height = _height(text) if beside else _height(text) + _height(detail) + look.px(2)
        return max(least, height + look.px(self._content.padding))

    def sizeHint(self) -> QSize:
        """A usual row."""
        return QSize(theme().px(200), self.heightForWidth(max(self.width(), theme().px(200))))

    def minimumSizeHint(self) -> QSize:
        """Narrow is possible, since it wraps."""
        return QSize(theme().px(120), theme().px(self._content.least_height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints border, cap, text and detail."""
        look = theme()
        c = look.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        open_ = self.isEnabled()
        self._paint_ground(painter, open_)
        command = self._content.command
        if command is not None:
            cap = self._keyboard.cap(command)
            size = cap_size(cap)
            box = QRectF(look.px(14), (self.height() - size.height()) / 2, size.width(), size.height())
            draw_cap(painter, placed(self, box), cap, faded=not open_)
        text, detail, beside = self._parts(self.width())
        left = self._text_left()
        painter.setPen(QColor(c.text if open_ else c.secondary))
        block = _height(text) if beside else _height(text) + _height(detail) + look.px(2)
        top = (self.height() - block) / 2
        text.draw(painter, QPointF(beginning(self, left, widest(text)), top))
        painter.setPen(QColor(c.secondary))
        if beside:
            wide = widest(detail)
            right = beginning(self, self.width() - look.px(14) - self._tick_width() - wide, wide)
            detail.draw(painter, QPointF(right, (self.height() - _height(detail)) / 2))
        else:
            below = QPointF(beginning(self, left, widest(detail)), top + _height(text) + look.px(2))
            detail.draw(painter, below)
        if self._content.chosen:
            side = look.px(14)
            box = QRectF(self.width() - look.px(14) - side, (self.height() - side) / 2, side, side)
            draw(painter, Shape.CHECK, placed(self, box), QColor(c.accent))

    def _paint_ground(self, painter: QPainter, open_: bool) -> None:
        c = theme().colours
        strong = self._content.marked or self._content.chosen or self.hasFocus()
        pen = QPen(QColor(c.accent if strong else c.line), 2 if strong else 1)
        over = self.underMouse() and open_
        if not open_:
            pen = QPen(QColor(c.line), 1, Qt.PenStyle.DashLine)
        elif over and not strong:
            pen = QPen(QColor(c.edge), 1)
        if self._content.quiet and not strong and not over:
            return
        painter.setPen(pen)
        painter.setBrush(QColor(c.surface) if open_ else Qt.BrushStyle.NoBrush)
        inset = pen.widthF() / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, metrics.RADIUS, metrics.RADIUS)
        if self.hasFocus() and (self._content.marked or self._content.chosen or not open_):
            # What is marked has the strong edge already: with the keyboard on it there is a second one inside.
            painter.setPen(QPen(QColor(c.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), metrics.RADIUS - 3, metrics.RADIUS - 3)

    def _text_left(self) -> int:
        """Where the text begins: behind the widest cap that this row can show, so that rows line up."""
        look = theme()
        command = self._content.command
        if command is None:
            return look.px(14)
        widest = max(cap_size(cap).width() for cap in self._keyboard.keymap.caps(command))
        if not command.is_digit:
            widest = max(widest, cap_size("Alt 0").width())
        if self._content.quiet:
            widest = max(widest, cap_size(_LONG_CAP).width())
        return look.px(14) + widest + look.px(12)

    def _tick_width(self) -> int:
        return theme().px(22) if self._content.chosen else 0

    def _parts(self, width: int) -> tuple[QTextLayout, QTextLayout, bool]:
        """Text and detail as laid out, and whether they stand side by side."""
        key = (width, theme().scale, self._text_left())
        known = self._laid.get(key)
        if known is None:
            if len(self._laid) > 4:
                self._laid.clear()
            known = self._laid[key] = self._lay_out(width)
        return known

    def _lay_out(self, width: int) -> tuple[QTextLayout, QTextLayout, bool]:
        look = theme()
        content = self._content
        size = metrics.SECONDARY if content.quiet else metrics.TEXT if content.small else 15
        text_font = look.font(size, 400)
        note_font = look.font(metrics.SECONDARY)
        detail = one_line(content.closed or content.detail)
        room = max(width - self._text_left() - look.px(14) - self._tick_width(), 40)
        detail_width = QFontMetrics(note_font).horizontalAdvance(detail) + 4 if detail else 0
        beside = detail_width <= room * 0.45
        gap = look.px(16) if detail else 0
        text_room = room - detail_width - gap if beside else room
        return (
            _layout(one_line(content.text), text_font, text_room),
            _layout(detail, note_font, detail_width if beside else room),
            beside,
        )

    def _told(self) -> None:
        content = self._content
        self.setEnabled(not content.closed)
        self.setAccessibleName(one_line(content.text))
        self.setAccessibleDescription(one_line(content.closed or content.detail))
        self.setCursor(Qt.CursorShape.PointingHandCursor if not content.closed else Qt.CursorShape.ArrowCursor)


def _layout(text: str, font: QFont, width: float) -> QTextLayout:
    layout = QTextLayout(text, font)
    layout.setCacheEnabled(True)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    return layout


def _height(layout: QTextLayout) -> int:
    return round(layout.boundingRect().height()) if layout.text() else 0
