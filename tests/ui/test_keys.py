"""Every key means what ui.md says, inside and outside a text field, and the caps tell which works now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desk import intents
from app.desk.intents import Intent
from tests.fakes.views import DESK_VIEWS, OFFER, READY
from tests.ui.conftest import NotingDesk
from ui.keys import BINDINGS, Binding, Command, KeyClash, KeyMap, Place
from ui.widgets.row import Row
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
NONE, SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
EVERYWHERE: list[tuple[Qt.Key, Qt.KeyboardModifier, Intent]] = [
    (Qt.Key.Key_F2, NONE, intents.OtherPhrasing()),
    (Qt.Key.Key_F5, NONE, intents.ExtendOffer()),
    (Qt.Key.Key_F6, NONE, intents.AcceptOffer()),
    (Qt.Key.Key_F7, NONE, intents.DeclineOffer()),
    (Qt.Key.Key_F8, NONE, intents.CancelService()),
    (Qt.Key.Key_F9, NONE, intents.DeferOffer()),
    (Qt.Key.Key_F9, SHIFT, intents.NotTheMoment()),
    (Qt.Key.Key_F6, SHIFT, intents.TakeBackOffer()),
    (Qt.Key.Key_F10, NONE, intents.AnswerCall()),
    (Qt.Key.Key_F10, CONTROL, intents.HangUp()),
    (Qt.Key.Key_W, ALT, intents.FinishCall()),
    (Qt.Key.Key_Left, ALT, intents.GoBack()),
    (Qt.Key.Key_Right, ALT, intents.GoForward()),
    (Qt.Key.Key_Return, CONTROL, intents.Enter()),
    (Qt.Key.Key_9, ALT, intents.Digit("9")),
    (Qt.Key.Key_0, ALT, intents.Digit("0")),
]
OUTSIDE: list[tuple[Qt.Key, Intent]] = [
    (Qt.Key.Key_E, intents.ExtendOffer()),
    (Qt.Key.Key_A, intents.AcceptOffer()),
    (Qt.Key.Key_D, intents.DeclineOffer()),
    (Qt.Key.Key_L, intents.DeferOffer()),
    (Qt.Key.Key_1, intents.Digit("1")),
    (Qt.Key.Key_Backspace, intents.GoBack()),
    (Qt.Key.Key_Return, intents.Enter()),
]


def focus() -> QWidget:
    """Who has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.mark.parametrize(("key", "modifier", "intent"), EVERYWHERE)
@pytest.mark.parametrize("in_notes", [False, True], ids=["outside", "in the notes"])
def test_what_matters_works_from_inside_a_text_field_too(
    open_window: OpenWindow,
    desk: NotingDesk,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    intent: Intent,
    in_notes: bool,
) -> None:
    open_window(OFFER)
    if in_notes:
        QTest.keyClick(focus(), Qt.Key.Key_F4)

    QTest.keyClick(focus(), key, modifier)

    assert desk.sent == [intent]


@pytest.mark.parametrize(("key", "intent"), OUTSIDE)
def test_bare_keys_are_commands_outside_a_field(
    open_window: OpenWindow, desk: NotingDesk, key: Qt.Key, intent: Intent
) -> None:
    open_window(OFFER)

    QTest.keyClick(focus(), key)

    assert desk.sent == [intent]


def test_v_attests_by_the_method_shown(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["verify"])

    QTest.keyClick(focus(), Qt.Key.Key_V, ALT)

    assert desk.sent == [intents.Attest("pin")]


def test_alt_l_goes_on_in_the_next_language_that_the_script_has(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["wait"])
    QTest.keyClick(focus(), Qt.Key.Key_L, ALT)
    assert desk.sent == [intents.SpeakLanguage("de")]

    window.render(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_L, ALT)

    assert len(desk.sent) == 1


def test_slash_finds_and_escape_leaves(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_Slash)
    QTest.keyClicks(focus(), "dear")
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    QTest.keyClick(focus(), Qt.Key.Key_E)

    assert desk.sent[-3:] == [intents.Find("dear"), intents.Find(""), intents.ExtendOffer()]


def test_a_result_of_find_opens_under_its_key(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["found"])
    QTest.keyClick(focus(), Qt.Key.Key_F3)

    QTest.keyClick(focus(), Qt.Key.Key_2, ALT)

    assert desk.sent == [intents.OpenFound("2")]


