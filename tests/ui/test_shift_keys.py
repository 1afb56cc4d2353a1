"""Breaks, the lock, callbacks, search and the countdown in the real window, by key presses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.desk import intents
from app.desk.view import DigitsTo, Phase
from tests.fakes.views import DESK_VIEWS, NOW, READY
from tests.ui.conftest import NotingDesk
from ui.agent.hands import Stopwatch
from ui.idle import IdleWatch
from ui.widgets.sentence import Sentence
from ui.widgets.text import ElidedLabel, Label, Paragraph
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def focus() -> QWidget:
    """Where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.mark.parametrize("name", ["ready", "script-step", "wrap-up", "break"])
def test_ctrl_b_and_ctrl_l_work_in_every_state(open_window: OpenWindow, desk: NotingDesk, name: str) -> None:
    open_window(DESK_VIEWS[name])
    QTest.keyClick(focus(), Qt.Key.Key_B, CTRL)
    QTest.keyClick(focus(), Qt.Key.Key_L, CTRL)
    assert desk.sent == [intents.TakeBreak(), intents.Lock()]


def test_a_digit_on_the_ready_screen_calls_back(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["ready-callbacks"])
    QTest.keyClick(focus(), Qt.Key.Key_2)
    window.render(DESK_VIEWS["calling"])
    QTest.keyClick(focus(), Qt.Key.Key_1)
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert desk.sent == [intents.Digit("2"), intents.Digit("1"), intents.Escape()]


def test_the_number_to_call_is_the_largest_text(open_window: OpenWindow) -> None:
    window = open_window(DESK_VIEWS["calling"])
    assert window.agent.head.sentence.accessibleName() == "020 7946 0123"


def test_enter_during_a_break_is_ready_again(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["break"])
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert desk.sent == [intents.Enter()]


def test_alt_c_asks_who_is_calling_and_alt_r_promises_a_callback(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["script-step"])
    QTest.keyClick(focus(), Qt.Key.Key_C, ALT)
    QTest.keyClick(focus(), Qt.Key.Key_R, ALT)
    assert desk.sent == [intents.WhoIsCalling(), intents.PromiseCallback()]


# -- search


def test_ctrl_f_searches_and_a_digit_chooses(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["guest"])
    QTest.keyClick(focus(), Qt.Key.Key_F, CTRL)
    window.render(replace(DESK_VIEWS["search"], search=replace(DESK_VIEWS["search"].search, text="")))  # type: ignore[type-var]
    field = focus()
    assert isinstance(field, QLineEdit)

    QTest.keyClicks(field, "lov")
    window.render(DESK_VIEWS["search"])
    QTest.keyClick(field, Qt.Key.Key_2, ALT)

    texts = [intent.text for intent in desk.sent if isinstance(intent, intents.SearchAccounts)]
    assert texts == ["", "l", "lo", "lov"]
    assert desk.sent[-1] == intents.Digit("2")


def test_escape_leaves_the_search(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["search"])
    QTest.keyClick(focus(), Qt.Key.Key_F, CTRL)
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert desk.sent == [intents.CloseSearch()]
    window.render(DESK_VIEWS["guest"])
    assert not window.agent.call_parts().search.isVisible()


# -- the countdown


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Shift, Qt.Key.Key_X, Qt.Key.Key_F1])
def test_any_key_stops_the_countdown(open_window: OpenWindow, desk: NotingDesk, key: Qt.Key) -> None:
    open_window(DESK_VIEWS["wrap-up-countdown"])
    QTest.keyClick(focus(), key)
    assert intents.StayInWrapUp() in desk.sent


def test_without_a_countdown_a_key_is_only_a_key(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["wrap-up"])
    QTest.keyClick(focus(), Qt.Key.Key_X)
    assert desk.sent == []


# -- the lock


def shown(window: MainWindow) -> str:
    """Every text that can be seen."""
    texts: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, Label | Paragraph | ElidedLabel | QLineEdit):
            texts.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            texts.append(widget.toPlainText())
        elif isinstance(widget, Sentence) or hasattr(widget, "words"):
            texts.append(widget.accessibleName())
    return "\n".join(texts)


@pytest.mark.parametrize("name", ["offer", "wrap-up", "verified", "search", "messages", "ready"])
def test_locked_nothing_of_what_was_shown_can_be_seen(open_window: OpenWindow, name: str) -> None:
    window = open_window(DESK_VIEWS[name])
    window._open_messages()
    personal = ("Lovelace", "7946", "Husband", "£", "Cy Dhillon", "W••••••")
    assert any(text in shown(window) for text in personal)

    window.render(DESK_VIEWS["locked"])

    assert not [text for text in personal if text in shown(window)]
    assert "2:14" in shown(window)


