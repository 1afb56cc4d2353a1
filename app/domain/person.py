"""Who uses Cuecard: agents, team leads, trainers, and their signed-in sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do. A lead sees own teams only."""

    AGENT = "agent"
    LEAD = "lead"
    TRAINER = "trainer"
    APPROVER = "approver"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Cuecard as the hub knows him.

    `id` is stable for life; `display_name` is what the window shows ("Ana R."), `first_name` what scripts speak.
    `teams` are the ids of the teams that a lead leads; an agent is in `team`.
    """

    id: str
    display_name: str
    first_name: str
    team: str
    roles: tuple[Role, ...]
    teams: tuple[str, ...] = ()

    def may(self, role: Role) -> bool:
        """Whether this person has the role."""
        return role in self.roles


@dataclass(frozen=True, slots=True)
class AgentSession:
    """One signed-in stretch of one person on one device, issued by the hub; every event carries its id.

    What is true of the site comes with it: `site_region` (ISO 3166), `currency` (ISO 4217), the `company` that scripts
    speak for, the `policy` that counts while no account is known, and the site's IANA `timezone`.
    """

    id: str
    person: Person
    device_id: str
    team_name: str
    site_region: str
    currency: str
    signed_in_at: datetime
    expires_at: datetime
    company: str = ""
    policy: str = "uk"
    timezone: str = "Europe/London"
