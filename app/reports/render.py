"""A team's report as text for the terminal, as CSV for a sheet, as JSON for programs."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from datetime import datetime

from app.reports.rate import Rate
from app.reports.team import AgentRow, TeamReport
from app.reports.wire import to_plain

_DEFINITIONS = (
    "call: an inbound call that the agent answered; in the total each call stands once, so columns need not add up",
    "extend rate: calls with an extended offer / calls; accept rate: calls with an accept / calls with an extend",
    "success rate: calls with a save or an upsell / calls; in brackets the 95 % interval (Wilson)",
    "handed on: calls in which another agent closed what this one extended: accepted here, points and success there",
    "closed for others: calls in which this agent closed what another had extended: points and success, no accept",
)

_FORMULA_STARTS = "=+-@\t\r\n|%"

_CSV_COUNTS = (
    "calls",
    "short_calls",
    "opportunities",
    "extended",
    "accepted",
    "successes",
    "points",
    "handed_on",
    "closed_for_others",
)
_CSV_RATES = ("extend_rate", "opportunity_rate", "accept_rate", "success_rate")
_CSV_RATE_PARTS = ("_of", "", "_low", "_high")


def as_table(report: TeamReport) -> str:
    """The report as aligned text with its period and definitions, for a terminal with a fixed-width font."""
    head = (
        "Agent",
        "Calls",
        "Extended",
        "Extend rate",
        "Accepted",
        "Accept rate",
        "Success rate",
        "Points",
        "Handed on",
        "Closed for others",
    )
    rows = [_cells(row) for row in report.rows]
    total = _cells(report.total)
    lines = [head, *rows, total]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    rule = "  ".join("-" * width for width in widths)
    shown = [_aligned(head, widths), rule, *(_aligned(row, widths) for row in rows), rule, _aligned(total, widths)]
    period = f"Team {report.team_name}, {_minute(report.since)} up to {_minute(report.until)}"
    return "\n".join([period, f"as of {_minute(report.as_of)}", "", *shown, "", *_DEFINITIONS, ""])


def as_csv(report: TeamReport) -> str:
    """The report as CSV (RFC 4180, one header line, the total last), shares with four decimals.

    Text that a sheet would take for a formula is written with an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    rate_names = [f"{name}{part}" for name in _CSV_RATES for part in _CSV_RATE_PARTS]
    writer.writerow(["row", "agent", "name", *_CSV_COUNTS, *rate_names])
    for kind, row in [*(("agent", row) for row in report.rows), ("total", report.total)]:
        counts = [getattr(row, name) for name in _CSV_COUNTS]
        rates = [value for name in _CSV_RATES for value in _rate_cells(getattr(row, name))]
        writer.writerow([kind, sheet_text(row.agent), sheet_text(row.name), *counts, *rates])
    return out.getvalue()


def as_json(report: TeamReport) -> str:
    """The report as JSON, the shape that the hub answers."""
    return json.dumps(to_plain(report), ensure_ascii=False, indent=2) + "\n"


def sheet_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe before what could be one."""
    # Sheets trim before they look, and take full-width signs for the plain ones.
    start = unicodedata.normalize("NFKC", text).lstrip(" \u00a0\ufeff")[:1]
    return "'" + text if start and start in _FORMULA_STARTS else text


def _rate_cells(rate: Rate) -> list[str]:
    shares = (rate.share, rate.low, rate.high)
    return [str(rate.denominator), *("" if share is None else f"{share:.4f}" for share in shares)]


def _cells(row: AgentRow) -> tuple[str, ...]:
    return (
        _printable(row.name),
        str(row.calls),
        str(row.extended),
        _share(row.extend_rate),
        str(row.accepted),
        _share(row.accept_rate),
        _share(row.success_rate),
        str(row.points),
        str(row.handed_on),
        str(row.closed_for_others),
    )


def _share(rate: Rate) -> str:
    of = f"{rate.numerator} of {rate.denominator}"
    if rate.share is None or rate.low is None or rate.high is None:
        return f"- ({of})"
    return f"{rate.share:.0%} ({of}) [{rate.low:.0%}-{rate.high:.0%}]"


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M %Z}"


def _printable(text: str) -> str:
    # A name may hold anything; what would steer a terminal is made visible.
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    first = cells[0] + " " * (widths[0] - _width(cells[0]))
    rest = (" " * (width - _width(cell)) + cell for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join([first, *rest]).rstrip()


def _width(text: str) -> int:
    shown = (char for char in text if not unicodedata.combining(char))
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown)
