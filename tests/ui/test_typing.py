"""Typing is never disturbed and is never a command (safety.md, row 7; ui.md, principles 2 and 3)."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desk import intents
from app.desk.view import DeskView, NotesView, Phase
from tests.fakes.views import CALL, DESK_VIEWS, OFFER, ON_CALL, READY, RINGING_ONE, VERIFIED
from tests.ui.conftest import NotingDesk
from ui.widgets.badge import Badge
from ui.widgets.fields import LineField, TextField
from ui.widgets.row import Row
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
EVERY_LETTER = "Ada dealt later; every deal led: said 1234567890 / add. 'E' A D L V\n"


def focus() -> QWidget:
    """Who has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def notes_of(window: MainWindow) -> TextField:
    """The notes field."""
    return next(field for field in window.findChildren(TextField) if field.accessibleName() == "Notes")


def test_a_second_call_leaves_focus_text_and_cursor_of_the_notes(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(ON_CALL)
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    notes = notes_of(window)
    QTest.keyClicks(notes, "Would like one bill")
    QTest.keyClick(notes, Qt.Key.Key_Left)
    place = notes.textCursor().position()

    window.render(replace(ON_CALL, call=replace(CALL, waiting=("020 7946 0999",))))

    assert QApplication.focusWidget() is notes
    assert notes.toPlainText() == "Would like one bill"
    assert notes.textCursor().position() == place


def test_a_pop_leaves_the_keyboard_in_a_field_of_another_window(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(READY)
    other = LineField("of another program")
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    other.setFocus()

    window.render(RINGING_ONE)
    QTest.keyClicks(focus(), "still here")

    assert other.text() == "still here"


def test_a_long_note_with_every_command_letter_in_it_is_only_a_note(
    open_window: OpenWindow, desk: NotingDesk, qtbot: QtBot
) -> None:
    window = open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    notes = notes_of(window)
    notes.selectAll()

    QTest.keyClicks(notes, EVERY_LETTER.strip())
    qtbot.waitUntil(lambda: bool(desk.sent))

    assert notes.toPlainText() == EVERY_LETTER.strip()
    assert {type(intent) for intent in desk.sent} == {intents.WriteNote}
    assert desk.sent[-1] == intents.WriteNote(EVERY_LETTER.strip())


EDITING: list[tuple[Qt.Key, Qt.KeyboardModifier]] = [
    (key, modifier)
    for key in (
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    )
    for modifier in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.ControlModifier,
    )
    # The next and the previous tab of the window, as in every program with tabs.
    if not (modifier is Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown))
]
EDITING += [
    (key, Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_V, Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_Insert)
]
EDITING += [(Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier), (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)]


@pytest.mark.parametrize("name", ["ringing-one", "offer", "choosing-reasons", "consent", "wrap-up"])
def test_what_is_typed_and_edited_is_nothing_but_a_note(
    open_window: OpenWindow, desk: NotingDesk, qtbot: QtBot, name: str
) -> None:
    window = open_window(DESK_VIEWS[name])
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    notes = notes_of(window)
    assert focus() is notes
    desk.sent.clear()

    QTest.keyClicks(notes, string.printable.strip())
    for key, modifier in EDITING:
        QTest.keyClicks(notes, "E, a/d l9 ")
        QTest.keyClick(notes, key, modifier)
    QTest.keyClicks(notes, EVERY_LETTER.strip())
    qtbot.waitUntil(lambda: bool(desk.sent))

    assert focus() is notes
    assert {type(intent) for intent in desk.sent} == {intents.WriteNote}
    assert EVERY_LETTER.strip() in notes.toPlainText()


