"""What the team lead's room shows and asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it is made of: `numerator` of `denominator`, Wilson 95 % interval as shares 0..1.

    `low` and `high` are None when the denominator is 0.
    """

    numerator: int
    denominator: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent's row. `word` is above, same, below or "" (too few calls), against the team.

    `handed_on` are calls in which another agent closed what this one extended, `closed_for_others` the other way round.
    """

    agent: str
    name: str
    calls: int
    extended: int
    accepted: int
    extend_rate: Rate
    accept_rate: Rate
    success_rate: Rate
    points: int
    word: str
    handed_on: int = 0
    closed_for_others: int = 0


@dataclass(frozen=True, slots=True)
class LeadView:
    """The lead's table. `busy` while loading; `problem` a sentence when it could not be had."""

    team: str = ""
    teams: tuple[tuple[str, str], ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    as_of: datetime | None = None
    timezone: str = ""
    lines: tuple[AgentLine, ...] = ()
    total: AgentLine | None = None
    busy: bool = False
    problem: str = ""
    who: str = ""


class LeadDesk(Protocol):
    """The lead's side: `view` now, `on_change` told of each new one."""

    view: LeadView

    def show(self, first_day: date, last_day: date, team: str = "") -> None:
        """Loads the report of these days (site's local days, both included)."""

    def export_csv(self) -> str:
        """The table shown, as CSV text with the definitions."""
