"""The small strip: the call's essentials above other windows, always on a screen, with the same keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desk import intents
from tests.fakes.views import DESK_VIEWS, OFFER
from tests.ui.conftest import NotingDesk
from tests.ui.test_looks import clipped
from ui.agent.strip import Strip
from ui.screens import clamped
from ui.theme.colours import Scheme
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
ONE, TWO = QRect(0, 0, 1366, 728), QRect(1366, 0, 1920, 1040)
SIZE = QSize(360, 620)


def strip_of(window: MainWindow) -> Strip:
    """The strip, once it is shown."""
    strip = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Strip) and one.isVisible())
    assert not window.isVisible()
    return strip


def press(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the keyboard is in this window."""
    QTest.keyClick(window.focusWidget() or window, key, modifier)


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_nothing_is_cut_off_in_the_strip(open_window: OpenWindow, scale: int) -> None:
    window = open_window(OFFER, scheme=Scheme.DARK, scale=scale)
    window.show_strip()
    strip = strip_of(window)
    found = []
    for name, view in DESK_VIEWS.items():
        if name in ("opening", "signed-out", "sign-in-problem", "signing-in"):
            continue
        window.render(view)
        QApplication.processEvents()
        found += [f"{name}: {problem}" for problem in clipped(strip)]
    assert not found, "\n".join(found)
    strip.hide()


def test_the_keys_mean_the_same_and_notes_open_the_full_window(
    open_window: OpenWindow, desk: NotingDesk, qtbot: QtBot
) -> None:
    window = open_window(OFFER)
    press(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    strip = strip_of(window)
    strip.activateWindow()
    qtbot.waitUntil(strip.isActiveWindow)

    press(strip, Qt.Key.Key_E)
    press(strip, Qt.Key.Key_9)
    assert desk.sent == [intents.ExtendOffer(), intents.Digit("9")]

    press(strip, Qt.Key.Key_F4)
    assert window.isVisible()
    assert not strip.isVisible()


def test_a_factor_typed_into_the_strip_is_checked(open_window: OpenWindow, desk: NotingDesk, qtbot: QtBot) -> None:
    window = open_window(DESK_VIEWS["script-step"])
    window.show_strip()
    strip = strip_of(window)
    strip.activateWindow()
    qtbot.waitUntil(strip.isActiveWindow)
    window.render(DESK_VIEWS["verify"])

    field = strip.focusWidget()
    assert field is strip.step.identity.field
    QTest.keyClicks(field, "4711")
    press(strip, Qt.Key.Key_Return)

    assert desk.sent == [intents.CheckFactor("pin", "4711")]
    strip.hide()


def test_the_strip_remembers_its_place(open_window: OpenWindow) -> None:
    window = open_window(OFFER)
    window.show_strip()
    strip_of(window).move(40, 50)
    window.show_full()

    window.show_strip()

    assert strip_of(window).pos() == QPoint(40, 50)
    assert window.settings.strip_place == (40, 50)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(strip_of(window).geometry())
    strip_of(window).hide()


def test_signing_out_brings_the_full_window_back(open_window: OpenWindow) -> None:
    window = open_window(OFFER)
    window.show_strip()

    window.render(DESK_VIEWS["signed-out"])

    assert window.isVisible()


@pytest.mark.parametrize(
    ("wanted", "screens", "place"),
    [
        pytest.param((100, 60), [ONE], (100, 60), id="as it was"),
        pytest.param((1300, 700), [ONE], (1006, 108), id="partly outside"),
        pytest.param((2900, 300), [ONE, TWO], (2900, 300), id="on the second screen"),
        pytest.param((2900, 300), [ONE], (1006, 108), id="the second screen was removed"),
        pytest.param((-9000, -9000), [ONE, TWO], (0, 0), id="far away"),
    ],
)
def test_the_strip_lies_whole_on_a_screen_that_is_there(
    wanted: tuple[int, int], screens: list[QRect], place: tuple[int, int]
) -> None:
    assert clamped(QPoint(*wanted), SIZE, screens).toTuple() == place
