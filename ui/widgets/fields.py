"""Text fields: plain text in, capped, with a name for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from ui.theme.theme import theme
from ui.widgets.plain import one_line
from ui.widgets.shapes import Shape, draw

LINE_LIMIT = 512
NOTE_LIMIT = 4_096
_MOST_LINES = 24


class LineField(QLineEdit):
    """A one-line field. `secret` shows dots and is never offered to spell checkers or the clipboard's history."""

    def __init__(self, name: str, hint: str = "", secret: bool = False, bare: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMaxLength(LINE_LIMIT)
        if bare:
            self.setProperty("bare", "true")
        self.set_secret(secret)

    def set_secret(self, secret: bool) -> None:
        """Dots instead of letters, or letters."""
        self.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)
        hints = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        self.setInputMethodHints(hints if secret else Qt.InputMethodHint.ImhNone)

    def replace(self, text: str) -> None:
        """Shows this text unless it is there already; the cursor stays."""
        if text != self.text():
            at_end = self.cursorPosition() == len(self.text())
            place = len(text) if at_end else self.cursorPosition()
            self.setText(text)
            self.setCursorPosition(min(place, len(text)))


class TextField(QPlainTextEdit):
    """A field of several lines, plain text only, at most `NOTE_LIMIT` characters. A `whole` one claims the height that
    its text needs, so that what surrounds it scrolls and not the field.

    Signals: `edited` after the agent changed something; `cut_off` when a paste was longer than there was room for;
    `left` when the keyboard goes elsewhere.
    """

    edited = Signal()
    cut_off = Signal()
    left = Signal()

    def __init__(self, name: str, whole: bool = False) -> None:
        super().__init__()
        self._whole = whole
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self._by_us = False
        self.textChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        """A few lines, or with `whole` all of them up to a page; layouts give it more where there is room."""
        least = theme().px(96)
        return QSize(theme().px(200), max(least, self._height_of_all()) if self._whole else least)

    def minimumSizeHint(self) -> QSize:
        """Two lines, or with `whole` what it has to say."""
        return QSize(theme().px(120), self.sizeHint().height() if self._whole else theme().px(56))

    def replace(self, text: str) -> None:
        """Puts this text in place of what is there; only what differs is touched, so that the cursor stays."""
        now = self.toPlainText()
        if text == now:
            return
        start, end_now, end_new = _difference(now, text)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end_now, QTextCursor.MoveMode.KeepAnchor)
        self._by_us = True
        cursor.insertText(text[start:end_new])
        self._by_us = False

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Takes the plain text of a paste, as much as there is room for."""
        text = source.text()
        room = NOTE_LIMIT - len(self.toPlainText()) + len(self.textCursor().selectedText())
        if len(text) > room:
            text = text[: max(room, 0)]
            self.cut_off.emit()
        self.textCursor().insertText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Texts only; no files, no pictures."""
        return source.hasText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Types, up to the limit."""
        full = len(self.toPlainText()) >= NOTE_LIMIT and not self.textCursor().hasSelection()
        if full and event.text() and event.text().isprintable():
            self.cut_off.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Says that the keyboard went elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()

    def _changed(self) -> None:
        if not self._by_us:
            self.edited.emit()

    def _height_of_all(self) -> int:
        """Of all lines as they are broken now, but no more than a page of them, and of the border around them."""
        lines = min(round(self.document().size().height()), _MOST_LINES)
        around = self.height() - self.viewport().height() + 2 * round(self.document().documentMargin())
        return lines * self.fontMetrics().lineSpacing() + around


class ChoiceField(QComboBox):
    """A choice out of a few; the items are plain text. The wheel does not change it by accident."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._offered: tuple[tuple[str, str], ...] = ()

    def offer(self, choices: tuple[tuple[str, str], ...], chosen: str) -> None:
        """Shows these (value, text) choices; tells nobody."""
        blocked = self.blockSignals(True)
        if choices != self._offered:
            self._offered = choices
            self.clear()
            for value, text in choices:
                self.addItem(one_line(text), value)
        index = next((i for i, (value, _) in enumerate(choices) if value == chosen), -1)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        self.blockSignals(blocked)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the field and a small arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        side = theme().px(10)
        box = QRectF(self.width() - side - theme().px(11), (self.height() - side) / 2, side, side)
        draw(painter, Shape.DOWN, box, QColor(theme().colours.secondary))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page."""
        event.ignore()

    def value(self) -> str:
        """The value chosen, "" for none."""
        found = self.currentData()
        return found if isinstance(found, str) else ""


def _difference(old: str, new: str) -> tuple[int, int, int]:
    """Where two texts differ: common start, and the ends of the differing parts in each."""
    start = 0
    shortest = min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, len(old) - end, len(new) - end
