"""The agents' table: sortable, with each interval drawn in its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.desk.lead import AgentLine, Rate
from ui.lead.words import WORDS, interval_of, per_cent, spoken
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.interval import draw_interval
from ui.widgets.plain import one_line
from ui.widgets.shapes import Shape

Index = QModelIndex | QPersistentModelIndex
_WORD_ORDER = {"above": 3, "same": 2, "below": 1, "": 0}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, what it sorts by, what it says, the rate it draws (or None), and more to say on it."""

    heading: str
    order: Callable[[AgentLine], float | str]
    text: Callable[[AgentLine], str]
    rate: Callable[[AgentLine], Rate] | None = None
    right: bool = False
    more: Callable[[AgentLine], str] = lambda line: ""


def _over_transfers(line: AgentLine) -> str:
    """How many of the accepts were two agents' work; numbers alone, since a tip may be read as rich text."""
    parts = (
        f"{line.handed_on} closed by another agent" if line.handed_on else "",
        f"{line.closed_for_others} more closed for others" if line.closed_for_others else "",
    )
    return ", ".join(filter(None, parts))


COLUMNS = (
    Column("Agent", lambda line: line.name.casefold(), lambda line: one_line(line.name)),
    Column("Calls", lambda line: line.calls, lambda line: str(line.calls), right=True),
    Column("Extended", lambda line: line.extended, lambda line: str(line.extended), right=True),
    Column(
        "Extend rate",
        lambda line: line.extend_rate.numerator,
        lambda line: per_cent(line.extend_rate),
        lambda line: line.extend_rate,
    ),
    Column("Accepted", lambda line: line.accepted, lambda line: str(line.accepted), right=True, more=_over_transfers),
    Column(
        "Accept rate",
        lambda line: line.accept_rate.numerator,
        lambda line: per_cent(line.accept_rate),
        lambda line: line.accept_rate,
    ),
    Column(
        "Success rate",
        lambda line: line.success_rate.numerator,
        lambda line: per_cent(line.success_rate),
        lambda line: line.success_rate,
    ),
    Column("Against the team", lambda line: _WORD_ORDER.get(line.word, 0), lambda line: line.word or "too few calls"),
)
WORD_COLUMN = len(COLUMNS) - 1