def test_a_digit_chooses_the_disposition_and_enter_confirms(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["wrap-up"])

    QTest.keyClick(focus(), Qt.Key.Key_2)
    QTest.keyClick(focus(), Qt.Key.Key_Return)

    assert desk.sent == [intents.SetDisposition("not_solved"), intents.Enter()]


def test_f1_shows_the_keys_in_the_window_and_escape_hides_them(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_F1)
    panel = window._panels["keys"]
    assert panel.isVisible()
    assert panel.window() is window
    assert QApplication.activeModalWidget() is None

    QTest.keyClick(focus(), Qt.Key.Key_Escape)

    assert not panel.isVisible()
    assert desk.sent == []


def test_caps_show_the_key_that_works_right_now(open_window: OpenWindow) -> None:
    window = open_window(OFFER)
    assert window.keyboard.cap(Command.ACCEPT) == "A"
    assert window.keyboard.cap(Command.DIGIT_9) == "9"

    QTest.keyClick(focus(), Qt.Key.Key_F4)

    assert window.keyboard.cap(Command.ACCEPT) == "F6"
    assert window.keyboard.cap(Command.DIGIT_9) == "Alt 9"


def test_a_click_means_what_the_key_means_and_leaves_the_keyboard_in_the_notes(
    open_window: OpenWindow, desk: NotingDesk
) -> None:
    window = open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    notes = focus()
    row = next(row for row in window.findChildren(Row) if row.accessibleName() == "Insists on leaving")

    QTest.mouseClick(row, Qt.MouseButton.LeftButton)

    assert desk.sent == [intents.Digit("9")]
    assert focus() is notes


def test_a_closed_row_cannot_be_clicked(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["choosing-options"])
    row = next(row for row in window.findChildren(Row) if row.accessibleName() == "1,000 MB")

    QTest.mouseClick(row, Qt.MouseButton.LeftButton)

    assert desk.sent == []
    assert row.accessibleDescription() == "£7.00 is more than the balance of £5.20"


def test_keys_mean_nothing_to_the_desk_while_there_is_no_call(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(READY)

    for key in (Qt.Key.Key_F5, Qt.Key.Key_F8, Qt.Key.Key_F10, Qt.Key.Key_A, Qt.Key.Key_1, Qt.Key.Key_Return):
        QTest.keyClick(focus(), key)

    assert desk.sent == []


def test_two_commands_cannot_share_a_key() -> None:
    with pytest.raises(KeyClash, match="F5"):
        KeyMap((*BINDINGS, Binding(Command.HELP, ("F5",))))


def test_no_bare_letter_or_digit_is_a_command_in_a_text_field() -> None:
    for binding in BINDINGS:
        for place in (Place.LINE, Place.TEXT):
            assert not [key for key in binding.keys(place) if len(key) == 1], binding.command


def test_f11_holds_where_the_phone_can(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_F11)
    assert desk.sent == []

    window.render(DESK_VIEWS["phone-can"])
    QTest.keyClick(focus(), Qt.Key.Key_F11)

    assert desk.sent == [intents.Hold()]


def test_f12_asks_for_the_number_and_hands_over(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["phone-can"])

    QTest.keyClick(focus(), Qt.Key.Key_F12)
    QTest.keyClicks(focus(), "1022")
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    QTest.keyClick(focus(), Qt.Key.Key_1)

    assert desk.sent == [intents.Transfer("1022"), intents.Digit("1")]


def test_escape_keeps_the_caller(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["phone-can"])

    QTest.keyClick(focus(), Qt.Key.Key_F12)
    field = focus()
    QTest.keyClicks(field, "10")
    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert not field.isVisible()
    assert desk.sent == []


def test_digits_go_into_the_call_as_they_are_typed_and_nothing_else_does(
    open_window: OpenWindow, desk: NotingDesk
) -> None:
    open_window(DESK_VIEWS["phone-can"])

    QTest.keyClick(focus(), Qt.Key.Key_D, ALT)
    field = focus()
    QTest.keyClicks(field, "4a2#")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(focus(), Qt.Key.Key_1)

    assert desk.sent == [*(intents.SendDigits(each) for each in "42#1"), intents.Digit("1")]


def test_alt_t_opens_what_another_agent_left(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(OFFER)
    QTest.keyClick(focus(), Qt.Key.Key_T, ALT)
    assert desk.sent == [intents.OpenHandover()]
