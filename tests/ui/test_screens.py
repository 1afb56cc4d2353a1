"""A screen that goes away takes no window with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.views import OFFER
from ui.agent.strip import Strip
from ui.screens import OnScreen
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
GONE = QPoint(9_000, 4_000)


def watch_of(application: QApplication) -> OnScreen:
    """What every application of ours has, and is told when a screen was removed. (Emitting that signal ends Qt.)"""
    watch = application.findChild(OnScreen)
    assert watch is not None
    return watch


def shown(window: MainWindow, as_strip: bool) -> QWidget:
    """The full window, or the strip in its stead."""
    if not as_strip:
        return window
    window.show_strip()
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, Strip) and one.isVisible())


@pytest.mark.parametrize("as_strip", [False, True], ids=["window", "strip"])
def test_a_window_on_a_screen_that_was_removed_comes_back(
    open_window: OpenWindow, qapp: QApplication, qtbot: QtBot, as_strip: bool
) -> None:
    window = shown(open_window(OFFER), as_strip)
    there = qapp.primaryScreen().availableGeometry()
    window.move(GONE)
    qtbot.waitUntil(lambda: window.pos() == GONE)

    watch_of(qapp).bring_back()

    qtbot.waitUntil(lambda: there.contains(window.geometry().topLeft()))
    assert window.width() <= there.width()
    assert window.height() <= there.height()
    window.hide()


def test_a_window_that_can_be_seen_stays_where_it_is(open_window: OpenWindow, qapp: QApplication, qtbot: QtBot) -> None:
    window, other = open_window(OFFER, size=(760, 560)), QWidget()
    qtbot.addWidget(other)
    window.move(20, 30)
    place = window.pos()
    other.show()
    other.move(GONE)

    watch_of(qapp).bring_back()

    qtbot.waitUntil(lambda: other.pos() != GONE)
    assert window.pos() == place
