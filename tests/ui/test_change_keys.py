"""Keys can be changed to others, but never to one that belongs to typing, the system or another command."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desk import intents
from tests.fakes.views import NOW, OFFER
from tests.ui.conftest import NotingDesk
from tests.ui.test_looks import clipped
from ui.keys import BINDINGS, Command, KeyClash, KeyMap, KeyRefused, Place, changed
from ui.keys_panel import ChangeKeysPanel
from ui.settings import WindowSettings
from ui.theme.colours import Scheme
from ui.widgets.row import Row
from ui.widgets.text import Paragraph
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]


def focus() -> QWidget:
    """Who has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def open_panel(window: MainWindow) -> ChangeKeysPanel:
    """The panel, opened by the menu."""
    window._toggle("change", window._make_change_keys)
    panel = window._panels["change"]
    assert isinstance(panel, ChangeKeysPanel)
    return panel


def choose(panel: ChangeKeysPanel, words: str) -> None:
    """Clicks a command's line."""
    row = next(row for row in panel.findChildren(Row) if row.accessibleName() == words)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)


def test_a_command_gets_the_key_that_is_pressed(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(OFFER)
    kept: list[WindowSettings] = []
    window.settings_changed.connect(kept.append)
    panel = open_panel(window)

    choose(panel, "Offer: I said it")
    QTest.keyClick(focus(), Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    QTest.keyClick(focus(), Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(focus(), Qt.Key.Key_F5)

    assert kept[-1].keys == (("extend", "Ctrl+G"),)
    assert desk.sent == [intents.ExtendOffer()]
    assert window.keyboard.cap(Command.EXTEND) == "Ctrl G"


@pytest.mark.parametrize(
    ("key", "modifier", "sentence"),
    [
        (Qt.Key.Key_G, Qt.KeyboardModifier.NoModifier, "for typing"),
        (Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, "text fields"),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, "wanted for"),
    ],
)
def test_a_key_that_is_taken_is_refused_with_the_reason(
    open_window: OpenWindow, desk: NotingDesk, key: Qt.Key, modifier: Qt.KeyboardModifier, sentence: str
) -> None:
    window = open_window(OFFER)
    panel = open_panel(window)

    choose(panel, "Offer: I said it")
    QTest.keyClick(focus(), key, modifier)

    assert any(sentence in text.text() for text in panel.findChildren(Paragraph))
    assert window.settings.keys == ()
    assert desk.sent == []


def test_escape_leaves_the_key_as_it_is(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(OFFER)
    panel = open_panel(window)

    choose(panel, "Offer: I said it")
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert panel.isVisible()
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    QTest.keyClick(focus(), Qt.Key.Key_F5)

    assert not panel.isVisible()
    assert desk.sent == [intents.ExtendOffer()]


def test_own_keys_are_there_at_the_next_start_and_given_up_where_they_no_longer_fit(
    desk: NotingDesk, qtbot: QtBot
) -> None:
    own = MainWindow(desk, None, lambda: NOW, WindowSettings(Scheme.LIGHT, keys=(("extend", "Ctrl+G"),)))
    broken = MainWindow(desk, None, lambda: NOW, WindowSettings(Scheme.LIGHT, keys=(("gone", "Ctrl+G"),)))
    for window in (own, broken):
        qtbot.addWidget(window)

    assert own.keyboard.cap(Command.EXTEND) == "Ctrl G"
    assert broken.keyboard.cap(Command.EXTEND) == "E"


@pytest.mark.parametrize("key", ["A", "Shift+A", "Return", "Ctrl+C", "Alt+F4", "Ctrl+Alt+E", "Meta+E", "", "F5, F6"])
def test_keys_of_others_are_refused(key: str) -> None:
    with pytest.raises(KeyRefused):
        changed({"extend": key})


def test_digits_stay() -> None:
    with pytest.raises(KeyRefused):
        changed({"1": "F7"})


def test_two_commands_cannot_be_given_one_key() -> None:
    with pytest.raises(KeyClash):
        KeyMap(changed({"extend": "F8"}))


def test_no_key_as_shipped_belongs_to_typing_or_the_system() -> None:
    for binding in BINDINGS:
        for key in binding.keys(Place.TEXT):
            if not binding.command.is_digit and key not in ("Esc", "Ctrl+Tab"):
                changed({binding.command.value: key})


@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_of_the_panel_is_cut_off(open_window: OpenWindow, scale: int) -> None:
    window = open_window(OFFER, scale=scale)
    panel = open_panel(window)
    QApplication.processEvents()

    assert not list(clipped(panel))
