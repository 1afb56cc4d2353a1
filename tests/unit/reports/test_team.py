"""The lead's table and its renderings."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from app.reports.render import as_csv, as_json, as_table, sheet_text
from app.reports.team import TeamReport, team_report
from app.reports.wire import ReportUnreadable, from_plain, to_plain
from tests.fakes.calls import START, Telling


def report(agents: dict[str, str], tellings: dict[str, Telling]) -> TeamReport:
    return team_report(
        team="blue",
        team_name="Blue",
        agents=agents,
        events=[(person, event) for person, telling in tellings.items() for event in telling.events],
        since=START,
        until=START + timedelta(days=1),
        as_of=datetime(2026, 3, 2, 14, 2, tzinfo=UTC),
    )


def two_agents() -> TeamReport:
    ana, ira = Telling(), Telling("/devices/desk-2")
    for number in range(3):
        ana.answered(f"ana-{number}")
    ana.extended("ana-0")
    ana.accepted("ana-1")
    # Transferred: both speak with the same caller.
    ana.answered("shared")
    ira.answered("shared")
    ira.accepted("shared", kind="save", points=4)
    return report({"a": "Ana R.", "i": "Ira M.", "z": "Zoë Q."}, {"a": ana, "i": ira})


def test_each_agent_has_a_row_by_name_also_without_calls() -> None:
    rows = two_agents().rows
    assert [(row.name, row.calls, row.extended, row.accepted, row.points) for row in rows] == [
        ("Ana R.", 4, 2, 1, 3),
        ("Ira M.", 1, 1, 1, 4),
        ("Zoë Q.", 0, 0, 0, 0),
    ]


def test_the_total_counts_a_call_of_two_agents_once() -> None:
    total = two_agents().total
    assert (total.calls, total.extended, total.accepted, total.points) == (4, 3, 2, 7)
    assert (total.extend_rate.numerator, total.extend_rate.denominator) == (3, 4)
    assert (total.accept_rate.numerator, total.accept_rate.denominator) == (2, 3)


def test_the_table_shows_every_rate_with_its_numbers_and_interval() -> None:
    table = as_table(two_agents())
    assert "50% (2 of 4) [15%-85%]" in table
    assert "- (0 of 0)" in table
    assert "extend rate: calls with an extended offer / calls" in table


def test_the_csv_reads_back_with_the_total_last() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(two_agents()))))
    assert [row["row"] for row in rows] == ["agent", "agent", "agent", "total"]
    assert (rows[0]["extended"], rows[0]["extend_rate_of"], rows[0]["extend_rate"]) == ("2", "4", "0.5000")


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "|x"]
)
def test_row_32_no_cell_of_the_csv_is_a_formula(name: str) -> None:
    ana = Telling()
    ana.answered()
    cells = next(csv.DictReader(io.StringIO(as_csv(report({"a": name}, {"a": ana})), newline="")))
    assert cells["name"] == "'" + name


@pytest.mark.parametrize("name", ["Ana R.", "O'Brien", "1st", ""])
def test_plain_names_stay_as_they_are_in_the_csv(name: str) -> None:
    assert sheet_text(name) == name


def test_a_name_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in as_table(report({"a": "Ana\x1b[2J"}, {}))


def test_the_report_comes_back_from_json_as_it_was() -> None:
    original = two_agents()
    assert from_plain(json.loads(as_json(original))) == original


def test_what_is_no_report_is_refused_with_a_sentence() -> None:
    plain = to_plain(two_agents())
    for broken in ({}, plain | {"rows": [{}]}, plain | {"from": "x"}, plain | {"total": None}):
        with pytest.raises(ReportUnreadable):
            from_plain(broken)
