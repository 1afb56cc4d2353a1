"""A practice call in the real window, by key presses; its band, its pages, and the real call that ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desk.view import Phase
from app.practice.caller import Expects
from app.practice.door import PracticeDoor
from app.practice.view import Stage
from tests.fakes.desk import DeskRig
from tests.fakes.practice import around
from tests.ui.test_looks import clipped
from ui.keys import Command
from ui.practice.stage import PracticeStage
from ui.settings import WindowSettings
from ui.stage import Stage as DeskStage
from ui.theme.colours import Scheme
from ui.window import MainWindow
from ui.words.catalogue import CATALOGUE, ENGLISH, PSEUDO, say

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@dataclass
class Seat:
    """A trainee's window before a real desk with practice."""

    window: MainWindow
    rig: DeskRig
    door: PracticeDoor

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        """Types into the field that has the keyboard."""
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)
        QApplication.processEvents()

    def voice(self) -> str:
        """What stands where the caller's voice would be."""
        assert self.window._front is not None
        return self.window._front.band.voice.text()

    def practise(self, script: str, persona: str, seed: str) -> None:
        """A practice caller rings; script, persona and number are chosen as the pages do."""
        self.press(Qt.Key.Key_P, CTRL)
        self.door.choose(script, persona, seed)
        self.press(Qt.Key.Key_Return)

    def by_keys(self) -> None:
        """One thing as on the best path, by the key that the screen shows for it."""
        call = self.door._call
        assert call is not None
        view, saying = call.view, call.saying
        screen = view.script
        if view.phase is Phase.RINGING:
            self.press(Qt.Key.Key_F10)
        elif screen is None or view.phase is Phase.WRAP_UP:
            self.press(Qt.Key.Key_Return, CTRL)
        elif view.choosing is not None or view.found:
            self.press(Qt.Key.Key_1, ALT)
        elif saying.expects is Expects.CANCEL:
            self.press(Qt.Key.Key_F8)
        elif saying.expects in (Expects.INTERRUPT, Expects.OBJECTION):
            self.press(Qt.Key.Key_F3)
            self.type(saying.phrase)
        elif saying.expects is Expects.VERIFY:
            self.type(saying.value)
            self.press(Qt.Key.Key_Return)
        elif saying.expects is Expects.ANSWER:
            keys = {"A": Qt.Key.Key_F6, "D": Qt.Key.Key_F7, "L": Qt.Key.Key_F9}
            key = keys.get(saying.key)
            if key is None:
                self.press(Qt.Key(Qt.Key.Key_0.value + int(saying.key)), ALT)
            else:
                self.press(key)
        elif screen.offer is not None and screen.offer.state.value == "on_table" and not screen.offer.blocked:
            self.press(Qt.Key.Key_F5)
        else:
            self.press(Qt.Key.Key_Return, CTRL)

    def to_the_page(self) -> None:
        """The whole call."""
        for _ in range(120):
            if self.door.practice.stage is Stage.PAGE:
                return
            self.by_keys()
        raise AssertionError("the call does not end")


SitDown = Callable[..., Seat]


@pytest.fixture
def sit_down(tmp_path: Path, qtbot: QtBot) -> Iterator[SitDown]:
    """Opens the window on a signed-in desk."""

    def sit(settings: WindowSettings | None = None) -> Seat:
        rig = DeskRig(tmp_path).sign_in()
        desk, practice = DeskStage(), PracticeStage()
        window = MainWindow(desk, None, rig.clock, settings or WindowSettings(Scheme.LIGHT), practice=practice)
        desk.on_change, practice.on_change = window.render, window.render_practice
        door = PracticeDoor(rig.desk, rig.library, lambda: replace(around(), words=say), lambda: 0.5)
        desk.attach(door)
        practice.attach(door)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return Seat(window, rig, door)

    yield sit
    QApplication.processEvents()
    CATALOGUE.choose(ENGLISH)


@pytest.mark.parametrize(
    ("script", "persona", "seed"),
    [("upsell-data-pack", "lost", "2"), ("save-too-expensive", "cancel", "3"), ("slow-internet", "bereaved", "1")],
)
def test_a_whole_call_is_practised_by_keys_and_nothing_is_missed(
    sit_down: SitDown, script: str, persona: str, seed: str
) -> None:
    seat = sit_down()
    seat.practise(script, persona, seed)

    seat.to_the_page()

    page = seat.door.practice.page
    assert page is not None
    assert page.missed == ()
    assert seat.window._front is not None and seat.window._front.room.isVisible()
    assert seat.rig.view.today.calls == 0


