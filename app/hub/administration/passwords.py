"""A person's own new password."""

from __future__ import annotations

from sqlalchemy import select, update

from app.hub import schema
from app.hub.administration.messages import Done, PasswordChange
from app.hub.administration.office import Office
from app.hub.administration.standing import set_standing
from app.hub.credentials import SIGN_IN_PER_USER, note_failure, wait_seconds
from app.hub.errors import Problem

SHORTEST = 10
"""Characters of a password. NIST SP 800-63B asks for length, not for kinds of characters, and for no change by date."""


def check_password(password: str, user: str) -> None:
    """Raises Problem 422 for a password that is too short, or is the user name."""
    if len(password) < SHORTEST or password.casefold().strip() == user.casefold():
        raise Problem(422, f"A password has {SHORTEST} characters or more, and is not the user name.")


def change_password(office: Office, person: str, session: str, asked: PasswordChange) -> Done:
    """Sets a person's own password, and ends his other sessions.

    Raises Problem 403 where the old one is wrong, 429 after too many of these, 422 where the new one will not do.
    """
    about = office.store.keyed_hash("password", person)
    with office.store.read() as connection:
        wait = wait_seconds(connection, about, SIGN_IN_PER_USER, office.now)
        row = connection.execute(select(schema.person).where(schema.person.c.id == person)).one()
    if wait:
        raise Problem(429, "Too many wrong passwords. Wait, then try again.", retry_after=wait)
    check_password(asked.new, row.user_name)
    if not office.passwords.fits(asked.old, row.password):
        with office.change() as connection:
            note_failure(connection, about, office.now)
        raise Problem(403, "The password until now is not right.")
    if asked.new == asked.old:
        raise Problem(422, "The new password is the old one. Choose another.")
    hashed = office.passwords.hash(asked.new)
    people = schema.person
    with office.change() as connection:
        # The one that was checked, and not one that an administrator has set meanwhile.
        changed = update(people).where(people.c.id == person, people.c.password == row.password)
        if not connection.execute(changed.values(password=hashed)).rowcount:
            raise Problem(409, "The password was changed meanwhile. Sign in again.")
        set_standing(connection, person, must_change=0)
        ended = office.sign_out(connection, person, but=session)
        office.note(connection, "password-changed", person)
    return Done(ended)
