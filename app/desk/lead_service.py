"""The team lead's side of the desk: loads a report in a worker and words it for the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol

from app.desk.lead import AgentLine, LeadView, Rate
from app.desk.ports import Tasks
from app.domain.person import AgentSession
from app.reports import rate as rates
from app.reports.render import as_csv
from app.reports.team import AgentRow, TeamReport
from app.sync.crm import CrmError

_ENOUGH_CALLS = 10


class Reports(Protocol):
    """Where reports come from."""

    def agents(self, since: datetime, until: datetime, team: str) -> TeamReport:
        """A team's figures for calls answered from `since` up to `until`; "" for the first team. Raises CrmError."""


class LeadService:
    """Implements LeadDesk for one signed-in lead."""

    def __init__(
        self,
        reports: Reports,
        session: AgentSession,
        tasks: Tasks,
        zone: tzinfo,
        today: date,
        on_change: Callable[[LeadView], None] | None = None,
    ) -> None:
        self.on_change = on_change or (lambda view: None)
        self._reports = reports
        self._tasks = tasks
        self._zone = zone
        self._report: TeamReport | None = None
        person = session.person
        names = {person.team: session.team_name}
        self.view = LeadView(
            teams=tuple((team, names.get(team, team)) for team in person.teams),
            first_day=today,
            last_day=today,
            timezone=str(zone),
            who=person.display_name,
        )

    def show(self, first_day: date, last_day: date, team: str = "") -> None:
        """Loads the report of these days, both included, in the site's time zone."""
        since = datetime.combine(first_day, time.min, self._zone)
        until = datetime.combine(last_day + timedelta(days=1), time.min, self._zone)
        self._put(replace(self.view, first_day=first_day, last_day=last_day, busy=True, problem=""))

        def done(report: TeamReport) -> None:
            self._report = report
            self._put(
                replace(
                    self.view,
                    team=report.team_name,
                    as_of=report.as_of,
                    lines=tuple(_line(row, report.total) for row in report.rows),
                    total=_line(report.total, report.total),
                    busy=False,
                )
            )

        def failed(error: Exception) -> None:
            known = isinstance(error, CrmError)
            sentence = str(error) if known else "The report could not be read. Try again."
            self._put(replace(self.view, busy=False, problem=sentence))

        self._tasks.submit("reports", lambda: self._reports.agents(since, until, team), done, failed)

    def export_csv(self) -> str:
        """The report shown as CSV; empty while there is none."""
        return as_csv(self._report) if self._report is not None else ""

    def _put(self, view: LeadView) -> None:
        self.view = view
        self.on_change(view)


def _line(row: AgentRow, team: AgentRow) -> AgentLine:
    return AgentLine(
        agent=row.agent,
        name=row.name,
        calls=row.calls,
        extended=row.extended,
        accepted=row.accepted,
        extend_rate=_rate(row.extend_rate),
        accept_rate=_rate(row.accept_rate),
        success_rate=_rate(row.success_rate),
        points=row.points,
        word="" if row is team else _word(row, team),
        handed_on=row.handed_on,
        closed_for_others=row.closed_for_others,
    )


def _rate(given: rates.Rate) -> Rate:
    return Rate(given.numerator, given.denominator, given.low, given.high)


def _word(row: AgentRow, team: AgentRow) -> str:
    """Above or below only where the 95 % intervals of agent and team do not overlap; "" with too few calls."""
    low, high = row.extend_rate.low, row.extend_rate.high
    team_low, team_high = team.extend_rate.low, team.extend_rate.high
    if row.calls < _ENOUGH_CALLS or None in (low, high, team_low, team_high):
        return ""
    assert low is not None and high is not None and team_low is not None and team_high is not None
    if low > team_high:
        return "above"
    return "below" if high < team_low else "same"
