"""Teams: added, renamed, retired, led."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, insert, select, update

from app.domain.person import Role
from app.hub import schema
from app.hub.administration.messages import Done, Nothing, TeamLeads, TeamNamed, TeamNew, Teams, TeamShown
from app.hub.administration.names import check_name, check_new_team, check_roles, open_team, person_called, team_called
from app.hub.administration.office import Office
from app.hub.administration.tables import person_standing, retired_team, team_membership
from app.hub.administration.users import give_roles
from app.hub.errors import Problem
from app.hub.moment import from_micros


def list_teams(office: Office, _: Nothing) -> Teams:
    """All teams, retired ones too. Disabled people do not count."""
    team, people = schema.team, schema.person
    with office.store.read() as connection:
        rows = connection.execute(
            select(team, retired_team.c.retired_at)
            .outerjoin(retired_team, retired_team.c.team == team.c.id)
            .order_by(team.c.id)
        ).all()
        members: dict[str, int] = defaultdict(int)
        leads: dict[str, list[str]] = defaultdict(list)
        for person in connection.execute(
            select(people)
            .outerjoin(person_standing, person_standing.c.person == people.c.id)
            .where(person_standing.c.disabled_at.is_(None))
            .order_by(people.c.user_name)
        ):
            members[person.team] += 1
            for led in person.teams.split():
                leads[led].append(person.user_name)
    return Teams(
        [
            TeamShown(
                row.id,
                row.name,
                members[row.id],
                leads[row.id],
                None if row.retired_at is None else from_micros(row.retired_at),
            )
            for row in rows
        ]
    )


def create_team(office: Office, asked: TeamNew) -> Done:
    """Adds a team; raises Problem 409 where its id is taken."""
    with office.change() as connection:
        team, name = check_new_team(asked.team), check_name(asked.name)
        if connection.execute(select(schema.team.c.id).where(schema.team.c.id == team)).first() is not None:
            raise Problem(409, "There is a team with this id, perhaps a retired one.")
        connection.execute(insert(schema.team).values(id=team, name=name))
        office.note(connection, "team-created", team)
    return Done()


def rename_team(office: Office, asked: TeamNew) -> Done:
    """Gives a team another name; its id stays."""
    with office.change() as connection:
        team = team_called(connection, asked.team)
        connection.execute(update(schema.team).where(schema.team.c.id == team.id).values(name=check_name(asked.name)))
        office.note(connection, "team-renamed", team.id)
    return Done()


def retire_team(office: Office, asked: TeamNamed) -> Done:
    """Lets nobody be put into a team any more; raises Problem 409 while people are in it, or will be.

    Who leads it goes on seeing what was recorded for it.
    """
    people, moves = schema.person, team_membership
    with office.change() as connection:
        team = open_team(connection, asked.team)
        inside = connection.execute(select(func.count()).select_from(people).where(people.c.team == team)).scalar_one()
        coming = select(func.count()).select_from(moves).where(moves.c.team == team, moves.c.done == 0)
        if inside or connection.execute(coming).scalar_one():
            raise Problem(409, "There are people in this team, disabled ones too, or on their way. Move them first.")
        connection.execute(insert(retired_team).values(team=team, retired_at=office.micros))
        office.note(connection, "team-retired", team)
    return Done()


def set_leads(office: Office, asked: TeamLeads) -> Done:
    """Says who leads a team. Who is new gets the role lead; who no longer does has to sign in again."""
    people = schema.person
    with office.change() as connection:
        team = str(team_called(connection, asked.team).id)
        wanted = {person_called(connection, user).id for user in asked.leads}
        ended = 0
        for person in connection.execute(select(people).order_by(people.c.id)).all():
            led = set(person.teams.split())
            should = led | {team} if person.id in wanted else led - {team}
            if should == led:
                continue
            held = {Role(role) for role in person.roles.split()}
            roles, leads = check_roles(connection, held | ({Role.LEAD} if should else set()), should)
            ended += give_roles(connection, office, person.id, roles, leads)
    return Done(ended)
