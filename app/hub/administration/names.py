"""People and teams looked up by what administrators call them, and the rules for new names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from app.domain.person import Role
from app.hub import schema
from app.hub.administration.tables import person_standing, retired_team
from app.hub.errors import Problem

_USER = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")
_TEAM = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
MOST = 200
"""The longest name of a person or team."""


def person_called(connection: Connection, user: str) -> Row[Any]:
    """A person by user name; raises Problem 404."""
    row = connection.execute(select(schema.person).where(schema.person.c.user_name == user.casefold())).first()
    if row is None:
        raise Problem(404, "There is no such user.")
    return row


def check_user_name(user: str) -> str:
    """The user name as it is kept; raises Problem 422."""
    if not _USER.fullmatch(user.casefold()):
        raise Problem(422, "A user name is 1 to 64 characters without blanks.")
    return user.casefold()


def check_name(name: str) -> str:
    """A person's or team's name as it is kept; raises Problem 422."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > MOST or not tidy.isprintable():
        raise Problem(422, f"A name is 1 to {MOST} printable characters.")
    return tidy


def check_new_team(team: str) -> str:
    """The id of a team to be added; raises Problem 422."""
    if not _TEAM.fullmatch(team):
        raise Problem(422, "A team's id is 1 to 64 small letters, digits, dots, dashes and underscores.")
    return team


def team_called(connection: Connection, team: str) -> Row[Any]:
    """A team by id; raises Problem 404."""
    row = connection.execute(select(schema.team).where(schema.team.c.id == team)).first()
    if row is None:
        raise Problem(404, "There is no such team. Create it first.")
    return row


def open_team(connection: Connection, team: str) -> str:
    """The id of a team into which people can be put; raises Problem 404, or 409 for a retired one."""
    found = team_called(connection, team)
    if connection.execute(select(retired_team).where(retired_team.c.team == found.id)).first() is not None:
        raise Problem(409, "This team is retired. Choose another.")
    return str(found.id)


def check_roles(connection: Connection, roles: Iterable[Role], leads: Iterable[str]) -> tuple[str, str]:
    """Roles and led teams as they are kept; raises Problem 422 where they do not go together, 404 for no such team."""
    wanted, led = sorted(set(roles), key=list(Role).index), sorted(set(leads))
    if not wanted:
        raise Problem(422, "Give at least one role: agent, lead, trainer, approver or admin.")
    if led and Role.LEAD not in wanted:
        raise Problem(422, "Who leads a team needs the role lead.")
    return " ".join(wanted), " ".join(str(team_called(connection, team).id) for team in led)


def check_an_admin_stays(connection: Connection) -> None:
    """Raises Problem 409 where nobody is left who may administer; the caller's transaction is then undone."""
    people = schema.person
    rows = connection.execute(
        select(people.c.roles)
        .outerjoin(person_standing, person_standing.c.person == people.c.id)
        .where(person_standing.c.disabled_at.is_(None))
    )
    if not any(Role.ADMIN.value in roles.split() for roles in rows.scalars()):
        raise Problem(409, "This would leave nobody with the role admin. Give it to somebody else first.")