def test_the_caller_is_chosen_by_a_digit_and_the_number_typed_again(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_P, CTRL)
    seat.press(Qt.Key.Key_4)
    front = seat.window._front
    assert front is not None
    front.room.setup.seed.setFocus()
    front.room.setup.seed.selectAll()
    seat.type("31")

    assert (seat.door.practice.setup.persona, seat.door.practice.setup.seed) == ("cancel", "31")
    seat.press(Qt.Key.Key_Return)
    assert (seat.door.practice.stage, seat.door.view.phase) == (Stage.CALL, Phase.RINGING)


def test_what_the_caller_says_stands_in_the_band(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.practise("upsell-data-pack", "lost", "2")
    assert seat.voice() == "listens."

    seat.press(Qt.Key.Key_F10)

    assert "PIN is" in seat.voice()
    assert seat.window.agent.isVisible()


def test_a_wrong_key_is_on_the_page_and_enter_lets_the_same_caller_ring_again(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.practise("upsell-data-pack", "lost", "2")
    seat.press(Qt.Key.Key_F10)
    seat.press(Qt.Key.Key_9, ALT)
    seat.to_the_page()

    call = seat.door.practice.page
    assert call is not None and call.missed
    seat.press(Qt.Key.Key_Return)
    assert seat.door.view.phase is Phase.RINGING
    assert seat.door.practice.setup.seed == "2"


def test_ctrl_p_ends_practice_and_escape_leaves_the_pages(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.practise("upsell-data-pack", "lost", "2")
    seat.press(Qt.Key.Key_P, CTRL)
    assert seat.door.practice.stage is Stage.OFF
    seat.press(Qt.Key.Key_P, CTRL)
    seat.press(Qt.Key.Key_Escape)

    front = seat.window._front
    assert front is not None
    assert not front.band.isVisible()
    assert seat.window.agent.isVisible() and not front.room.isVisible()


def test_a_real_call_takes_the_window_at_once(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.practise("upsell-data-pack", "lost", "2")
    seat.press(Qt.Key.Key_F10)

    seat.rig.ring()
    QApplication.processEvents()

    front = seat.window._front
    assert front is not None
    assert not front.band.isVisible()
    assert seat.window.agent._view == seat.rig.view
    seat.press(Qt.Key.Key_F10)
    assert seat.rig.phase() is Phase.ON_CALL


def test_the_strip_which_has_no_band_is_not_opened_in_practice(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.practise("upsell-data-pack", "lost", "2")

    assert not seat.window._obey(Command.STRIP)
    assert seat.window.isVisible()


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(WindowSettings(Scheme.LIGHT), id="light"),
        pytest.param(WindowSettings(Scheme.DARK, 200), id="200 % text"),
        pytest.param(WindowSettings(Scheme.CONTRAST, 150, "de"), id="German, 150 %"),
        pytest.param(WindowSettings(Scheme.LIGHT, 100, PSEUDO), id="long words"),
    ],
)
def test_nothing_is_cut_off(sit_down: SitDown, settings: WindowSettings) -> None:
    seat = sit_down(settings)
    found: list[str] = []

    def look(where: str) -> None:
        QApplication.processEvents()
        found.extend(f"{where}: {problem}" for problem in clipped(seat.window))

    seat.press(Qt.Key.Key_P, CTRL)
    look("setup")
    seat.door.choose("save-too-expensive", "cancel", "3")
    seat.press(Qt.Key.Key_Return)
    look("ringing")
    seat.press(Qt.Key.Key_F10)
    look("on call")
    seat.press(Qt.Key.Key_9, ALT)
    seat.to_the_page()
    look("page")
    assert not found, "\n".join(sorted(set(found)))


def test_another_language_in_the_middle_of_practice_goes_on_with_it(sit_down: SitDown) -> None:
    """During a call the language waits for its end, which here is the page."""
    seat = sit_down()
    seat.practise("upsell-data-pack", "lost", "2")
    seat.press(Qt.Key.Key_F10)
    seat.window.apply(replace(seat.window.settings, language="de"))
    assert seat.window._front is not None
    assert seat.window._front.band.accessibleName() == "Practice"

    seat.to_the_page()
    seat.window.render(seat.door.view)

    front = seat.window._front
    assert front is not None
    assert front.band.isVisible() and front.band.accessibleName() == "Übung"
    assert front.room.isVisible() and not seat.window.agent.isVisible()


def test_every_part_of_the_pages_has_a_name(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_P, CTRL)
    front = seat.window._front
    assert front is not None
    nameless = [
        type(widget).__name__
        for widget in front.room.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert not nameless
