"""People: who there is, added, disabled, given roles, moved between teams."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, func, insert, select, update
from uuid_utils import uuid7

from app.domain.person import Person, Role
from app.hub import schema
from app.hub.administration.messages import (
    Done,
    Membership,
    Nothing,
    OneTime,
    UserMove,
    UserNamed,
    UserNew,
    UserRoles,
    Users,
    UserShown,
)
from app.hub.administration.names import (
    check_an_admin_stays,
    check_name,
    check_roles,
    check_user_name,
    open_team,
    person_called,
)
from app.hub.administration.office import Office
from app.hub.administration.standing import set_standing
from app.hub.administration.tables import person_standing, team_membership
from app.hub.demo_sign_ins import new_password
from app.hub.errors import Problem
from app.hub.moment import from_micros, to_micros
from app.hub.people import add_person


def list_users(office: Office, _: Nothing) -> Users:
    """Everybody, with the teams over time."""
    people = schema.person
    with office.store.read() as connection:
        rows = connection.execute(
            select(people, person_standing.c.disabled_at, person_standing.c.must_change)
            .outerjoin(person_standing, person_standing.c.person == people.c.id)
            .order_by(people.c.user_name)
        ).all()
        moves: dict[str, list[Membership]] = defaultdict(list)
        for move in connection.execute(select(team_membership).order_by(team_membership.c.since)):
            moves[move.person].append(Membership(move.team, from_micros(move.since) if move.since else None))
    return Users(
        [
            UserShown(
                id=row.id,
                user=row.user_name,
                name=row.display_name,
                first_name=row.first_name,
                team=row.team,
                roles=row.roles.split(),
                leads=row.teams.split(),
                disabled_at=None if row.disabled_at is None else from_micros(row.disabled_at),
                must_change=bool(row.must_change),
                teams=moves.get(row.id) or [Membership(row.team, None)],
            )
            for row in rows
        ]
    )


def create_user(office: Office, asked: UserNew) -> OneTime:
    """Adds a person with a one-time password; raises Problem 409 for a user name that is taken."""
    password = "" if asked.company else new_password()
    hashed = office.passwords.hash(password) if password else ""
    with office.change() as connection:
        insert_user(connection, office, asked, hashed)
    return OneTime(check_user_name(asked.user), password)


def insert_user(connection: Connection, office: Office, asked: UserNew, hashed: str) -> None:
    """Adds a person within the caller's transaction; `hashed` "": no password opens anything."""
    user = check_user_name(asked.user)
    taken = select(schema.person.c.id).where(schema.person.c.user_name == user)
    if connection.execute(taken).first() is not None:
        raise Problem(409, "This user name is taken.")
    roles, leads = check_roles(connection, asked.roles, asked.leads)
    person = Person(
        id=str(uuid7()),
        display_name=check_name(asked.name),
        first_name=check_name(asked.first_name),
        team=open_team(connection, asked.team),
        roles=tuple(Role(role) for role in roles.split()),
        teams=tuple(leads.split()),
    )
    add_person(connection, person, user, hashed)
    set_standing(connection, person.id, must_change=1 if hashed else 0)
    office.note(connection, "user-created", person.id, roles)


def disable_user(office: Office, asked: UserNamed) -> Done:
    """Ends a person's sessions at once and lets him open none; what he recorded before still comes in."""
    with office.change() as connection:
        person = person_called(connection, asked.user)
        set_standing(connection, person.id, disabled_at=office.micros)
        check_an_admin_stays(connection)
        ended = office.sign_out(connection, person.id)
        office.note(connection, "user-disabled", person.id)
    return Done(ended)


def enable_user(office: Office, asked: UserNamed) -> Done:
    """Lets a person sign in again."""
    with office.change() as connection:
        person = person_called(connection, asked.user)
        set_standing(connection, person.id, disabled_at=None)
        office.note(connection, "user-enabled", person.id)
    return Done()


def reset_password(office: Office, asked: UserNamed) -> OneTime:
    """Gives a person a one-time password and ends his sessions."""
    password = new_password()
    hashed = office.passwords.hash(password)
    with office.change() as connection:
        person = person_called(connection, asked.user)
        connection.execute(update(schema.person).where(schema.person.c.id == person.id).values(password=hashed))
        set_standing(connection, person.id, must_change=1)
        ended = office.sign_out(connection, person.id)
        office.note(connection, "password-reset", person.id)
    return OneTime(person.user_name, password, ended)


def set_roles(office: Office, asked: UserRoles) -> Done:
    """Sets what a person may do; where that takes something away, his sessions end at once."""
    with office.change() as connection:
        person = person_called(connection, asked.user)
        roles, leads = check_roles(connection, asked.roles, asked.leads)
        return Done(give_roles(connection, office, person.id, roles, leads))


def give_roles(connection: Connection, office: Office, person: str, roles: str, leads: str) -> int:
    """The same within the caller's transaction, with what was checked; how many sessions ended."""
    people = schema.person
    before = connection.execute(select(people.c.roles, people.c.teams).where(people.c.id == person)).one()
    connection.execute(update(people).where(people.c.id == person).values(roles=roles, teams=leads))
    check_an_admin_stays(connection)
    loses = set(before.roles.split()) - set(roles.split()) or set(before.teams.split()) - set(leads.split())
    office.note(connection, "user-roles", person, f"{roles}; leads {leads or 'none'}")
    return office.sign_out(connection, person) if loses else 0


def move_user(office: Office, asked: UserMove) -> Done:
    """Puts a person into another team from a time on.

    What was recorded stays with the team in which it was. A session keeps its team: the new one begins with the next
    sign-in, or at once with `sign_out`. Raises Problem 409 for a time that is not after the last move's.
    """
    with office.change() as connection:
        person = person_called(connection, asked.user)
        team = open_team(connection, asked.team)
        since = office.micros if asked.since is None else to_micros(asked.since)
        change_team(connection, office, person.id, team, since)
        ended = office.sign_out(connection, person.id) if asked.sign_out and since <= office.micros else 0
    return Done(ended)


def change_team(connection: Connection, office: Office, person: str, team: str, since: int) -> None:
    """The same within the caller's transaction."""
    people, moves = schema.person, team_membership
    last = connection.execute(select(func.max(moves.c.since)).where(moves.c.person == person)).scalar()
    if last is None:
        now_in = connection.execute(select(people.c.team).where(people.c.id == person)).scalar_one()
        connection.execute(insert(moves).values(person=person, since=0, team=now_in, done=1))
    elif since <= last:
        raise Problem(409, "This person was moved at that time or later. Give a time after the last move.")
    is_now = since <= office.micros
    connection.execute(insert(moves).values(person=person, since=since, team=team, done=int(is_now)))
    if is_now:
        connection.execute(update(people).where(people.c.id == person).values(team=team))
    office.note(connection, "user-moved", person, f"{team} from {from_micros(since).isoformat()}")
