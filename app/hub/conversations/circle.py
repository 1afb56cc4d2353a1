"""Who belongs to a conversation: the agents of a team, and those who lead it. Whoever is disabled does not."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.domain.person import Person, Role
from app.hub import schema
from app.hub.administration.tables import person_standing
from app.hub.conversations.wire import Member, TeamShown
from app.hub.people import person_of, team_name

_DISABLED = select(person_standing.c.person).where(person_standing.c.disabled_at.is_not(None))


def agents_of(connection: Connection, team: str) -> list[Person]:
    """The agents of a team who can sign in, by name."""
    people = schema.person
    rows = connection.execute(select(people).where(people.c.team == team, people.c.id.not_in(_DISABLED)))
    return _by_name(person for row in rows if (person := person_of(row)).may(Role.AGENT))


def leads_of(connection: Connection, team: str) -> list[Person]:
    """Those who lead a team and can sign in, by name."""
    people = schema.person
    # Few people lead anything; whom exactly is in a text of several ids.
    rows = connection.execute(select(people).where(people.c.teams != "", people.c.id.not_in(_DISABLED)))
    everyone = [person_of(row) for row in rows]
    return _by_name(person for person in everyone if person.may(Role.LEAD) and team in person.teams)


def teams_led(connection: Connection, lead: Person) -> list[TeamShown]:
    """The teams that somebody leads, with their agents."""
    return [
        TeamShown(
            team,
            team_name(connection, team) or team,
            [Member(agent.id, agent.display_name) for agent in agents_of(connection, team) if agent.id != lead.id],
        )
        for team in lead.teams
    ]


def _by_name(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (person.display_name.casefold(), person.id))
