"""The accounts: kept whole, found by id or phone number, told as changes to whoever keeps a masked index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, insert, select

from app.domain.account import Account, Detail, mask_name
from app.hub import schema
from app.hub.account_order import FORGOTTEN, first_position, settled_before
from app.hub.account_rows import AccountRow, account_rows, phones_of
from app.hub.credentials import FACTORS_PER_ACCOUNT, note_failure, wait_seconds
from app.hub.errors import Problem
from app.hub.history import with_history
from app.hub.importing.tables import account_gone
from app.hub.store import Store, setting

MAX_CHANGES = 1000

_AT_ONCE = 2000
_decode = msgspec.json.Decoder(Account).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class ChangedAccounts:
    """A page of changes: accounts (INDEX detail), and ids that are `gone`; `more`: ask again at once, from `cursor`."""

    accounts: list[Account]
    gone: list[str]
    cursor: str
    more: bool


def put_accounts(connection: Connection, accounts: Iterable[Account]) -> None:
    """Stores accounts whole, replacing earlier states, each at a new place in the order of changes."""
    given = {account.id: account for account in accounts}
    rows = account_rows(connection)
    ids = list(given)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        known = rows.known(connection, some, ())
        first = first_position(connection)
        put = [
            AccountRow(one.id, one.number, one.revision, position, encode_account(one))
            for position, one in enumerate((given[name] for name in some), first)
        ]
        rows.put(connection, put)
        before = {pair for one in known for pair in phones_of(one.id, one.body)}
        now = {(phone, name) for name in some for phone in given[name].phones}
        rows.put_phones(connection, sorted(before - now), sorted(now - before))
        rows.forget_gone(connection, some)


def accounts_by_phone(store: Store, e164: str) -> list[Account]:
    """Every account on which the number stands, whole, in account number order."""
    accounts, phones = schema.account, schema.account_phone
    with store.read() as connection:
        rows = connection.execute(
            select(accounts.c.body, accounts.c.revision)
            .join(phones, phones.c.account == accounts.c.id)
            .where(phones.c.phone == e164)
        )
        found = sorted(map(account_in, rows), key=lambda account: (len(account.number), account.number))
        return with_history(connection, found)


def account_by_number(store: Store, number: str) -> Account | None:
    """The account with that account number, whole, or None."""
    accounts = schema.account
    with store.read() as connection:
        row = connection.execute(
            select(accounts.c.body, accounts.c.revision).where(accounts.c.number == number)
        ).first()
        return None if row is None else with_history(connection, [account_in(row)])[0]


def account_by_id(store: Store, account_id: str) -> Account | None:
    """One account, whole, or None."""
    accounts = schema.account
    with store.read() as connection:
        row = connection.execute(
            select(accounts.c.body, accounts.c.revision).where(accounts.c.id == account_id)
        ).first()
        return None if row is None else with_history(connection, [account_in(row)])[0]


def changes(store: Store, cursor: str, limit: int) -> ChangedAccounts:
    """What changed after the cursor ("" for everything), oldest first.

    Raises Problem 410 for a cursor of another database, of a later state than this one, or so old that accounts have
    gone since of which nothing is known any more: begin anew.
    """
    size = max(1, min(limit, MAX_CHANGES))
    with store.read() as connection:
        # First of all: what is behind it cannot change any more while the rows are read.
        end = settled_before(connection)
        after = _place(connection, store, cursor, end)
        accounts = _page(connection, schema.account, after, end, size)
        gone = _page(connection, account_gone, after, end, size)
        page = sorted([*accounts, *gone], key=lambda row: int(row.position))[:size]
        reached = int(page[-1].position) if page else after
        changed = with_history(connection, [account_in(row) for row in accounts if row.position <= reached])
    return ChangedAccounts(
        [mask(account) for account in changed],
        [row.id for row in gone if row.position <= reached],
        f"{store.identity}.{reached}",
        len(page) == size,
    )


def account_in(row: Row[*tuple[Any, ...]]) -> Account:
    """The account of a row with `body` and `revision`."""
    account: Account = _decode(row.body)
    # The row's own revision counts: the database raises it where two changes met.
    return account if account.revision == row.revision else replace(account, revision=row.revision)


def encode_account(account: Account) -> str:
    """An account as its row's body."""
    return _encode(account).decode()


def mask(account: Account) -> Account:
    """The account as devices may keep it unopened: no name, no street, no mail address."""
    return replace(account, detail=Detail.INDEX, name=mask_name(account.name), first_name=None, street=None, email=None)


def put_factor(connection: Connection, store: Store, account_id: str, method: str, factor: str) -> None:
    """Keeps what a caller must know, as a keyed hash.

    HMAC under a key that lies outside of the database, not Argon2: a PIN has 10,000 values, which no slow hash
    protects from somebody who has database and key, and without the key the hash tells nothing. What protects a
    PIN is that tries are counted. It also keeps filling hundreds of demo accounts a matter of milliseconds.
    """
    digest = factor_digest(store, account_id, method, factor)
    connection.execute(insert(schema.factor).values(account=account_id, method=method, digest=digest))


def verify(store: Store, account_id: str, method: str, factor: str, now: datetime) -> str:
    """Whether a caller's factor is right: "yes", "no", or "unknown" (none on file, or too many wrong ones lately).

    Raises Problem 404 for an account that is not here. The factor is neither kept nor logged; wrong ones are counted.
    """
    about = store.keyed_hash("factor-tries", account_id)
    given = factor_digest(store, account_id, method, factor)
    # One transaction for looking and counting: tries made at the same moment must not share a place in the limit.
    with store.write() as connection:
        store.exclusive(connection, f"factor {account_id}")
        if connection.execute(select(schema.account.c.id).where(schema.account.c.id == account_id)).first() is None:
            raise Problem(404, "There is no such account.")
        digest = connection.execute(
            select(schema.factor.c.digest).where(
                schema.factor.c.account == account_id, schema.factor.c.method == method
            )
        ).scalar()
        if digest is None or wait_seconds(connection, about, FACTORS_PER_ACCOUNT, now):
            return "unknown"
        if digest == given:
            return "yes"
        note_failure(connection, about, now)
        return "no"


def factor_digest(store: Store, account_id: str, method: str, factor: str) -> bytes:
    """What is kept of a factor: see `put_factor`."""
    return store.keyed_hash("factor", account_id, method, factor.strip().casefold())


def _page(connection: Connection, table: Table, after: int, end: int, size: int) -> Sequence[Row[Any]]:
    wanted = select(table).where(table.c.position > after, table.c.position < end)
    return connection.execute(wanted.order_by(table.c.position).limit(size)).all()


def _place(connection: Connection, store: Store, cursor: str, end: int) -> int:
    if not cursor:
        return 0
    identity, _, position = cursor.partition(".")
    if identity != store.identity or not position.isascii() or not position.isdecimal() or len(position) > 18:
        raise Problem(410, "This cursor is not known here. Begin without one.")
    if int(position) >= end:
        raise Problem(410, "This cursor is ahead of the hub, which was restored. Begin without one.")
    if int(position) < int(setting(connection, FORGOTTEN, "0")):
        raise Problem(410, "This cursor is too old. Begin without one.")
    return int(position)
