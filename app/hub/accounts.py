"""The accounts: kept whole, found by id or phone number, told as changes to whoever keeps a masked index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, text

from app.domain.account import Account, Detail, mask_name
from app.hub import schema
from app.hub.credentials import FACTORS_PER_ACCOUNT, note_failure, wait_seconds
from app.hub.errors import Problem
from app.hub.history import with_history
from app.hub.store import Store

MAX_CHANGES = 1000

_decode = msgspec.json.Decoder(Account).decode


@dataclass(frozen=True, slots=True)
class ChangedAccounts:
    """A page of changed accounts (INDEX detail); `more`: ask again at once, from `cursor`."""

    accounts: list[Account]
    cursor: str
    more: bool


def put_accounts(connection: Connection, accounts: Iterable[Account]) -> None:
    """Stores accounts whole, replacing earlier states, each at a new place in the order of changes."""
    kept = list(accounts)
    if connection.dialect.name == "postgresql":
        # Places become visible in their order: a reader's cursor can pass none that is still to come.
        connection.execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))
    ids = [account.id for account in kept]
    last = connection.execute(select(func.max(schema.account.c.position))).scalar() or 0
    for table, column in (
        (schema.account, schema.account.c.id),
        (schema.account_phone, schema.account_phone.c.account),
    ):
        for start in range(0, len(ids), 500):
            connection.execute(delete(table).where(column.in_(ids[start : start + 500])))
    rows = [
        {
            "id": account.id,
            "number": account.number,
            "revision": account.revision,
            "position": last + place,
            "body": msgspec.json.encode(account).decode(),
        }
        for place, account in enumerate(kept, 1)
    ]
    phones = [{"phone": phone, "account": account.id} for account in kept for phone in account.phones]
    if rows:
        connection.execute(insert(schema.account), rows)
    if phones:
        connection.execute(insert(schema.account_phone), phones)


def accounts_by_phone(store: Store, e164: str) -> list[Account]:
    """Every account on which the number stands, whole, in account number order."""
    accounts, phones = schema.account, schema.account_phone
    with store.read() as connection:
        bodies = connection.execute(
            select(accounts.c.body).join(phones, phones.c.account == accounts.c.id).where(phones.c.phone == e164)
        ).scalars()
        found = sorted((_decode(body) for body in bodies), key=lambda account: (len(account.number), account.number))
        return with_history(connection, found)


def account_by_id(store: Store, account_id: str) -> Account | None:
    """One account, whole, or None."""
    with store.read() as connection:
        body = connection.execute(select(schema.account.c.body).where(schema.account.c.id == account_id)).scalar()
        return None if body is None else with_history(connection, [_decode(body)])[0]


def changes(store: Store, cursor: str, limit: int) -> ChangedAccounts:
    """What changed after the cursor ("" for everything), oldest first.

    Raises Problem 410 for a cursor of another database or of a later state than this one: begin anew.
    """
    with store.read() as connection:
        last = connection.execute(select(func.max(schema.account.c.position))).scalar() or 0
        after = _place(store, cursor, last)
        rows = connection.execute(
            select(schema.account.c.position, schema.account.c.body)
            .where(schema.account.c.position > after)
            .order_by(schema.account.c.position)
            .limit(max(1, min(limit, MAX_CHANGES)))
        ).all()
        remembered = with_history(connection, [_decode(row.body) for row in rows])
    reached = rows[-1].position if rows else after
    masked = [mask(account) for account in remembered]
    return ChangedAccounts(masked, f"{store.identity}.{reached}", reached < last)


def mask(account: Account) -> Account:
    """The account as devices may keep it unopened: no name, no street, no mail address."""
    return replace(account, detail=Detail.INDEX, name=mask_name(account.name), first_name=None, street=None, email=None)


def put_factor(connection: Connection, store: Store, account_id: str, method: str, factor: str) -> None:
    """Keeps what a caller must know, as a keyed hash.

    HMAC under a key that lies outside of the database, not Argon2: a PIN has 10,000 values, which no slow hash
    protects from somebody who has database and key, and without the key the hash tells nothing. What protects a
    PIN is that tries are counted. It also keeps filling hundreds of demo accounts a matter of milliseconds.
    """
    digest = _factor_digest(store, account_id, method, factor)
    connection.execute(insert(schema.factor).values(account=account_id, method=method, digest=digest))


def verify(store: Store, account_id: str, method: str, factor: str, now: datetime) -> str:
    """Whether a caller's factor is right: "yes", "no", or "unknown" (none on file, or too many wrong ones lately).

    Raises Problem 404 for an account that is not here. The factor is neither kept nor logged; wrong ones are counted.
    """
    about = store.keyed_hash("factor-tries", account_id)
    given = _factor_digest(store, account_id, method, factor)
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


def _factor_digest(store: Store, account_id: str, method: str, factor: str) -> bytes:
    return store.keyed_hash("factor", account_id, method, factor.strip().casefold())


def _place(store: Store, cursor: str, last: int) -> int:
    if not cursor:
        return 0
    identity, _, place = cursor.partition(".")
    if identity != store.identity or not place.isascii() or not place.isdecimal() or len(place) > 18:
        raise Problem(410, "This cursor is not known here. Begin without one.")
    if int(place) > last:
        raise Problem(410, "This cursor is ahead of the hub, which was restored. Begin without one.")
    return int(place)
