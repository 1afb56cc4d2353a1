"""The panel about sync: calm while all is well; what waits, since when and why; export and another try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desk.ports import SetAsideEvent, SyncDetails, SyncState, WaitingKind
from tests.fakes.desk import InlineTasks
from tests.fakes.views import NOW, READY
from tests.ui.conftest import NotingDesk
from tests.ui.test_looks import clipped
from ui.settings import WindowSettings
from ui.sync_panel import SyncStatePanel
from ui.theme.colours import Scheme
from ui.widgets.badge import BadgeButton
from ui.widgets.button import KeyButton
from ui.widgets.fields import LineField
from ui.widgets.text import Label
from ui.window import MainWindow

REFUSED = SetAsideEvent("event-7", 7, "offer.accepted", NOW, "call-1", 422, "The hub does not know this offer.")
WELL = SyncState(0, None, 0, online=True, last_synced=NOW)
AWAY = SyncState(4, NOW - timedelta(minutes=9), 1, online=False, problem="The hub cannot be reached.", last_synced=NOW)


@dataclass
class Shelf:
    """What a store and its engine know."""

    known: SyncDetails = field(default_factory=lambda: SyncDetails("", (), (), None))
    tried: list[str] = field(default_factory=list)

    def details(self) -> SyncDetails:
        return self.known

    def export_set_aside(self, file: Path) -> int:
        file.write_text("exported", encoding="utf-8")
        return len(self.known.set_aside)

    def try_again(self, ids: Sequence[str]) -> int:
        self.tried += ids
        self.known = replace(self.known, set_aside=())
        return len(ids)


Open = Callable[..., SyncStatePanel]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def opened(desk: NotingDesk, qtbot: QtBot, shelf: Shelf) -> Open:
    def open_(sync: SyncState, scale: int = 100) -> SyncStatePanel:
        desk.view = replace(READY, sync=sync)
        settings = WindowSettings(Scheme.LIGHT, scale)
        window = MainWindow(desk, None, lambda: NOW, settings, tasks=InlineTasks(), sync=lambda: shelf)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
        panel = window._panels["sync"]
        assert isinstance(panel, SyncStatePanel)
        assert panel.isVisible()
        return panel

    return open_


def texts(panel: SyncStatePanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(Label) if label.isVisible())


def button(panel: SyncStatePanel, words: str) -> KeyButton:
    (found,) = [one for one in panel.findChildren(KeyButton) if one.words() == words and one.isVisible()]
    return found


def waiting() -> SyncDetails:
    kinds = (WaitingKind("call.offered", 3, NOW - timedelta(minutes=9), 0), WaitingKind("note.saved", 1, NOW, 1))
    return SyncDetails("The hub cannot be reached.", kinds, (REFUSED,), timedelta(minutes=-7))


def test_all_is_well_and_nothing_else_is_said(opened: Open) -> None:
    panel = opened(WELL)
    assert "Everything that was recorded is at the hub." in texts(panel)
    assert not {"Waiting", "Set aside: the hub refused these"} & set(texts(panel).split("\n"))
    assert not [one for one in panel.findChildren(KeyButton) if one.isVisible() and one.words() != "Close"]


def test_what_waits_is_told_by_kind_with_since_when_and_why(opened: Open, shelf: Shelf) -> None:
    shelf.known = waiting()
    said = texts(opened(AWAY))
    since = (NOW - timedelta(minutes=9)).astimezone().strftime("%H:%M")
    for part in ("4 events", "The hub cannot be reached.", "Calls: 3", f"since {since}", "the hub failed on 1"):
        assert part in said
    assert "7 minutes ahead" in said
    assert REFUSED.problem in said


def test_a_clock_that_is_nearly_right_is_not_worth_a_word(opened: Open, shelf: Shelf) -> None:
    shelf.known = replace(waiting(), clock_offset=timedelta(seconds=40))
    assert "clock" not in texts(opened(AWAY))


def test_another_try_takes_what_was_set_aside(opened: Open, shelf: Shelf) -> None:
    shelf.known = waiting()
    panel = opened(AWAY)
    button(panel, "Try again").click()
    assert shelf.tried == ["event-7"]
    assert "Queued again: 1 event." in texts(panel)
    assert REFUSED.problem not in texts(panel)


def test_the_export_is_written_where_the_agent_says(opened: Open, shelf: Shelf, tmp_path: Path) -> None:
    shelf.known = waiting()
    panel = opened(AWAY)
    button(panel, "Export …").click()
    (place,) = [one for one in panel.findChildren(LineField) if one.isVisible()]
    assert place.text().endswith(".csv")
    place.setText(str(tmp_path / "refused.csv"))
    QTest.keyClick(place, Qt.Key.Key_Return)
    assert (tmp_path / "refused.csv").read_text(encoding="utf-8") == "exported"
    assert "1 event written to" in texts(panel)


def test_a_place_that_cannot_be_written_to_is_said(opened: Open, shelf: Shelf, tmp_path: Path) -> None:
    shelf.known = waiting()
    panel = opened(AWAY)
    button(panel, "Export …").click()
    (place,) = [one for one in panel.findChildren(LineField) if one.isVisible()]
    place.setText(str(tmp_path / "missing" / "refused.csv"))
    QTest.keyClick(place, Qt.Key.Key_Return)
    assert "Choose another place." in texts(panel)


def test_a_click_on_the_word_about_sync_opens_it(opened: Open) -> None:
    panel = opened(WELL)
    panel.hide()
    window = panel.window()
    (badge,) = [one for one in window.findChildren(BadgeButton) if one.isVisible()]
    badge.click()
    assert panel.isVisible()


@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_in_it_is_cut_off(opened: Open, shelf: Shelf, scale: int) -> None:
    shelf.known = waiting()
    panel = opened(AWAY, scale)
    QApplication.processEvents()
    assert not list(clipped(panel.window()))
