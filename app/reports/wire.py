"""A team's report as plain JSON values: what the hub answers, and how the desktop reads it back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.reports.rate import Rate, rate
from app.reports.team import AgentRow, TeamReport


class ReportUnreadable(ValueError):
    """What should be a report is none; the hub and this program may be of different versions."""


def to_plain(report: TeamReport) -> dict[str, Any]:
    """The report as JSON values; times in ISO 8601, rates with numerator, denominator, share, low and high."""
    return {
        "team": report.team,
        "team_name": report.team_name,
        "from": report.since.isoformat(),
        "to": report.until.isoformat(),
        "as_of": report.as_of.isoformat(),
        "rows": [asdict(row) for row in report.rows],
        "total": asdict(report.total),
    }


def from_plain(plain: dict[str, Any]) -> TeamReport:
    """The inverse of `to_plain`; raises ReportUnreadable for anything else. Fields it does not know are ignored."""
    try:
        return TeamReport(
            team=str(plain["team"]),
            team_name=str(plain["team_name"]),
            since=datetime.fromisoformat(plain["from"]),
            until=datetime.fromisoformat(plain["to"]),
            as_of=datetime.fromisoformat(plain["as_of"]),
            rows=tuple(_row(row) for row in plain["rows"]),
            total=_row(plain["total"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportUnreadable("The hub's answer is not a report. Check that hub and desktop fit together.") from error


def _row(plain: dict[str, Any]) -> AgentRow:
    return AgentRow(
        agent=str(plain["agent"]),
        name=str(plain["name"]),
        calls=int(plain["calls"]),
        short_calls=int(plain["short_calls"]),
        opportunities=int(plain["opportunities"]),
        extended=int(plain["extended"]),
        accepted=int(plain["accepted"]),
        successes=int(plain["successes"]),
        points=int(plain["points"]),
        extend_rate=_rate(plain["extend_rate"]),
        opportunity_rate=_rate(plain["opportunity_rate"]),
        accept_rate=_rate(plain["accept_rate"]),
        success_rate=_rate(plain["success_rate"]),
        # A hub of the version before does not tell them.
        handed_on=int(plain.get("handed_on", 0)),
        closed_for_others=int(plain.get("closed_for_others", 0)),
    )


def _rate(plain: dict[str, Any]) -> Rate:
    # The interval is computed anew: it follows from the two numbers.
    return rate(int(plain["numerator"]), int(plain["denominator"]))