def test_what_was_typed_goes_out_before_the_key_that_follows(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    notes_of(window).selectAll()
    QTest.keyClicks(notes_of(window), "likes it")

    QTest.keyClick(focus(), Qt.Key.Key_F6)

    assert desk.sent == [intents.WriteNote("likes it"), intents.AcceptOffer()]


def test_text_that_the_desk_redacted_replaces_only_what_differs(open_window: OpenWindow) -> None:
    window = open_window(replace(OFFER, notes=NotesView("card 4111 end")))
    notes = notes_of(window)
    notes.setFocus()
    cursor = notes.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    notes.setTextCursor(cursor)

    window.render(replace(OFFER, notes=NotesView("card [removed] end", "A card number was removed.", True)))

    assert notes.toPlainText() == "card [removed] end"
    assert notes.textCursor().position() == len("card [removed] end")


def test_letters_typed_blindly_are_no_commands(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(OFFER)

    QTest.keyClicks(focus(), "hello dear")

    assert desk.sent == []


def test_a_letter_is_a_command_again_once_the_typing_has_paused(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(OFFER)
    seconds = [0.0]
    window.keyboard._now = lambda: seconds[0]
    QTest.keyClicks(focus(), "h")
    seconds[0] = 0.39
    QTest.keyClicks(focus(), "e")
    assert desk.sent == []

    seconds[0] = 0.80
    QTest.keyClicks(focus(), "e")

    assert desk.sent == [intents.ExtendOffer()]


@pytest.mark.parametrize("name", ["sign-in-problem", "verify", "form"])
def test_letters_and_digits_typed_into_a_form_are_text(open_window: OpenWindow, desk: NotingDesk, name: str) -> None:
    open_window(DESK_VIEWS[name])
    field = focus()
    assert isinstance(field, LineField)
    field.clear()

    QTest.keyClicks(field, "eadl19/")

    assert field.text() == "eadl19/"
    assert {type(intent) for intent in desk.sent} <= {intents.FillField}


def test_a_field_that_goes_away_gives_the_keyboard_to_the_call_not_to_the_next_field(
    open_window: OpenWindow, desk: NotingDesk
) -> None:
    window = open_window(DESK_VIEWS["verify"])
    assert isinstance(focus(), LineField)

    window.render(DESK_VIEWS["script-step"])
    QTest.keyClicks(focus(), "1")

    assert desk.sent == [intents.Digit("1")]


def test_signing_in_sends_the_password_once_and_empties_the_field(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["signed-out"])
    password = focus()
    assert isinstance(password, LineField)
    QTest.keyClicks(password, "secret")

    QTest.keyClick(password, Qt.Key.Key_Return)

    assert desk.sent == [intents.SignIn("ana", "secret")]
    assert password.text() == ""
    window.render(replace(READY, card=VERIFIED, phase=Phase.READY))
    assert not isinstance(focus(), LineField)


def test_a_factor_is_checked_once_and_kept_in_no_field(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["verify"])
    factor = focus()
    assert isinstance(factor, LineField)
    QTest.keyClicks(factor, "4711")

    QTest.keyClick(factor, Qt.Key.Key_Return)

    assert desk.sent == [intents.CheckFactor("pin", "4711")]
    assert factor.text() == ""


def test_a_caller_who_is_verified_is_not_asked_again_and_bare_digits_work(
    open_window: OpenWindow, desk: NotingDesk
) -> None:
    window = open_window(DESK_VIEWS["verify"])
    factor = focus()
    assert isinstance(factor, LineField)

    window.render(DESK_VIEWS["verified"])
    QTest.keyClicks(focus(), "1")

    assert not factor.isVisible()
    assert desk.sent == [intents.Digit("1")]
    marked = [row.accessibleName() for row in window.findChildren(Row) if row.isVisible() and row.content.marked]
    assert marked == ["Verified"]


def test_nobody_reads_recorded_while_what_is_typed_is_not(
    open_window: OpenWindow, desk: NotingDesk, qtbot: QtBot
) -> None:
    window = open_window(OFFER)
    mark = next(badge for badge in window.findChildren(Badge) if badge.accessibleName().startswith("recorded"))

    QTest.keyClicks(notes_of(window), "x")
    assert mark.accessibleName() == "typing"

    qtbot.waitUntil(lambda: bool(desk.sent))
    assert mark.accessibleName().startswith("recorded")


def test_who_types_without_a_pause_is_saved_all_the_same(
    open_window: OpenWindow, desk: NotingDesk, qtbot: QtBot
) -> None:
    window = open_window(OFFER)
    notes = notes_of(window)

    def type_on() -> bool:
        QTest.keyClicks(notes, "x")
        return bool(desk.sent)

    qtbot.waitUntil(type_on, timeout=10_000)

    assert isinstance(desk.sent[0], intents.WriteNote)


def test_the_sign_in_form_takes_the_keyboard_as_soon_as_it_is_there(open_window: OpenWindow) -> None:
    window = open_window(DeskView(Phase.SIGNED_OUT, busy="Opening"))
    window.render(DeskView(Phase.SIGNED_OUT))
    assert focus().accessibleName() == "User name"
