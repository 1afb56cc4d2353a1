"""An agent's own figures by week: what the hub answers to nobody but the agent, and how the desktop reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from app.reports.brief import CALL_COUNTS, Counts
from app.reports.rate import Rate, rate
from app.reports.wire import ReportUnreadable

MOST_WEEKS = 26


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """The counts of one week, from `monday` on, in the site's time zone; the definitions are those of the team's
    report."""

    monday: date
    calls: int = 0
    opportunities: int = 0
    opportunities_extended: int = 0
    extended: int = 0
    accepted: int = 0
    successes: int = 0
    points: int = 0

    @property
    def extend_rate(self) -> Rate:
        """Calls with an extend / calls."""
        return rate(self.extended, self.calls)

    @property
    def accept_rate(self) -> Rate:
        """Calls with an accept / calls with an extend."""
        return rate(self.accepted, self.extended)


@dataclass(frozen=True, slots=True)
class OwnWeeks:
    """Weeks, the oldest first, the last one still under way. `as_of`: what the hub had received by then is counted."""

    as_of: datetime
    weeks: tuple[OwnWeek, ...]


def own_weeks(mondays: Sequence[date], sums: Mapping[date, Counts], as_of: datetime) -> OwnWeeks:
    """The weeks out of sums (`app.reports.brief.CALL_COUNTS`) by their Mondays; a week without a sum has no calls."""
    nothing = (0,) * len(CALL_COUNTS)
    wanted = OwnWeek.__dataclass_fields__.keys() - {"monday"}
    weeks = []
    for monday in mondays:
        counts = zip(CALL_COUNTS, sums.get(monday, nothing), strict=True)
        weeks.append(OwnWeek(monday, **{name: count for name, count in counts if name in wanted}))
    return OwnWeeks(as_of, tuple(weeks))


def to_plain(report: OwnWeeks) -> dict[str, Any]:
    """The weeks as JSON values; dates and times in ISO 8601."""
    return {
        "as_of": report.as_of.isoformat(),
        "weeks": [{**asdict(week), "monday": week.monday.isoformat()} for week in report.weeks],
    }


def from_plain(plain: Mapping[str, Any]) -> OwnWeeks:
    """The inverse of `to_plain`; raises ReportUnreadable for anything else. Fields it does not know are ignored."""
    names = OwnWeek.__dataclass_fields__.keys() - {"monday"}
    try:
        as_of = datetime.fromisoformat(plain["as_of"])
        weeks = [
            OwnWeek(date.fromisoformat(week["monday"]), **{name: int(week[name]) for name in names})
            for week in plain["weeks"][:MOST_WEEKS]
        ]
        # A rate out of impossible counts would fail where it is shown.
        for week in weeks:
            _ = week.extend_rate, week.accept_rate
        if as_of.tzinfo is None:
            raise ValueError("the time has no offset")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportUnreadable("The hub's answer is not a report. Check that hub and desktop fit together.") from error
    return OwnWeeks(as_of, tuple(weeks))