class AgentsModel(QAbstractTableModel):
    """The lines of the report in the order chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[AgentLine, ...] = ()
        self._total: AgentLine | None = None
        self._order = (-1, Qt.SortOrder.DescendingOrder)

    def show_lines(self, lines: tuple[AgentLine, ...], total: AgentLine | None) -> None:
        """Shows these lines; `total` is what they are compared with."""
        if (lines, total) != (self._lines, self._total):
            self.beginResetModel()
            self._lines, self._total = self._sorted(lines), total
            self.endResetModel()

    def line(self, row: int) -> AgentLine:
        """The line in this row."""
        return self._lines[row]

    def beside(self, column: int) -> Rate | None:
        """The team's rate of this column."""
        rate = COLUMNS[column].rate
        return rate(self._total) if rate is not None and self._total is not None else None

    def extent(self, column: int) -> tuple[float, float]:
        """The shares between which all intervals of a column lie, with a little air."""
        rate = COLUMNS[column].rate
        if rate is None:
            return 0.0, 1.0
        rates = [rate(line) for line in self._lines]
        lows = [one.low for one in rates if one.low is not None and one.denominator >= 5]
        highs = [one.high for one in rates if one.high is not None and one.denominator >= 5]
        return max(min(lows, default=0.0) - 0.03, 0.0), min(max(highs, default=1.0) + 0.03, 1.0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row per agent."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """The columns above."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts for the eye, sentences for the screen reader."""
        column, line = COLUMNS[index.column()], self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = spoken(column.rate(line)) if column.rate is not None else column.text(line)
            return ", ".join(filter(None, (f"{column.heading}: {said}", column.more(line))))
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.more(line) or None
        if role == Qt.ItemDataRole.TextAlignmentRole and column.right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; agents with too few calls stay at the end of a rate."""
        self.layoutAboutToBeChanged.emit()
        self._order = (column, order)
        self._lines = self._sorted(self._lines)
        self.layoutChanged.emit()

    def _sorted(self, lines: tuple[AgentLine, ...]) -> tuple[AgentLine, ...]:
        """The report's own order until a heading was clicked.

        Rates sort by the end of their interval that is sure: highest first by the low end, lowest first by the high
        end, so that two calls and one accept do not lead the table.
        """
        number, order = self._order
        if number < 0:
            return lines
        down = order is Qt.SortOrder.DescendingOrder
        column = COLUMNS[number]
        rate = column.rate
        if rate is None:
            return tuple(sorted(lines, key=column.order, reverse=down))
        return tuple(sorted(lines, key=lambda line: _sure_end(rate(line), down)))


def _sure_end(rate: Rate, down: bool) -> float:
    """What to sort a rate by, ascending; one without a denominator comes last."""
    if rate.low is None or rate.high is None:
        return 2.0
    return -rate.low if down else rate.high


class AgentsDelegate(QStyledItemDelegate):
    """Paints a cell: text, the drawn interval, or the word as a badge, over a thin line."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints one cell."""
        look = theme()
        model = index.model()
        if not isinstance(model, AgentsModel):
            return
        box = QRectF(option.rect)
        painter.save()
        if option.state & option.state.State_Selected:
            painter.fillRect(box, QColor(look.colours.accent_ground))
        painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), QColor(look.colours.line))
        column, line = COLUMNS[index.column()], model.line(index.row())
        inner = box.adjusted(look.px(12), 0, -look.px(12), 0)
        font = look.font(metrics.TEXT)
        painter.setFont(font)
        painter.setPen(QColor(look.colours.text))
        text = column.text(line)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        if index.column() == WORD_COLUMN:
            _paint_word(painter, inner, text, line.word)
        else:
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, round(inner.width()))
            painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        if column.rate is not None:
            interval = interval_of(column.rate(line), model.beside(index.column()))
            bar = inner.adjusted(look.px(52), 0, 0, 0)
            if interval is not None and bar.width() > 20:
                draw_interval(painter, bar, interval, model.extent(index.column()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A row's height."""
        return QSize(theme().px(60), theme().px(34))


def _paint_word(painter: QPainter, box: QRectF, text: str, word: str) -> None:
    look = theme()
    tint, _ = WORDS.get(word, (None, Shape.NONE))
    font = look.font(metrics.SMALL, 500)
    painter.setFont(font)
    width = QFontMetrics(font).horizontalAdvance(text) + look.px(16)
    height = look.px(23)
    pill = QRectF(box.right() - width, box.center().y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if tint is not None:
        painter.setBrush(QColor(look.colours.wash(tint)))
        painter.drawRoundedRect(pill, 5, 5)
    painter.setPen(QColor(look.colours.ink(tint) if tint is not None else look.colours.secondary))
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)


class AgentsTable(QTableView):
    """The table itself: a click on a heading sorts."""

    def __init__(self) -> None:
        super().__init__()
        self._agents = AgentsModel()
        self.setModel(self._agents)
        self.setItemDelegate(AgentsDelegate(self))
        self.setAccessibleName("Agents")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        theme().changed.connect(self._measure)
        self._measure()

    def show_lines(self, lines: tuple[AgentLine, ...], total: AgentLine | None) -> None:
        """Shows these agents."""
        self._agents.show_lines(lines, total)

    def resizeEvent(self, event: Any) -> None:
        """Shares the width out among the columns."""
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        look = theme()
        self.verticalHeader().setDefaultSectionSize(look.px(34))
        header = self.horizontalHeader()
        header.setFixedHeight(look.px(32))
        narrow = {0: 100, 1: 62, 2: 92, 4: 92, WORD_COLUMN: 140}
        fixed = sum(look.px(width) for width in narrow.values())
        rates = [index for index, column in enumerate(COLUMNS) if column.rate is not None]
        each = max((self.viewport().width() - fixed) // len(rates), look.px(130))
        for index in range(len(COLUMNS)):
            self.setColumnWidth(index, look.px(narrow[index]) if index in narrow else each)
