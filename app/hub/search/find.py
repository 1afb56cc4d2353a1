"""The search itself: what was typed is a phone number, an account number, or words of a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from app.domain.account import Account
from app.domain.phone import read_number
from app.hub import schema
from app.hub.accounts import mask
from app.hub.audit import audit
from app.hub.errors import Problem
from app.hub.people import Credential
from app.hub.search.index import with_words
from app.hub.search.words import words_of
from app.hub.store import Store, setting

MOST = 10
LEAST = 3
_PHONE_DIGITS = 6
_MOST_WORDS = 4

_decode = msgspec.json.Decoder(Account).decode


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """Who was found, masked; `by` is phone, number or name."""

    accounts: list[Account]
    by: str


def find_accounts(store: Store, text: str, who: Credential, now: datetime) -> FoundAccounts:
    """At most ten accounts. Who searched, how, and how many were found is in the audit trail; what for is not.

    Raises Problem 400 for less than three letters or digits.
    """
    wanted = " ".join(text.split())
    if sum(sign.isalnum() for sign in wanted) < LEAST:
        raise Problem(400, f"Search for at least {LEAST} letters or digits.")
    with store.read() as connection:
        found = _find(connection, wanted)
    with store.write() as connection:
        session = who.session
        audit(
            connection,
            store.key,
            now,
            "accounts-searched",
            person=session.person.id,
            device=session.device_id,
            about=found.by,
            detail=str(len(found.accounts)),
        )
    return found


def _find(connection: Connection, wanted: str) -> FoundAccounts:
    by_phone = _by_phone(connection, wanted)
    if by_phone:
        return FoundAccounts(_masked(by_phone), "phone")
    accounts = schema.account
    number = connection.execute(
        select(accounts.c.body).where(accounts.c.number.in_([wanted, wanted.replace(" ", "").upper()]))
    ).scalars()
    by_number = [_decode(body) for body in number]
    if by_number:
        return FoundAccounts(_masked(by_number), "number")
    words = tuple(word for word in words_of(wanted) if len(word) > 1)[:_MOST_WORDS]
    if not words or max(map(len, words)) < LEAST:
        return FoundAccounts([], "name")
    return FoundAccounts(_masked(with_words(connection, words, MOST)), "name")


def _by_phone(connection: Connection, wanted: str) -> list[Account]:
    if sum(sign.isdigit() for sign in wanted) < _PHONE_DIGITS or any(sign.isalpha() for sign in wanted):
        return []
    e164 = read_number(wanted, setting(connection, "site_region", "GB")).e164
    if e164 is None:
        return []
    accounts, phones = schema.account, schema.account_phone
    bodies = connection.execute(
        select(accounts.c.body)
        .join(phones, phones.c.account == accounts.c.id)
        .where(phones.c.phone == e164)
        .limit(MOST)
    ).scalars()
    return [_decode(body) for body in bodies]


def _masked(accounts: list[Account]) -> list[Account]:
    return [mask(account) for account in sorted(accounts, key=lambda one: (len(one.number), one.number))]
