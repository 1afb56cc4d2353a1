"""Whose phone is whose: from the names that phone systems use to people."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.hub import schema
from app.hub.audit import audit
from app.hub.phones.errors import PhoneSetupError
from app.hub.phones.tables import phone_extension
from app.hub.store import Store

_LONGEST = 128


def names_of(agent: str) -> tuple[str, ...]:
    """The names under which a phone may be registered, the most exact first.

    "PJSIP/1001" is also "1001", "sip:1001@pbx.example.com" is also "1001@pbx.example.com" and "1001", "client:ana" is
    also "ana".
    """
    whole = agent.strip().casefold()
    names = [whole]
    technology, slash, rest = whole.partition("/")
    if slash and technology.isalnum():
        names.append(rest)
    scheme, colon, rest = whole.partition(":")
    if colon and scheme in ("sip", "sips", "client", "tel"):
        address = rest.partition(";")[0]
        names += [address, address.partition("@")[0]]
    return tuple(dict.fromkeys(name for name in names if name))


def extensions(store: Store) -> dict[str, str]:
    """Person by phone, under the names as registered."""
    with store.read() as connection:
        rows = connection.execute(select(phone_extension).order_by(phone_extension.c.extension)).all()
    return {row.extension: row.person for row in rows}


def person_of(known: Mapping[str, str], *agents: str) -> str:
    """Whose phone this is, "" for nobody's."""
    found = (known[name] for agent in agents for name in names_of(agent) if name in known)
    return next(found, "")


def assign(store: Store, now: datetime, pairs: Mapping[str, str]) -> None:
    """Says whose phones these are (user name by extension; "" takes it away); all or nothing.

    Raises PhoneSetupError for a user who does not exist.
    """
    with store.write() as connection:
        people = connection.execute(select(schema.person.c.user_name, schema.person.c.id))
        users: dict[str, str] = {row.user_name: row.id for row in people}
        unknown = sorted(user for user in pairs.values() if user and user.casefold() not in users)
        if unknown:
            raise PhoneSetupError(f"Nobody has the user name {unknown[0]!r}. Nothing was changed.")
        for given, user in pairs.items():
            extension = given.strip().casefold()
            if not extension or len(extension) > _LONGEST:
                raise PhoneSetupError(f"An extension has 1 to {_LONGEST} characters. Nothing was changed.")
            connection.execute(delete(phone_extension).where(phone_extension.c.extension == extension))
            person = users[user.casefold()] if user else ""
            if person:
                connection.execute(insert(phone_extension).values(extension=extension, person=person))
            # Not the extension: it may be somebody's own number or address.
            what = "assigned" if person else "taken away"
            audit(connection, store.key, now, "phone-agent", person=person, device="", about="", detail=what)


def read_pairs(text: str) -> dict[str, str]:
    """Lines "extension,user" of a file; a first line that says so is passed over. Raises PhoneSetupError."""
    pairs: dict[str, str] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[0].casefold() == "extension"):
            continue
        if len(cells) != 2 or not cells[0]:
            raise PhoneSetupError(f"Line {number} is not of the form: extension,user")
        if cells[0].casefold() in pairs:
            raise PhoneSetupError(f"Line {number} names an extension that was named before.")
        pairs[cells[0].casefold()] = cells[1]
    return pairs
