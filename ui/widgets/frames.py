"""Grounds and containers: cards, columns that scroll, lists that reuse their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import theme

DEEPEST_NESTING = 10

W = TypeVar("W", bound=QWidget)
C = TypeVar("C")


class Surface(QFrame):
    """A ground that the style sheet paints: "card", "note", "left", "bar" ..., with a layout top-down."""

    def __init__(self, kind: str, padding: tuple[int, int] = (0, 0), spacing: int = 0) -> None:
        super().__init__()
        self.setProperty("surface", kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = column(self, padding, spacing)

    def set_kind(self, kind: str) -> None:
        """Another ground."""
        if self.property("surface") != kind:
            self.setProperty("surface", kind)
            self.style().unpolish(self)
            self.style().polish(self)


def column(parent: QWidget | None = None, padding: tuple[int, int] = (0, 0), spacing: int = 0) -> QVBoxLayout:
    """A layout top-down; padding is (horizontal, vertical)."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setContentsMargins(padding[0], padding[1], padding[0], padding[1])
    layout.setSpacing(spacing)
    return layout


def line(parent: QWidget | None = None, padding: tuple[int, int] = (0, 0), spacing: int = 8) -> QHBoxLayout:
    """A layout left to right."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    layout.setContentsMargins(padding[0], padding[1], padding[0], padding[1])
    layout.setSpacing(spacing)
    return layout


class Box(QWidget):
    """A container without a look, top-down."""

    def __init__(self, spacing: int = 0, padding: tuple[int, int] = (0, 0)) -> None:
        super().__init__()
        self.setProperty("surface", "clear")
        self.column = column(self, padding, spacing)


class Scroll(QScrollArea):
    """Scrolls its content up and down only; as high as its content where there is room."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the content when it grows."""
        if event.type() is QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """It can be small, since it scrolls."""
        return QSize(80, 40)


class Many(QWidget, Generic[W, C]):
    """A list of alike widgets, reused from one content to the next, so that nothing is built while a call runs."""

    def __init__(self, make: Callable[[C], W], show: Callable[[W, C], None], spacing: int = 8) -> None:
        super().__init__()
        self._make = make
        self._show = show
        self._rows: list[W] = []
        self._contents: tuple[C, ...] | None = None
        self._layout = column(self, (0, 0), spacing)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_these(self, contents: Sequence[C]) -> None:
        """Shows one widget per content; the others are hidden and kept."""
        wanted = tuple(contents)
        if wanted == self._contents:
            return
        self._contents = wanted
        for index, content in enumerate(wanted):
            if index == len(self._rows):
                row = self._make(content)
                self._rows.append(row)
                self._layout.addWidget(row)
            self._show(self._rows[index], content)
            self._rows[index].setVisible(True)
        for row in self._rows[len(wanted) :]:
            row.setVisible(False)
        self.setVisible(bool(wanted))

    def stock(self, content: C, count: int) -> None:
        """Makes this many widgets ahead of time, hidden, so that the first content is shown as fast as the next."""
        while len(self._rows) < count:
            row = self._make(content)
            row.setVisible(False)
            self._layout.addWidget(row)
            self._rows.append(row)

    def rows(self) -> list[W]:
        """The widgets in use."""
        return self._rows[: len(self._contents or ())]


class Rule(QFrame):
    """A thin line."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "rule")
        self.setFixedHeight(1)


def settle() -> None:
    """Lays everything out now, not in the course of the next rounds of the event loop: else a frame with half of the
    change may be painted in between."""
    for _ in range(DEEPEST_NESTING):
        # Each round carries a change of size one layout further up; without requests left it costs nothing.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


class Arrangement:
    """The layouts of a room, to be held still while many of its parts change.

    Qt arranges everything up to the window anew whenever a part is shown; held, that is done once, by `settle`.
    """

    def __init__(self) -> None:
        self._layouts: list[tuple[QWidget, QLayout]] = []

    def learn(self, room: QWidget) -> None:
        """Holds the layouts that the room has now from here on; one made later merely works as always."""
        widgets = [room, *room.findChildren(QWidget)]
        self._layouts = [(widget, layout) for widget in widgets if (layout := widget.layout()) is not None]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Arranges nothing in between, and all of it at the end."""
        for _, layout in self._layouts:
            layout.setEnabled(False)
        try:
            yield
        finally:
            for _, layout in self._layouts:
                layout.setEnabled(True)
            for widget, layout in self._layouts:
                # From the outside in. What was shown just now has missed the arrangement that comes with that.
                if widget.isVisible() and layout.activate():
                    # Where it scrolls, the bars follow this request.
                    QCoreApplication.postEvent(widget, QEvent(QEvent.Type.LayoutRequest))
            settle()


def gap(measure: float) -> int:
    """White space at the present text size."""
    return theme().gap(measure)
