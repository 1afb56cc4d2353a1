"""The way in, on the screen: the company's button only where there is one, and the question for the store's secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.desk.intents import GiveUpSignIn, OpenStore, SignInWithCompany
from app.desk.view import DeskView, Phase
from tests.fakes.views import DESK_VIEWS
from tests.ui.conftest import NotingDesk, OpenWindow
from tests.ui.test_looks import clipped
from ui.widgets.button import KeyButton
from ui.widgets.fields import LineField
from ui.window import MainWindow

FORM = replace(DESK_VIEWS["signed-out"], sign_in_company=True)
WANTS = DeskView(Phase.SIGNED_OUT, sign_in_user="ana", sign_in_problem="Your password was changed.")


def button(window: MainWindow, words: str) -> KeyButton:
    (found,) = [each for each in window.findChildren(KeyButton) if each.words() == words and each.isVisible()]
    return found


def shown(window: MainWindow) -> set[str]:
    return {each.words() for each in window.findChildren(KeyButton) if each.isVisible()}


def fields(window: MainWindow) -> list[LineField]:
    return [each for each in window.findChildren(LineField) if each.isVisible()]


def test_the_company_s_button_is_there_only_where_the_hub_says_so(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["signed-out"])
    assert "Sign in with your company" not in shown(window)
    window.render(FORM)
    button(window, "Sign in with your company").click()
    assert desk.sent == [SignInWithCompany()]


def test_while_the_browser_is_open_there_is_a_way_back(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(replace(FORM, busy="Waiting for your browser", in_browser=True))
    assert fields(window) == []
    button(window, "Back to the form").click()
    assert desk.sent == [GiveUpSignIn()]


@pytest.mark.parametrize("wants", ["old_password", "passphrase"])
def test_the_store_s_secret_is_sent_once_and_leaves_its_field(
    open_window: OpenWindow, desk: NotingDesk, wants: str
) -> None:
    window = open_window(replace(WANTS, sign_in_wants=wants))
    (field,) = fields(window)
    assert field.echoMode() == LineField.EchoMode.Password
    QTest.keyClicks(field, "the one before")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.sent == [OpenStore("the one before")]
    assert field.text() == ""


@pytest.mark.parametrize("wants", ["new_passphrase", "own_password"])
def test_what_is_chosen_now_is_typed_twice_the_same(open_window: OpenWindow, desk: NotingDesk, wants: str) -> None:
    window = open_window(replace(WANTS, sign_in_wants=wants))
    first, second = fields(window)
    QTest.keyClicks(first, "correct horse")
    QTest.keyClicks(second, "correct house")
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert desk.sent == []
    second.clear()
    QTest.keyClicks(second, "correct horse")
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert desk.sent == [OpenStore("correct horse")]


def test_the_way_out_is_a_fresh_store(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(replace(WANTS, sign_in_wants="old_password"))
    button(window, "Begin a fresh store; the old one is kept").click()
    assert desk.sent == [OpenStore("", afresh=True)]


def test_who_goes_back_finds_the_form_again(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(replace(WANTS, sign_in_wants="old_password"))
    button(window, "Back to the form").click()
    assert desk.sent == [GiveUpSignIn()]
    window.render(FORM)
    assert len(fields(window)) == 2


def test_a_password_of_one_s_own_has_no_way_around(open_window: OpenWindow) -> None:
    window = open_window(replace(WANTS, sign_in_wants="own_password"))
    assert {"Sign in", "Back to the form"} <= shown(window)
    assert "Begin a fresh store; the old one is kept" not in shown(window)


@pytest.mark.parametrize("wants", ["", "old_password", "passphrase", "new_passphrase", "own_password"])
def test_no_text_of_it_is_cut_off(open_window: OpenWindow, wants: str) -> None:
    window = open_window(replace(FORM, sign_in_wants=wants, sign_in_problem=WANTS.sign_in_problem))
    assert not list(clipped(window))
