"""People by the list: read from CSV, checked line by line, taken as often as wanted with the same end."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from app.domain.person import Role
from app.hub import schema
from app.hub.administration.messages import OneTime, Roster, RosterRow, RosterTaken, RowProblem, UserNew
from app.hub.administration.names import check_name, check_roles, check_user_name, open_team
from app.hub.administration.office import Office
from app.hub.administration.tables import team_membership
from app.hub.administration.users import change_team, give_roles, insert_user
from app.hub.demo_sign_ins import new_password
from app.hub.errors import HubError, Problem

_COLUMNS = {"user": "user", "name": "name", "first name": "first_name", "team": "team", "roles": "roles"}
_LEADS = "leads"


class UnreadableList(HubError):
    """The file is no list of people; the text says what it lacks."""


def read_roster(content: bytes) -> list[RosterRow]:
    """The lines of a CSV file with a header: user, name, first name, team, roles and, where wanted, leads.

    Comma, semicolon or tab; UTF-8. Roles, and the teams somebody leads, have blanks between. Raises UnreadableList.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableList("The list is not UTF-8. Save it as CSV in UTF-8.") from error
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        titles = {" ".join((name or "").casefold().replace("_", " ").split()): name for name in reader.fieldnames or ()}
        if missing := [name for name in _COLUMNS if name not in titles]:
            raise UnreadableList(f"The list lacks the column {missing[0]!r}. It needs: {', '.join(_COLUMNS)}.")
        rows = []
        for line in reader:
            if any(isinstance(value, str) and value.strip() for value in line.values()):
                facts = {field: (line[titles[title]] or "").strip() for title, field in _COLUMNS.items()}
                leads = (line[titles[_LEADS]] or "").strip() if _LEADS in titles else None
                rows.append(RosterRow(line=reader.line_num, leads=leads, **facts))
        return rows
    except csv.Error as error:
        raise UnreadableList(f"The list cannot be read near line {reader.line_num}: it is no CSV.") from error


@dataclass(frozen=True, slots=True)
class _Wanted:
    user: str
    name: str
    first_name: str
    team: str
    roles: str
    leads: str | None


def take_roster(office: Office, asked: Roster) -> RosterTaken:
    """Adds who is new, with a one-time password each, and brings the others to what the list says.

    Lines that are bad are told and left out; the rest is taken in one transaction. Nobody is taken away. The same list
    again changes nothing.
    """
    with office.store.read() as connection:
        known = set(connection.execute(select(schema.person.c.user_name)).scalars())
    fresh = {row.user.casefold() for row in asked.rows} - known
    # Before the transaction: a hundred slow hashes shall not keep the database.
    passwords = {} if asked.dry_run else {user: new_password() for user in sorted(fresh)}
    hashed = {user: office.passwords.hash(password) for user, password in passwords.items()}
    taken = RosterTaken([], [], [], [], [])
    seen: set[str] = set()
    with office.change() as connection:
        for row in asked.rows:
            try:
                wanted = _checked(connection, row)
                if wanted.user in seen:
                    raise Problem(422, "This user stands in the list before.")
                seen.add(wanted.user)
                _take(connection, office, row.line, wanted, hashed, taken, asked.dry_run)
            except Problem as problem:
                taken.bad.append(RowProblem(row.line, problem.detail))
    added = {row.user.casefold() for row in asked.rows if row.line in taken.added}
    taken.passwords.extend(OneTime(user, password) for user, password in passwords.items() if user in added)
    return taken


def _checked(connection: Connection, row: RosterRow) -> _Wanted:
    known = {role.value for role in Role}
    named = row.roles.casefold().replace(";", " ").replace(",", " ").split()
    if wrong := [role for role in named if role not in known]:
        place = named.index(wrong[0]) + 1
        raise Problem(422, f"Role {place} is none: it is agent, lead, trainer, approver or admin.")
    team = open_team(connection, row.team)
    led = None if row.leads is None else row.leads.replace(";", " ").replace(",", " ").split()
    roles, leads = check_roles(connection, [Role(role) for role in named], led or [])
    return _Wanted(
        check_user_name(row.user),
        check_name(row.name),
        check_name(row.first_name),
        team,
        roles,
        None if led is None else leads,
    )


def _take(
    connection: Connection,
    office: Office,
    line: int,
    wanted: _Wanted,
    hashed: dict[str, str],
    taken: RosterTaken,
    dry_run: bool,
) -> None:
    people = schema.person
    known = connection.execute(select(people).where(people.c.user_name == wanted.user)).first()
    if known is None:
        if not dry_run:
            roles = [Role(role) for role in wanted.roles.split()]
            leads = (wanted.leads or "").split()
            new = UserNew(wanted.user, wanted.name, wanted.first_name, wanted.team, roles, leads)
            insert_user(connection, office, new, hashed[wanted.user])
        taken.added.append(line)
        return
    leads_wanted = known.teams if wanted.leads is None else wanted.leads
    if leads_wanted and Role.LEAD.value not in wanted.roles.split():
        raise Problem(422, "Who leads a team needs the role lead.")
    names = (wanted.name, wanted.first_name)
    rights = (wanted.roles, leads_wanted)
    is_renamed = (known.display_name, known.first_name) != names
    has_other_rights = (known.roles, known.teams) != rights
    is_moved = _last_team(connection, known.id, known.team) != wanted.team
    if not (is_renamed or has_other_rights or is_moved):
        taken.unchanged.append(line)
        return
    if not dry_run:
        # A line is taken whole or not at all, although the others of the list go on.
        with connection.begin_nested():
            if is_renamed:
                changed = update(people).where(people.c.id == known.id)
                connection.execute(changed.values(display_name=wanted.name, first_name=wanted.first_name))
                office.note(connection, "user-renamed", known.id)
            if has_other_rights:
                give_roles(connection, office, known.id, *rights)
            if is_moved:
                change_team(connection, office, known.id, wanted.team, office.micros)
    taken.changed.append(line)


def _last_team(connection: Connection, person: str, now_in: str) -> str:
    """Where a person is, or will be by a move that lies ahead."""
    moves = team_membership
    last = select(moves.c.team).where(moves.c.person == person).order_by(moves.c.since.desc()).limit(1)
    return connection.execute(last).scalar() or now_in
