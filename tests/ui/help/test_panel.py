"""F1 opens keys and help inside the window; F3 searches there, Enter opens, Esc closes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.views import NOW, OFFER
from tests.ui.conftest import NotingDesk
from tests.ui.help.test_sections import PAGES
from tests.ui.test_looks import clipped
from ui.settings import WindowSettings
from ui.theme.colours import Scheme
from ui.widgets.text import Paragraph
from ui.window import MainWindow


class Shipped:
    """The pages of the checkout, and one that tries to be more than text."""

    def texts(self) -> Mapping[str, str]:
        """All of them."""
        return {**PAGES, "hostile": "# Hostile\n\n<img src='file:///x'> ![a](http://127.0.0.1/) <b>bold</b>\n"}


def open_help(desk: NotingDesk, qtbot: QtBot, scale: int = 100) -> MainWindow:
    """A window on a call with F1 pressed."""
    desk.view = OFFER
    window = MainWindow(desk, None, lambda: NOW, WindowSettings(Scheme.LIGHT, scale), help_texts=Shipped())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(focus(), Qt.Key.Key_F1)
    return window


def focus() -> QWidget:
    """Who has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def shown(window: MainWindow) -> list[str]:
    """The texts of the panel that can be seen."""
    return [text.text() for text in window._panels["keys"].findChildren(Paragraph) if text.isVisible()]


def test_help_is_searched_and_read_without_a_mouse(desk: NotingDesk, qtbot: QtBot) -> None:
    window = open_help(desk, qtbot)

    QTest.keyClick(focus(), Qt.Key.Key_F3)
    QTest.keyClicks(focus(), "cancel key")
    QTest.keyClick(focus(), Qt.Key.Key_Return)

    assert "The keys" in shown(window)
    assert "the Cancel key" in shown(window)
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert not window._panels["keys"].isVisible()
    assert desk.sent == []


def test_a_page_is_only_text(desk: NotingDesk, qtbot: QtBot) -> None:
    window = open_help(desk, qtbot)
    QTest.keyClick(focus(), Qt.Key.Key_F3)
    QTest.keyClicks(focus(), "bold hostile")
    QTest.keyClick(focus(), Qt.Key.Key_Return)

    assert "<img src='file:///x'> a <b>bold</b>" in shown(window)


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_nothing_of_the_help_is_cut_off(desk: NotingDesk, qtbot: QtBot, scale: int) -> None:
    window = open_help(desk, qtbot, scale)
    panel = window._panels["keys"]
    QApplication.processEvents()
    assert not list(clipped(panel))

    QTest.keyClick(focus(), Qt.Key.Key_F3)
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    QApplication.processEvents()

    assert "For agents" in shown(window)
    assert not list(clipped(panel))
