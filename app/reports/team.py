"""The team lead's table: one row per agent, and the team's total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.event import Event, EventType
from app.reports.brief import CALL_COUNTS, TEAM, Counts
from app.reports.fold import CallFigures, corrected_away
from app.reports.links import Links, linked_name
from app.reports.parts import fold_part, fold_whole, parts_of
from app.reports.rate import Rate, rate


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent's figures, or the team's.

    `agent` is the person's id (empty in the total), `name` what is shown. `extend_rate` is extended of calls,
    `opportunity_rate` opportunities with an extend of opportunities, `accept_rate` accepted of extended,
    `success_rate` calls with a save or an upsell of calls.

    In a call that was transferred, an accept stands in the row of who extended the offer (`handed_on` counts such
    calls), and its points and success in the row of who closed it (`closed_for_others`). In the total both are the
    calls in which one agent extended and another closed.
    """

    agent: str
    name: str
    calls: int
    short_calls: int
    opportunities: int
    extended: int
    accepted: int
    successes: int
    points: int
    extend_rate: Rate
    opportunity_rate: Rate
    accept_rate: Rate
    success_rate: Rate
    handed_on: int = 0
    closed_for_others: int = 0


@dataclass(frozen=True, slots=True)
class TeamReport:
    """A team's figures for calls answered from `since` up to, not including, `until` (both aware).

    `rows` are in order of name. A call that two agents handled stands in both their rows and once in `total`, so a
    column need not add up. `as_of`: what the hub had received by then is counted.
    """

    team: str
    team_name: str
    since: datetime
    until: datetime
    as_of: datetime
    rows: tuple[AgentRow, ...]
    total: AgentRow


def team_report(
    *,
    team: str,
    team_name: str,
    agents: Mapping[str, str],
    events: Iterable[tuple[str, Event]],
    since: datetime,
    until: datetime,
    as_of: datetime,
) -> TeamReport:
    """Counts a team.

    `agents` maps the ids of the team's people to the names shown; each gets a row, also without a call. `events` are
    pairs of the acting person's id and the event: all events of the calls that were answered in the period.
    """
    pairs = list(events)
    corrected = corrected_away(event for _, event in pairs)
    links = Links[str]()
    for _, event in pairs:
        if event.type is EventType.CALL_TRANSFERRED and (linked := linked_name(event.data)):
            links.join(event.subject, linked)
    by_call: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    for person, event in pairs:
        if event.id not in corrected:
            by_call[links.first(event.subject)].append((person, event))
    by_agent: dict[str, list[CallFigures]] = defaultdict(list)
    whole: list[CallFigures] = []
    for call in by_call.values():
        parts = parts_of(call)
        whole.append(fold_whole(parts.values()))
        for person, part in parts.items():
            by_agent[person].append(fold_part(part))
    names = {**{person: person for person in by_agent}, **agents}
    rows = [
        _row(person, name, by_agent[person])
        for person, name in sorted(names.items(), key=lambda item: (item[1].casefold(), item[0]))
    ]
    total = _row("", team_name, whole)
    return TeamReport(team, team_name, since, until, as_of, tuple(rows), total)


def report_of_sums(
    *,
    team: str,
    team_name: str,
    agents: Mapping[str, str],
    sums: Mapping[str, Counts],
    since: datetime,
    until: datetime,
    as_of: datetime,
) -> TeamReport:
    """The same report out of sums (`app.reports.brief.CALL_COUNTS`) by person's id, `TEAM` for the team's own."""
    nothing = (0,) * len(CALL_COUNTS)
    names = {**{person: person for person in sums if person != TEAM}, **agents}
    rows = [
        _row_of_sums(person, name, sums.get(person, nothing))
        for person, name in sorted(names.items(), key=lambda item: (item[1].casefold(), item[0]))
    ]
    total = _row_of_sums("", team_name, sums.get(TEAM, nothing))
    return TeamReport(team, team_name, since, until, as_of, tuple(rows), total)


def _row_of_sums(agent: str, name: str, counts: Counts) -> AgentRow:
    calls, short, opportunities, opportunities_extended, extended, accepted, successes, points, handed, closed = counts
    return AgentRow(
        agent=agent,
        name=name,
        calls=calls,
        short_calls=short,
        opportunities=opportunities,
        extended=extended,
        accepted=accepted,
        successes=successes,
        points=points,
        extend_rate=rate(extended, calls),
        opportunity_rate=rate(opportunities_extended, opportunities),
        accept_rate=rate(accepted, extended),
        success_rate=rate(successes, calls),
        handed_on=handed,
        closed_for_others=closed,
    )


def _row(agent: str, name: str, figures: Sequence[CallFigures]) -> AgentRow:
    calls = [call for call in figures if call.counted]
    opportunities = [call for call in calls if call.opportunity]
    return _row_of_sums(
        agent,
        name,
        (
            len(calls),
            sum(call.short for call in calls),
            len(opportunities),
            sum(call.extended for call in opportunities),
            sum(call.extended for call in calls),
            sum(call.accepted for call in calls),
            sum(call.success for call in calls),
            sum(call.points for call in calls),
            sum(call.handed_on for call in calls),
            sum(call.closed_for_others for call in calls),
        ),
    )
