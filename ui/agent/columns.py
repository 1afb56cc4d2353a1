"""The frame of the agent's room: three columns, or tabs below what to say where there is no room for them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.frames import Box, Surface, column, gap, line, settle
from ui.widgets.tabs import Tabs


class Columns(QWidget):
    """Left, centre and right; the same frame in every phase.

    Below 1100 px the right column becomes a tab; above 130 % text both side columns do. The head (what to say) stays
    above the tabs in any case.
    Attributes: `left`, `right`, `head`, `body`, `foot`, `search`: boxes to fill; `search` belongs to the body's tab.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tabbed = (False, False)
        self._words = ("", "", "")
        self.left = Surface("left")
        self.right = Surface("right")
        self.centre = Surface("ground")
        self.head = Box()
        self.body = Box()
        self.foot = Box()
        self.search = Box()
        self.tabs = Tabs()
        self.tabs.setContentsMargins(0, 0, 0, gap(8))
        self._deck = Box()
        self._deck.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._row = line(self, (0, 0), 0)
        self._row.addWidget(self.left)
        self._row.addWidget(self.centre, 1)
        self._row.addWidget(self.right)
        self._deck.column.addWidget(self.body, 1)
        inner = column(None, (metrics.GUTTER, 20), 0)
        inner.addWidget(self.head)
        inner.addSpacing(gap(14))
        inner.addWidget(self.tabs)
        inner.addWidget(self._deck, 1)
        inner.addWidget(self.foot)
        inner.addWidget(self.search)
        self.centre.column.addLayout(inner)
        self.tabs.chosen.connect(self._show_tab)
        self.tabs.setVisible(False)
        theme().changed.connect(self.arrange)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Goes to tabs and back."""
        super().resizeEvent(event)
        self.arrange()
        if self.isVisible():
            # Not before: Qt drops the requests of a window that is about to be shown.
            settle()

    def bring(self, column_: QWidget) -> None:
        """Makes sure that this column can be seen, though it may be a tab."""
        place = self._decked().index(column_) if column_ in self._decked() else -1
        if place >= 0:
            self.tabs.choose(place)

    def show_centre(self) -> None:
        """Back to the first tab."""
        if self._tabbed != (False, False):
            self.tabs.choose(0)

    def arrange(self) -> None:
        """Puts the columns where they belong at this width and text size."""
        self.left.setFixedWidth(theme().px(metrics.LEFT_COLUMN)) if not self._left_is_tab() else _free(self.left)
        self.right.setFixedWidth(theme().px(metrics.RIGHT_COLUMN)) if not self._right_is_tab() else _free(self.right)
        tabbed = (self._left_is_tab(), self._right_is_tab())
        if tabbed == self._tabbed or not self.width():
            return
        self._tabbed = tabbed
        focus = QApplication.focusWidget()
        self._place(self.left, tabbed[0], 0, "left")
        self._place(self.right, tabbed[1], self._row.count(), "right")
        self._offer_tabs()
        self.tabs.setVisible(any(tabbed))
        if focus is not None and self.isAncestorOf(focus):
            focus.setFocus()
        self._row.invalidate()
        self._row.activate()

    def name_tabs(self, body: str, left: str, right: str) -> None:
        """What the tabs are called where there are tabs."""
        if (body, left, right) != self._words:
            self._words = (body, left, right)
            self._offer_tabs()

    def _offer_tabs(self) -> None:
        words = dict(zip((self.body, self.left, self.right), self._words, strict=True))
        self.tabs.offer(tuple(words[part] for part in self._decked()))

    def _left_is_tab(self) -> bool:
        return theme().scale > metrics.TABS_ABOVE_SCALE

    def _right_is_tab(self) -> bool:
        return self._left_is_tab() or self.width() < metrics.TAB_WIDTH

    def _place(self, part: Surface, in_deck: bool, place: int, kind: str) -> None:
        self._row.removeWidget(part)
        self._deck.column.removeWidget(part)
        part.set_kind("tab" if in_deck else kind)
        if in_deck:
            self._deck.column.addWidget(part, 1)
        else:
            self._row.insertWidget(place, part)
            part.setVisible(True)

    def _decked(self) -> list[QWidget]:
        left, right = self._tabbed
        parts: list[QWidget] = [self.body]
        if left:
            parts.append(self.left)
        if right:
            parts.append(self.right)
        return parts

    def _show_tab(self, place: int) -> None:
        for index, part in enumerate(self._decked()):
            part.setVisible(index == place)
        self.search.setVisible(place == 0)
        settle()


def _free(part: QWidget) -> None:
    part.setMinimumWidth(0)
    part.setMaximumWidth(16_777_215)
