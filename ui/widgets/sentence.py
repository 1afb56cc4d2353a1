"""What to say now: the largest text on the screen, beside the accent bar."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.direction import beginning, placed, widest
from ui.widgets.plain import visible

_BAR = 3
_INDENT = 21
_BULLET = "•  "


class Sentence(QWidget):
    """The spoken text, or the talking points where there is none.

    At most 62 characters a line and 44 px high letters. Where it would take more than its share of the height it is
    paged by sentence, never scrolled.
    Attributes: `page` (from 0) and `pages`. Signals: `paged` when either changed.
    """

    paged = Signal()

    def __init__(self, size: int = metrics.SPOKEN) -> None:
        super().__init__()
        self._size = size
        self._texts: tuple[str, ...] = ()
        self._bullets = False
        self._room = 10_000
        self._set_before: dict[tuple[object, ...], tuple[list[QTextLayout], int]] = {}
        self.page = 0
        self.pages = 1
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self.updateGeometry)

    def say(self, texts: tuple[str, ...], bullets: bool = False) -> None:
        """Shows these texts one below the other, as points with `bullets`."""
        if (texts, bullets) == (self._texts, self._bullets):
            return
        self._texts, self._bullets, self.page = texts, bullets, 0
        self.setAccessibleName(visible(" ".join(texts)))
        self._repage()

    def texts(self) -> tuple[str, ...]:
        """What it says, all pages."""
        return self._texts

    def leave_room(self, height: int) -> None:
        """The most height it may take; beyond that it is paged."""
        if height != self._room:
            self._room = height
            self._repage()

    def turn(self, by: int) -> None:
        """To the next or the previous page."""
        page = max(0, min(self.pages - 1, self.page + by))
        if page != self.page:
            self.page = page
            self._repage()

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the page shown."""
        return self._lay_out(width)[1]

    def sizeHint(self) -> QSize:
        """As wide as 62 characters."""
        width = self._line_width() + theme().px(_INDENT)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """A few words."""
        return QSize(theme().px(200), self._step())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Breaks the lines anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._repage()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints bar and text."""
        look = theme()
        painter = QPainter(self)
        layouts, height = self._lay_out(self.width())
        if not self._texts:
            return
        painter.fillRect(placed(self, QRectF(0, 0, _BAR, height)), QColor(look.colours.accent))
        painter.setPen(QColor(look.colours.text))
        painter.setFont(self._font())
        indent = self._indent()
        for layout in layouts:
            layout.draw(painter, QPointF(beginning(self, indent, widest(layout)), 0))
            if self._bullets and layout.lineCount():
                line = layout.lineAt(0)
                painter.setPen(QColor(look.colours.faint))
                dot = beginning(self, look.px(_INDENT), QFontMetrics(self._font()).horizontalAdvance(_BULLET[0]))
                painter.drawText(QPointF(dot, line.y() + line.ascent()), _BULLET[0])
                painter.setPen(QColor(look.colours.text))

    def _font(self) -> QFont:
        look = theme()
        size = self._points_size() if self._bullets else self._size
        font = QFont(look.font(size, 500))
        font.setPixelSize(min(look.px(size), metrics.SPOKEN_LARGEST))
        return font

    def _points_size(self) -> int:
        return self._size * 5 // 6

    def _step(self) -> int:
        return round(self._font().pixelSize() * metrics.SPOKEN_LINE_HEIGHT)

    def _indent(self) -> int:
        look = theme()
        return look.px(_INDENT) + (QFontMetrics(self._font()).horizontalAdvance(_BULLET) if self._bullets else 0)

    def _line_width(self) -> int:
        sample = "the quick brown fox jumps over a lazy dog and rests there. Yes"
        size = self._points_size() if self._bullets else self._size
        width = theme().width(sample, size, 500) * metrics.SPOKEN_CHARACTERS // len(sample)
        return width * self._font().pixelSize() // theme().px(size)

    def _lay_out(self, width: int) -> tuple[list[QTextLayout], int]:
        pages = self._paginate(width)
        return self._set(pages[min(self.page, len(pages) - 1)], width)

    def _repage(self) -> None:
        """Counts the pages again after text, width or room changed."""
        before = (self.page, self.pages)
        self.pages = len(self._paginate(max(self.width(), 200)))
        self.page = min(self.page, self.pages - 1)
        self.updateGeometry()
        self.update()
        if before != (self.page, self.pages) or self.pages > 1:
            self.paged.emit()

    def _paginate(self, width: int) -> list[tuple[str, ...]]:
        """Groups sentences into pages that fit the room; one that is too long for itself stays whole."""
        if self._set(self._texts, width)[1] <= self._room:
            return [self._texts]
        parts = self._texts if self._bullets else tuple(part for text in self._texts for part in _sentences(text))
        pages: list[tuple[str, ...]] = []
        page: tuple[str, ...] = ()
        for part in parts:
            larger = (*page, part) if self._bullets else ((" ".join((*page, part))),)
            if page and self._set(larger, width)[1] > self._room:
                pages.append(page)
                page = (part,)
            else:
                page = larger
        return [*pages, page]

    def _set(self, texts: tuple[str, ...], width: int) -> tuple[list[QTextLayout], int]:
        """Lays the texts out below one another; the layouts (already placed) and the height."""
        key = (texts, self._bullets, width, theme().scale)
        known = self._set_before.get(key)
        if known is None:
            if len(self._set_before) > 40:
                self._set_before.clear()
            known = self._set_before[key] = self._set_anew(texts, width)
        return known

    def _set_anew(self, texts: tuple[str, ...], width: int) -> tuple[list[QTextLayout], int]:
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        line_width = max(min(width - self._indent(), self._line_width()), 40)
        step, y = self._step(), 0
        layouts: list[QTextLayout] = []
        for text in texts:
            layout = QTextLayout(visible(text).replace("\n", "\N{LINE SEPARATOR}"), self._font())
            layout.setCacheEnabled(True)
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(line_width)
                line.setPosition(QPointF(0, y + (step - line.height()) / 2))
                y += step
            layout.endLayout()
            layouts.append(layout)
            y += round(step * 0.15) if self._bullets else 0
        return layouts, max(y, 1 if not texts else step)


def _sentences(text: str) -> list[str]:
    """Splits after a full stop, question or exclamation mark that a blank follows."""
    return [part for part in re.split(r"(?<=[.?!…])\s+", text) if part]
