"""What the lead reads of his teams, and everybody of himself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from anyio.to_thread import run_sync
from litestar import get
from litestar.params import FromQuery, QueryParameter

from app.hub.errors import Problem
from app.hub.library.settings import settings_for
from app.hub.moment import read_time
from app.hub.own_weeks import weeks_of
from app.hub.reporting import agents_report
from app.hub.routes.http import HubRequest, hub_of, person_in
from app.reports.own import MOST_WEEKS, OwnWeeks
from app.reports.own import to_plain as own_to_plain
from app.reports.team import TeamReport
from app.reports.wire import to_plain
from app.settings.schema import SETTINGS

_SETTLE_S = 0.5


@get("/v1/reports/agents")
async def report_agents(request: HubRequest, team: FromQuery[str] = "") -> dict[str, Any]:
    """A team's figures for calls answered in `from` (included) to `to` (not included), both RFC 3339."""
    hub = hub_of(request)
    # `from` is a keyword and cannot be a parameter's name.
    since, until = (_moment(request.query_params.get(name), name) for name in ("from", "to"))

    def count() -> TeamReport:
        # Who has just sent something wants to see it; behind a crowd the report says how old it is.
        hub.projector.settle(_SETTLE_S)
        report = agents_report(hub.store, person_in(request), team=team, since=since, until=until, now=hub.clock())
        shows_agents = settings_for(hub.store, report.team).get("agent_figures", SETTINGS["agent_figures"].default)
        return report if shows_agents else replace(report, rows=())

    return to_plain(await run_sync(count))


@get("/v1/reports/me")
async def report_me(
    request: HubRequest, weeks: Annotated[int, QueryParameter(ge=1, le=MOST_WEEKS)] = 8
) -> dict[str, Any]:
    """The signed-in person's own counts by week, this week last; for nobody else."""
    hub = hub_of(request)

    def count() -> OwnWeeks:
        hub.projector.settle(_SETTLE_S)
        return weeks_of(hub.store, person_in(request), weeks, hub.clock())

    return own_to_plain(await run_sync(count))


def _moment(text: str | None, name: str) -> datetime:
    try:
        return read_time(text or "")
    except ValueError as error:
        raise Problem(400, f"Give {name} as a time like 2026-01-31T00:00:00Z.") from error


ROUTES = (report_agents, report_me)
