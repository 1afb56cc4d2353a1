"""The first administrator of an empty hub: made on the machine itself, or by a code that the hub says once."""

from __future__ import annotations

import hmac

from sqlalchemy import Connection, delete, insert, select

from app.domain.person import Role
from app.hub import schema
from app.hub.administration.messages import Done, SetUp, UserNew
from app.hub.administration.names import check_name, check_new_team
from app.hub.administration.office import Office
from app.hub.administration.passwords import check_password
from app.hub.administration.standing import set_standing
from app.hub.administration.users import insert_user
from app.hub.credentials import SIGN_IN_PER_USER, note_failure, wait_seconds
from app.hub.demo_sign_ins import new_password
from app.hub.errors import Problem
from app.hub.store import Store, set_setting, setting

_CODE = "setup_code"


def has_people(connection: Connection) -> bool:
    """Whether anybody can sign in to this hub."""
    return connection.execute(select(schema.person.c.id).limit(1)).first() is not None


def offer_setup(store: Store) -> str | None:
    """A new code for an empty hub, kept as a keyed hash; earlier ones no longer hold. None where there are people."""
    code = new_password()
    with store.write() as connection:
        store.exclusive(connection, "administration")
        if has_people(connection):
            connection.execute(delete(schema.setting).where(schema.setting.c.name == _CODE))
            return None
        set_setting(connection, _CODE, store.keyed_hash("setup", code).hex())
    return code


def set_up(office: Office, asked: SetUp) -> Done:
    """Makes the first administrator by the code.

    Raises Problem 404 for a hub that has people, 403 for a wrong code, 429 after too many of these.
    """
    store, about = office.store, office.store.keyed_hash("setup-tries")
    # Hashed before the code is looked at, but never for a hub that is set up: nobody keeps it busy by this.
    with store.read() as connection:
        wait = wait_seconds(connection, about, SIGN_IN_PER_USER, office.now)
        kept = setting(connection, _CODE)
        if has_people(connection) or not kept:
            raise Problem(404, "This hub is set up. Ask its administrator for a sign-in.")
    if wait:
        raise Problem(429, "Too many wrong codes. Wait, then try again.", retry_after=wait)
    given = store.keyed_hash("setup", asked.code.strip().casefold()).hex()
    if not hmac.compare_digest(given, kept):
        with store.write() as connection:
            note_failure(connection, about, office.now)
        raise Problem(403, "The code is not right. The hub prints it at its start; a new start gives a new one.")
    return create_first(office, asked)


def create_first(office: Office, asked: SetUp) -> Done:
    """Makes the first administrator, and his team, without a code; raises Problem 409 for a hub that has people."""
    check_password(asked.password, asked.user)
    hashed = office.passwords.hash(asked.password)
    with office.change() as connection:
        if has_people(connection):
            raise Problem(409, "This hub has people already. Sign in as an administrator, or use cuecard admin user.")
        team = check_new_team(asked.team)
        if connection.execute(select(schema.team.c.id).where(schema.team.c.id == team)).first() is None:
            connection.execute(insert(schema.team).values(id=team, name=check_name(asked.team_name)))
        new = UserNew(asked.user, asked.name, asked.first_name, team, [Role.ADMIN])
        insert_user(connection, office, new, hashed)
        first = connection.execute(select(schema.person.c.id)).scalar_one()
        set_standing(connection, first, must_change=0)
        connection.execute(delete(schema.setting).where(schema.setting.c.name == _CODE))
    return Done()
