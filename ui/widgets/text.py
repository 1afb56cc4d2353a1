"""The label class of the window, in three forms. All of them show plain text by construction (safety.md)."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import metrics
from ui.theme.colours import Tint
from ui.widgets.direction import beginning, widest
from ui.widgets.plain import one_line, visible


class Role(StrEnum):
    """What a text is in the hierarchy of the screen; the style sheet gives it size, weight and colour."""

    BODY = "body"
    BODY_SMALL = "body-small"
    STRONG = "strong"
    FIGURE = "figure"
    TITLE = "title"
    STEP = "step"
    LEAD = "lead"
    SUBTITLE = "subtitle"
    SECONDARY = "secondary"
    SECTION = "section"
    SMALL = "small"
    SMALL_STRONG = "small-strong"
    PRICE = "price"


class Label(QLabel):
    """One line of plain text. `setText` is the only way in, and never lets Qt guess a format."""

    def __init__(self, text: str = "", role: Role = Role.BODY, tint: Tint = Tint.PLAIN) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setProperty("role", role.value)
        if tint is not Tint.PLAIN:
            self.setProperty("tint", tint.value)
        if text:
            self.setText(text)

    def setText(self, text: str) -> None:
        """Shows this text, hidden characters made visible, on one line."""
        shown = one_line(text)
        if shown != self.text():
            super().setText(shown)

    def set_tint(self, tint: Tint) -> None:
        """Another colour; "quiet" is secondary."""
        value = "" if tint is Tint.PLAIN else tint.value
        if (self.property("tint") or "") != value:
            self.setProperty("tint", value)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(Label):
    """One line that ends in "…" where there is no room; a screen reader gets all of it."""

    def __init__(self, text: str = "", role: Role = Role.BODY, tint: Tint = Tint.PLAIN) -> None:
        super().__init__(text, role, tint)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Wide enough for a few letters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 3 * self.fontMetrics().averageCharWidth()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()) | int(Qt.TextFlag.TextSingleLine), text)


class Paragraph(Label):
    """Plain text over several lines, with our line height, that breaks inside a word where the word is too long.

    `most_lines` cuts with "…"; `strike` draws a line through it (for a record that was taken back).
    """

    def __init__(
        self,
        text: str = "",
        role: Role = Role.BODY,
        tint: Tint = Tint.PLAIN,
        line_height: float = metrics.TEXT_LINE_HEIGHT,
        most_lines: int = 0,
    ) -> None:
        self._line_height = line_height
        self._most_lines = most_lines
        self._struck = False
        self._lines: dict[int, tuple[QTextLayout, int]] = {}
        self._measured: tuple[int, int, int] | None = None
        super().__init__(text, role, tint)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        """Shows this text, hidden characters made visible; line breaks stay."""
        shown = visible(text)
        if shown != self.text():
            self._forget()
            QLabel.setText(self, shown)
            self.updateGeometry()

    def strike(self, struck: bool) -> None:
        """Draws a line through the text, or not."""
        if struck != self._struck:
            self._struck = struck
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at this width."""
        natural, breaks, step = self._measure()
        if width > natural and not self._most_lines:
            # Nothing wraps: laying the text out would only tell the same.
            return (breaks + 1) * step
        return self._laid_out(width)[1] * step

    def sizeHint(self) -> QSize:
        """The whole text on its lines if they are short, else about 40 letters wide."""
        width = min(self._measure()[0] + 1, 40 * self.fontMetrics().averageCharWidth())
        return QSize(width, self.heightForWidth(max(width, 1)))

    def minimumSizeHint(self) -> QSize:
        """A few letters: it breaks where it must."""
        return QSize(4 * self.fontMetrics().averageCharWidth(), self._measure()[2])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Claims the height that the new width needs."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the lines."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        layout, _ = self._laid_out(self.width())
        layout.draw(painter, QPointF(beginning(self, 0, widest(layout)), 0))
        if self._struck:
            for index in range(layout.lineCount()):
                line = layout.lineAt(index)
                x, y = beginning(self, 0, widest(layout)), line.y() + line.height() * 0.55
                painter.drawLine(QPointF(x, y), QPointF(x + line.naturalTextWidth(), y))

    def changeEvent(self, event: QEvent) -> None:
        """Breaks the lines anew in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget()

    def _forget(self) -> None:
        self._lines.clear()
        self._measured = None

    def _measure(self) -> tuple[int, int, int]:
        """The width of the longest line as it was written, how many line breaks there are, and the step of a line."""
        if self._measured is None:
            measure = self.fontMetrics()
            lines = self.text().split("\n")
            step = round(measure.height() / 1.21 * self._line_height)
            self._measured = max(measure.horizontalAdvance(one) for one in lines), len(lines) - 1, step
        return self._measured

    def _laid_out(self, width: int) -> tuple[QTextLayout, int]:
        known = self._lines.get(width)
        if known is None:
            if len(self._lines) > 4:
                self._lines.clear()
            text = self.text().replace("\n", "\N{LINE SEPARATOR}")
            known = self._lines[width] = laid_out(text, self, width, self._measure()[2], self._most_lines)
        return known


def laid_out(text: str, widget: QWidget, width: int, step: int, most_lines: int = 0) -> tuple[QTextLayout, int]:
    """The text broken into lines of `width` pixels, `step` pixels apart, and how many lines those are."""
    layout = QTextLayout(text, widget.font())
    layout.setCacheEnabled(True)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    count = 0
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(width, 1))
        if most_lines and count + 1 == most_lines and line.textStart() + line.textLength() < len(text):
            layout.endLayout()
            measure = QFontMetrics(widget.font())
            rest = measure.elidedText(text[line.textStart() :], Qt.TextElideMode.ElideRight, width)
            return laid_out(text[: line.textStart()] + rest, widget, width, step)
        line.setPosition(QPointF(0, count * step + (step - line.height()) / 2))
        count += 1
    layout.endLayout()
    return layout, max(count, 1)
