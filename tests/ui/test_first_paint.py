"""The window is painted before anything else is begun."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.session import AfterFirstPaint


class Painting(QWidget):
    """Notes when it is painted."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self._order = order

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints nothing."""
        self._order.append("painted")


def test_the_backend_is_begun_after_the_first_paint_and_once(qtbot: QtBot) -> None:
    order: list[str] = []
    window = Painting(order)
    qtbot.addWidget(window)
    AfterFirstPaint(window, lambda: order.append("begun"))

    window.show()
    qtbot.waitUntil(lambda: "begun" in order)
    window.repaint()

    assert order == ["painted", "begun", "painted"]


def test_the_backend_of_a_window_that_nobody_sees_is_begun_all_the_same(qtbot: QtBot) -> None:
    order: list[str] = []
    window = Painting(order)
    qtbot.addWidget(window)

    AfterFirstPaint(window, lambda: order.append("begun"))
    qtbot.waitUntil(lambda: "begun" in order)

    assert order == ["begun"]
