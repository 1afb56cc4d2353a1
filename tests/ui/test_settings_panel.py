"""The settings panel: every setting with its control, by keys alone, and what is chosen counts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.settings.book import SettingsBook
from app.settings.schema import SETTINGS
from tests.fakes.views import DESK_VIEWS, NOW, OFFER, READY
from tests.ui.conftest import NotingDesk
from tests.ui.test_looks import clipped
from ui.agent.step import Point
from ui.kept_settings import keep_settings, read_settings
from ui.keys import Command
from ui.settings.controls import NumberField, Switch
from ui.settings.panel import SettingLine, SettingsPanel
from ui.theme.theme import theme
from ui.widgets.button import KeyButton
from ui.widgets.fields import ChoiceField
from ui.widgets.text import Label
from ui.window import MainWindow
from ui.words.catalogue import CATALOGUE, ENGLISH

Open = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    CATALOGUE.choose(ENGLISH)


@pytest.fixture
def book(tmp_path: Path) -> SettingsBook:
    return SettingsBook(tmp_path)


@pytest.fixture
def opened(book: SettingsBook, desk: NotingDesk, qtbot: QtBot) -> Open:
    """A window with its book, wired like the session does."""

    def open_(view: object = READY, settings: bool = True) -> MainWindow:
        desk.view = view  # type: ignore[assignment]
        window = MainWindow(desk, None, lambda: NOW, read_settings(book), book=book)
        window.settings_changed.connect(lambda wanted: keep_settings(book, wanted))
        book.listen(lambda name, value: window.take(read_settings(book)))
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if settings:
            press(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        return window

    return open_


def press(window: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, held)
    QApplication.processEvents()


def panel(window: MainWindow) -> SettingsPanel:
    found = window._panels["settings"]
    assert isinstance(found, SettingsPanel)
    return found


def line(window: MainWindow, name: str) -> SettingLine:
    return panel(window)._lines[name]


def control(window: MainWindow, name: str) -> QWidget:
    return line(window, name)._control


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


def test_every_setting_that_can_be_chosen_has_a_line_and_a_control(opened: Open) -> None:
    window = opened()
    assert set(panel(window)._lines) == set(SETTINGS)
    for name, setting in SETTINGS.items():
        if not setting.remembered:
            assert line(window, name).isVisible(), name
            assert setting.description in texts(line(window, name))
            assert control(window, name).isVisible(), name


def test_all_of_it_is_reached_by_tab_and_none_of_the_room_behind(opened: Open) -> None:
    window = opened()
    first = QApplication.focusWidget()
    seen: list[QWidget] = []
    while True:
        focus = QApplication.focusWidget()
        assert focus is not None and panel(window).isAncestorOf(focus)
        seen.append(focus)
        press(window, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is first:
            break
        assert len(seen) < 40
    for name, setting in SETTINGS.items():
        if not setting.remembered and control(window, name).isEnabled():
            wanted = control(window, name)
            assert (wanted.focusProxy() or wanted) in seen, name


def test_a_switch_by_the_space_bar_counts_at_once(opened: Open, book: SettingsBook) -> None:
    window = opened()
    switch = control(window, "sound")
    assert isinstance(switch, Switch)
    switch.setFocus()
    press(window, Qt.Key.Key_Space)
    assert book.value("sound") is True
    assert switch.isChecked()


def test_the_text_grows_with_the_number(opened: Open, book: SettingsBook) -> None:
    window = opened()
    field = control(window, "text_scale")
    assert isinstance(field, NumberField)
    field.setFocus()
    press(window, Qt.Key.Key_Up)
    assert (book.value("text_scale"), theme().scale) == (110, 110)


def test_a_number_that_will_not_do_is_said_beside_it_and_changes_nothing(opened: Open, book: SettingsBook) -> None:
    window = opened()
    field = control(window, "ready_after_seconds")
    field.setFocus()
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus, "9000")
    press(window, Qt.Key.Key_Return)
    assert book.value("ready_after_seconds") == 0
    assert any("from 0 to 600" in text for text in texts(line(window, "ready_after_seconds")))


def test_what_the_administrator_decides_is_shown_and_cannot_be_changed(opened: Open, book: SettingsBook) -> None:
    book.take_managed({"lock_after_minutes": 12})
    window = opened()
    field = control(window, "lock_after_minutes")
    assert not field.isEnabled()
    assert "12" in [one.text() for one in field.findChildren(QWidget) if hasattr(one, "text")]
    assert "Set by your administrator" in texts(panel(window))


def test_a_choice_is_taken_back_to_the_default(opened: Open, book: SettingsBook) -> None:
    book.take_managed({"text_scale": 120})
    book.set("text_scale", 150)
    window = opened()
    (back,) = [one for one in line(window, "text_scale").findChildren(KeyButton) if one.words() == "Use the default"]
    assert back.isVisible()
    back.click()
    assert (book.value("text_scale"), theme().scale, back.isVisible()) == (120, 120, False)
    assert "Your administrator's default." in texts(line(window, "text_scale"))


def test_what_was_not_understood_is_said(opened: Open, book: SettingsBook) -> None:
    book.take_managed({"nonsense": 1})
    assert any("nonsense" in text for text in texts(panel(opened())))


def test_esc_gives_the_keyboard_back_where_it_was(opened: Open) -> None:
    window = opened(OFFER, settings=False)
    notes = window.agent.call_parts().notes.field
    notes.setFocus()
    press(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is not notes
    press(window, Qt.Key.Key_Escape)
    assert not panel(window).isVisible()
    assert QApplication.focusWidget() is notes


def test_a_letter_in_the_panel_is_no_command(opened: Open, desk: NotingDesk) -> None:
    window = opened(OFFER)
    control(window, "sound").setFocus()
    for key in (Qt.Key.Key_E, Qt.Key.Key_D, Qt.Key.Key_1, Qt.Key.Key_Return):
        press(window, key)
    assert desk.sent == []


def test_another_language_is_spoken_at_once_between_calls(opened: Open, book: SettingsBook) -> None:
    window = opened()
    choice = control(window, "language")
    assert isinstance(choice, ChoiceField)
    choice.setFocus()
    press(window, Qt.Key.Key_Down)
    QApplication.processEvents()
    assert book.value("language") == "de"
    assert "Einstellungen" in texts(panel(window))
    assert "Bereit" in texts(window.agent)
    assert not list(clipped(window))


def test_during_a_call_the_language_waits_for_its_end(opened: Open, book: SettingsBook, desk: NotingDesk) -> None:
    window = opened(OFFER)
    room, notes = window.agent, window.agent.call_parts().notes.field
    notes.insertPlainText("half a")
    book.set("language", "de")
    assert window.agent is room
    assert notes.toPlainText().startswith(OFFER.notes.text[:4]) or "half a" in notes.toPlainText()
    panel(window).renew()
    assert "Counts once this call is over." in texts(line(window, "language"))
    window.render(DESK_VIEWS["wrap-up"])
    assert CATALOGUE.language == ENGLISH
    window.render(READY)
    assert CATALOGUE.language == "de"
    assert "Bereit" in texts(window.agent)


def test_a_shift_begins_in_the_small_strip_where_that_is_set(opened: Open, book: SettingsBook) -> None:
    book.set("strip", True)
    window = opened(DESK_VIEWS["signed-out"], settings=False)
    assert window.isVisible()
    window.render(READY)
    assert window._strip is not None
    assert (window._strip.isVisible(), window.isVisible()) == (True, False)
    window.render(DESK_VIEWS["signed-out"])
    assert window.isVisible()
    assert book.value("strip") is True


def said_now(window: MainWindow) -> list[str]:
    """What the head says, text by text."""
    shown = window.agent.head._shown
    return list(shown.texts) if shown is not None else []


def test_key_words_take_the_place_of_the_sentence_but_never_of_a_disclosure(opened: Open, book: SettingsBook) -> None:
    assert OFFER.script is not None
    both = replace(OFFER, script=replace(OFFER.script, points=("8 of 100 GB", "£22 a month")))
    window = opened(both, settings=False)
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
    assert book.value("key_words") is True
    assert said_now(window) == ["8 of 100 GB", "£22 a month"]
    assert not [one for one in window.agent.call_parts().step.findChildren(Point) if one.isVisible()]
    reading = DESK_VIEWS["disclosure"]
    assert reading.script is not None and reading.script.disclosure is not None
    said = replace(reading, script=replace(reading.script, spoken="Word for word.", points=("short",)))
    window.render(said)
    assert said_now(window) == ["Word for word."]


@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_in_the_panel_is_cut_off(opened: Open, book: SettingsBook, scale: int) -> None:
    book.set("text_scale", scale)
    book.set("pinned_phrasings", (("a/b", "words"),))
    window = opened()
    assert not list(clipped(window))
    assert Command.SETTINGS in [binding.command for binding in window.keyboard.keymap.bindings]
