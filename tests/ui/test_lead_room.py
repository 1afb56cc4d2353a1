"""The lead's table: sorted honestly, exported as a new file, asked for by period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desk.lead import LeadView
from tests.fakes.views import LEAD, NOW, agent_line
from tests.ui.conftest import OpenWindow
from ui.lead.room import LeadRoom, write_new
from ui.lead.table import COLUMNS, AgentsModel
from ui.lead.words import per_cent, period_of, working_days_back

EXTEND_RATE = next(index for index, column in enumerate(COLUMNS) if column.heading == "Extend rate")


@dataclass
class AskedLead:
    """Notes which report was asked for."""

    view: LeadView = LEAD
    asked: list[tuple[date, date, str]] = field(default_factory=list)

    def show(self, first_day: date, last_day: date, team: str = "") -> None:
        """Keeps the question."""
        self.asked.append((first_day, last_day, team))

    def export_csv(self) -> str:
        """One line."""
        return "agent,calls\nAna R.,66\n"


@pytest.fixture
def open_room(qtbot: QtBot, qapp: object, tmp_path: Path) -> Callable[[AskedLead], LeadRoom]:
    """Opens the lead's room; exports go to `tmp_path`."""

    def open_(lead: AskedLead) -> LeadRoom:
        room = LeadRoom(lead, lambda: NOW, None, tmp_path)
        qtbot.addWidget(room)
        room.resize(1366, 768)
        room.render_view(lead.view)
        room.show()
        return room

    return open_


def names(model: AgentsModel) -> list[str]:
    """The agents from top to bottom."""
    return [model.line(row).name for row in range(model.rowCount())]


def test_agents_stand_in_the_report_s_order_until_a_heading_is_clicked(qapp: object) -> None:
    model = AgentsModel()

    model.show_lines(LEAD.lines, LEAD.total)

    assert names(model) == [line.name for line in LEAD.lines]


def test_two_calls_and_one_extend_do_not_lead_the_table(qapp: object) -> None:
    model = AgentsModel()
    model.show_lines((agent_line("Few", 2, 2, 0), agent_line("Many", 80, 70, 9), agent_line("None", 0, 0, 0)), None)

    model.sort(EXTEND_RATE, Qt.SortOrder.DescendingOrder)

    assert names(model) == ["Many", "Few", "None"]


def test_a_rate_is_read_out_with_denominator_and_interval(qapp: object) -> None:
    model = AgentsModel()
    model.show_lines(LEAD.lines, LEAD.total)

    said = model.data(model.index(0, EXTEND_RATE), Qt.ItemDataRole.AccessibleTextRole)

    assert said == "Extend rate: 81 %, 58 of 72, between 70% and 88%"


def test_nothing_to_divide_by_is_no_zero_per_cent() -> None:
    assert per_cent(agent_line("None", 0, 0, 0).extend_rate) == "–"


def test_the_last_five_working_days_leave_the_weekend_out() -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert working_days_back(friday, 5) == date(2026, 11, 16)
    assert working_days_back(sunday, 5) == date(2026, 11, 16)
    assert period_of("month", friday) == (date(2026, 11, 1), friday)


def test_another_period_asks_for_its_days(open_room: Callable[[AskedLead], LeadRoom]) -> None:
    lead = AskedLead()
    room = open_room(lead)
    period = room._filters.period
    period.setCurrentIndex(0)

    period.activated.emit(0)

    assert lead.asked == [(NOW.date(), NOW.date(), "blue")]


def test_export_writes_a_new_file_and_says_where(open_room: Callable[[AskedLead], LeadRoom], tmp_path: Path) -> None:
    room = open_room(AskedLead())

    room.export()
    room.export()

    files = sorted(tmp_path.glob("*.csv"))
    assert [file.name for file in files] == [
        "cuecard-agents-2026-11-16-to-2026-11-20-2.csv",
        "cuecard-agents-2026-11-16-to-2026-11-20.csv",
    ]
    assert files[0].read_text("utf-8-sig") == "agent,calls\nAna R.,66\n"
    assert str(files[0]) in room._message.accessibleName()


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    first = write_new(tmp_path, "figures", "one")
    second = write_new(tmp_path, "figures", "two")

    assert first.read_text("utf-8-sig") == "one"
    assert second.read_text("utf-8-sig") == "two"


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    room = LeadRoom(AskedLead(), lambda: NOW, None, blocked)
    qtbot.addWidget(room)
    room.render_view(LEAD)

    room.export()

    assert room._message.accessibleName().startswith("Attention: Not saved:")


def test_enter_presses_the_button_that_has_the_keyboard(open_window: OpenWindow) -> None:
    window = open_window()
    window.show_room("lead")
    window.talk_with(None)
    room = window.findChild(LeadRoom)
    assert room is not None
    button = room._to_talk

    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)

    assert room._talk_ground.isVisible()
    assert not room._left.isVisible()


def test_an_accept_that_two_agents_made_says_so_to_eye_and_ear(qapp: object) -> None:
    model = AgentsModel()
    line = replace(agent_line("Ana R.", 66, 41, 16), handed_on=2, closed_for_others=1)
    model.show_lines((line, agent_line("Ben S.", 50, 20, 5)), None)
    accepted = next(index for index, column in enumerate(COLUMNS) if column.heading == "Accepted")

    tip = model.data(model.index(0, accepted), Qt.ItemDataRole.ToolTipRole)
    said = model.data(model.index(0, accepted), Qt.ItemDataRole.AccessibleTextRole)

    assert tip == "2 closed by another agent, 1 more closed for others"
    assert said == f"Accepted: 16, {tip}"
    assert model.data(model.index(1, accepted), Qt.ItemDataRole.ToolTipRole) is None
