"""The cheat sheet has every command once; panels leave what to say in sight; no screen gives two meanings to a key."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.views import DESK_VIEWS, OFFER, OPENABLE
from tests.ui.conftest import OpenWindow
from tests.ui.help.test_sections import PAGES
from ui.agent.caller import CandidateRow
from ui.help.cheat_sheet import KEY_GROUPS
from ui.keys import BINDINGS, Command
from ui.widgets.key_cap import KeyCap
from ui.widgets.row import Row


def test_every_command_with_a_key_stands_in_the_cheat_sheet_once() -> None:
    listed = Counter(command for _, commands in KEY_GROUPS for command in commands)

    bound = {binding.command for binding in BINDINGS if not binding.command.is_digit}
    assert listed == Counter([*bound, Command.DIGIT_1])


def test_the_page_for_agents_names_every_key_that_works_anywhere() -> None:
    page = PAGES["agents"].replace("Ctrl+Enter", "Ctrl+Return")
    named = set(re.findall(r"[A-Z][\w+,]*", page[page.index("## The keys") :]))
    named |= {name.rstrip(",") for name in named}

    missing = [one.words for one in BINDINGS if not one.command.is_digit and one.anywhere[0] not in named]
    assert not missing


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize(
    ("key", "held"),
    [(Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)],
)
def test_a_panel_leaves_what_to_say_in_sight_during_a_call(
    open_window: OpenWindow, scale: int, key: Qt.Key, held: Qt.KeyboardModifier
) -> None:
    window = open_window(OFFER, scale=scale)
    QApplication.processEvents()

    QTest.keyClick(QApplication.focusWidget() or window, key, held)

    panel = next(one for one in window._panels.values() if one.isVisible())
    sentence = window.agent.head.sentence
    assert not panel.geometry().intersects(QRect(sentence.mapTo(window, QPoint(0, 0)), sentence.size()))
    assert panel.height() > 200


def test_the_templates_are_in_sight_with_the_largest_text(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(OPENABLE, scale=200)
    QApplication.processEvents()

    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()

    field = QApplication.focusWidget()
    assert field is window.agent.call_parts().notes.templates.field
    qtbot.waitUntil(lambda: field.visibleRegion().boundingRect().height() == field.height())


@pytest.mark.parametrize("scale", [100, 200])
def test_no_digit_stands_in_two_lists_at_once(open_window: OpenWindow, scale: int) -> None:
    window = open_window(scale=scale)
    twice: list[str] = []
    for name, view in DESK_VIEWS.items():
        window.render(view)
        QApplication.processEvents()
        rows = (row for row in window.agent.findChildren(Row) if row.isVisible() and row.isEnabled())
        digits = [row.content.command for row in rows if row.content.command and row.content.command.is_digit]
        for candidate in window.agent.findChildren(CandidateRow):
            caps = (cap for cap in candidate.findChildren(KeyCap) if cap.isVisible())
            digits += [cap._command for cap in caps]
        twice += [f"{name}: {digit}" for digit, count in Counter(digits).items() if count > 1]
    assert not twice
