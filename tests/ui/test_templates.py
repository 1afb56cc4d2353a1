"""Note templates: opened by a key, filtered by typing, put into the note with the first gap marked."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desk.intents import WriteNote
from app.scripts.note_templates import NoteTemplate
from tests.fakes.views import OFFER
from tests.ui.conftest import NotingDesk, OpenWindow

TEMPLATES = (
    NoteTemplate("bill", "Bill explained", "Explained the bill of ___."),
    NoteTemplate("fault", "Fault described", "What does not work: ___. Since: ___."),
)
VIEW = replace(OFFER, note_templates=TEMPLATES)


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focus(), key, held)
    QApplication.processEvents()


def test_a_template_is_found_by_typing_and_goes_into_the_note(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(VIEW)
    notes = window.agent.call_parts().notes
    press(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert focus() is notes.templates.field
    QTest.keyClicks(focus(), "since faul")
    press(Qt.Key.Key_Return)
    assert focus() is notes.field
    assert notes.field.toPlainText().endswith("\nWhat does not work: ___. Since: ___.")
    QTest.keyClicks(focus(), "the internet")
    notes.flush()
    assert desk.sent == [WriteNote(f"{OFFER.notes.text}\nWhat does not work: the internet. Since: ___.")]


def test_esc_goes_back_to_the_note_and_writes_nothing(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(VIEW)
    notes = window.agent.call_parts().notes
    press(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_Escape)
    assert not notes.templates.isVisible()
    assert focus() is notes.field
    assert desk.sent == []


def test_without_templates_the_key_goes_to_the_notes(open_window: OpenWindow) -> None:
    window = open_window(OFFER)
    press(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert focus() is window.agent.call_parts().notes.field