def test_locked_only_the_password_does_anything(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["offer"])
    window.render(DESK_VIEWS["locked"])
    field = focus()
    assert isinstance(field, QLineEdit) and field.echoMode() is QLineEdit.EchoMode.Password

    for key in (Qt.Key.Key_F5, Qt.Key.Key_F8, Qt.Key.Key_F10, Qt.Key.Key_F1, Qt.Key.Key_F3):
        QTest.keyClick(focus(), key)
    QTest.keyClick(focus(), Qt.Key.Key_M, CTRL)
    assert desk.sent == []
    QTest.keyClicks(focus(), "open sesame")
    QTest.keyClick(focus(), Qt.Key.Key_Return)

    assert desk.sent == [intents.Unlock("open sesame")]
    assert field.text() == ""


def test_the_menu_and_the_messages_of_before_stay_closed_while_locked(open_window: OpenWindow) -> None:
    window = open_window(DESK_VIEWS["messages"])
    window.render(DESK_VIEWS["locked"])
    window.agent.menu_wanted.emit()
    window.agent.messages_wanted.emit()
    assert not [panel for panel in window._panels.values() if panel.isVisible()]


def test_without_a_password_enter_opens_the_lock(open_window: OpenWindow, desk: NotingDesk) -> None:
    open_window(DESK_VIEWS["locked-open"])
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert desk.sent == [intents.Unlock("")]


def test_a_note_being_typed_is_sent_before_the_lock_and_is_there_after_it(
    open_window: OpenWindow, desk: NotingDesk
) -> None:
    window = open_window(DESK_VIEWS["script-step"])
    QTest.keyClick(focus(), Qt.Key.Key_F4)
    QTest.keyClicks(focus(), "half a note")

    window._idle_for_long()

    assert desk.sent == [intents.WriteNote("half a note"), intents.Lock()]


def test_a_call_that_rings_behind_the_lock_brings_the_window_forward(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(DESK_VIEWS["locked"])
    brought: list[QWidget] = []
    monkeypatch.setattr("ui.window.bring_forward", brought.append)
    window.render(DESK_VIEWS["locked-ringing"])
    assert brought == [window]


# -- idle


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_window_that_nobody_touches_is_told_once_and_again_after_the_next_touch(qapp: QApplication) -> None:
    seconds, told = Seconds(), []
    watch = IdleWatch(qapp, lambda: told.append(seconds.now), seconds)
    watch.after(300)
    for moment in (299.0, 300.0, 301.0):
        seconds.now = moment
        watch.look()
    assert told == [300.0]

    watch.touch()
    seconds.now = 602.0
    watch.look()

    assert told == [300.0, 602.0]
    watch.after(0)


def test_a_key_or_the_mouse_in_the_window_is_a_touch(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(replace(READY, lock_after_s=300))
    seconds = Seconds()
    window._idle._elapsed = seconds
    window._idle.touch()
    seconds.now = 299
    QTest.keyClick(focus(), Qt.Key.Key_X)
    seconds.now = 301
    window._idle.look()
    assert desk.sent == []

    handle = window.windowHandle()
    assert handle is not None
    where = QPointF(5, 5)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, where, where, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, CTRL & ALT
    )
    QApplication.sendEvent(handle, moved)
    seconds.now = 600
    window._idle.look()
    assert desk.sent == []

    seconds.now = 602
    window._idle.look()
    assert desk.sent == [intents.Lock()]


def test_who_is_signed_out_is_not_locked(open_window: OpenWindow, desk: NotingDesk) -> None:
    window = open_window(DESK_VIEWS["signed-out"])
    window._idle_for_long()
    assert desk.sent == []


# -- timers


def test_a_timer_goes_on_though_the_clock_is_set_back() -> None:
    seconds = Seconds()
    watch = Stopwatch(seconds)
    since = NOW.replace(minute=0, second=0)
    assert watch.text(since, since.replace(second=5)) == "0:05"
    seconds.now = 60
    assert watch.text(since, since.replace(hour=since.hour - 2)) == "1:05"
    assert watch.text(NOW, NOW) == "0:00"


def test_ready_and_break_have_a_timer(open_window: OpenWindow) -> None:
    window = open_window(DESK_VIEWS["ready-callbacks"])
    assert "0:42" in shown(window)
    window.render(DESK_VIEWS["break"])
    assert "12:05" in shown(window)
    assert DESK_VIEWS["break"].phase is Phase.BREAK
    assert DESK_VIEWS["calling"].digits_to is DigitsTo.LIST
