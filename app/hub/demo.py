"""The demo: Northline, a made-up British telecom company with its customers, teams and people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from app.domain.person import Person, Role
from app.hub import schema
from app.hub.accounts import put_accounts, put_factor
from app.hub.credentials import Passwords
from app.hub.demo_accounts import demo_customers
from app.hub.demo_sign_ins import DemoSignIns, SignIn, keep_sign_ins, new_password, read_sign_ins
from app.hub.people import add_person
from app.hub.store import Store, set_setting, setting

TEAMS = {"blue": "Blue", "green": "Green"}

_FILLED = "demo_filled"

PEOPLE: tuple[tuple[str, Person], ...] = (
    ("ana", Person("person-ana", "Ana R.", "Ana", "blue", (Role.AGENT,))),
    ("ira", Person("person-ira", "Ira M.", "Ira", "blue", (Role.AGENT,))),
    ("cy", Person("person-cy", "Cy D.", "Cy", "blue", (Role.AGENT,))),
    ("bo", Person("person-bo", "Bo K.", "Bo", "blue", (Role.AGENT,))),
    ("sam", Person("person-sam", "Sam O.", "Sam", "blue", (Role.LEAD,), ("blue",))),
    ("noor", Person("person-noor", "Noor B.", "Noor", "green", (Role.AGENT,))),
    ("joel", Person("person-joel", "Joel T.", "Joel", "green", (Role.AGENT,))),
    ("mia", Person("person-mia", "Mia W.", "Mia", "green", (Role.LEAD,), ("green",))),
)


def fill_demo(
    store: Store, passwords: Passwords, sign_ins_file: Path, *, now: datetime, seed: int = 1, accounts: int = 300
) -> DemoSignIns:
    """Fills an empty store and gives back everyone's sign-in; doing it again changes nothing.

    Passwords are drawn at the first fill and kept in `sign_ins_file`; where that file was lost, new ones are set.
    Times in the accounts are relative to `now` at the first fill.
    """
    kept = read_sign_ins(sign_ins_file)
    with store.read() as connection:
        filled = bool(setting(connection, _FILLED))
    if filled and kept is not None:
        return kept
    sign_ins = kept or _draw()
    hashes = {sign_in.user: passwords.hash(sign_in.password) for sign_in in sign_ins.people}
    # The file first: passwords that are in the store and nowhere else would open nothing.
    keep_sign_ins(sign_ins_file, sign_ins)
    with store.write() as connection:
        if filled:
            _set_passwords(connection, hashes)
        else:
            _fill(connection, store, hashes, now=now, seed=seed, accounts=accounts)
    return sign_ins


def _fill(
    connection: Connection, store: Store, hashes: dict[str, str], *, now: datetime, seed: int, accounts: int
) -> None:
    if connection.execute(select(schema.person.c.id).limit(1)).first() is not None:
        # A hub with people of its own is no demo.
        return
    customers = demo_customers(seed, now, accounts)
    put_accounts(connection, [customer.account for customer in customers])
    for customer in customers:
        for method, factor in customer.factors.items():
            put_factor(connection, store, customer.account.id, method, factor)
    connection.execute(insert(schema.team), [{"id": team, "name": name} for team, name in TEAMS.items()])
    for user, person in PEOPLE:
        add_person(connection, person, user, hashes[user])
    for name, value in (
        ("site_name", "Northline"),
        ("site_region", "GB"),
        ("site_currency", "GBP"),
        (_FILLED, str(seed)),
    ):
        set_setting(connection, name, value)


def _set_passwords(connection: Connection, hashes: dict[str, str]) -> None:
    people = schema.person
    for user, hashed in hashes.items():
        connection.execute(update(people).where(people.c.user_name == user).values(password=hashed))


def _draw() -> DemoSignIns:
    return DemoSignIns(
        tuple(
            SignIn(
                user=user,
                password=new_password(),
                role="lead" if person.may(Role.LEAD) else "agent",
                display_name=person.display_name,
                team=TEAMS[person.team],
            )
            for user, person in PEOPLE
        )
    )
