"""The cached accounts: a masked index of everyone, and the whole record of those opened lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.cache.schema import account_phones, accounts, microseconds
from app.domain.account import Account, Detail, mask_name

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Account)

_columns = (accounts.c.masked, accounts.c.opened)
_by_phone = (
    select(*_columns)
    .join(account_phones, account_phones.c.account == accounts.c.id)
    .where(account_phones.c.e164 == bindparam("e164"))
    .order_by(accounts.c.number)
)
_by_id = select(*_columns).where(accounts.c.id == bindparam("wanted"))
_by_number = select(*_columns).where(accounts.c.number == bindparam("number"))
_known = select(accounts.c.id, accounts.c.revision, accounts.c.opened_us, *_columns).where(
    accounts.c.id.in_(bindparam("ids", expanding=True))
)
_forget_phones = delete(account_phones).where(account_phones.c.account == bindparam("wanted"))
_remove = delete(accounts).where(accounts.c.id == bindparam("wanted"))
_add_phone = upsert(account_phones).on_conflict_do_nothing()
_keep = upsert(accounts)
_keep = _keep.on_conflict_do_update(
    index_elements=[accounts.c.id],
    set_={name: _keep.excluded[name] for name in ("number", "revision", "masked", "opened", "opened_us")},
)


def by_phone(connection: Connection, e164: str) -> tuple[Account, ...]:
    """Accounts on which the number stands, by account number."""
    return tuple(_account(row) for row in connection.execute(_by_phone, {"e164": e164}))


def by_id(connection: Connection, account_id: str) -> Account | None:
    """One account, or None."""
    row = connection.execute(_by_id, {"wanted": account_id}).one_or_none()
    return None if row is None else _account(row)


def by_number(connection: Connection, number: str) -> tuple[Account, ...]:
    """The account with this account number, as the customer says it."""
    return tuple(_account(row) for row in connection.execute(_by_number, {"number": number}))


def keep(connection: Connection, given: Sequence[Account], at: datetime) -> None:
    """Caches accounts. An older revision than the one kept changes nothing but adds the name where it was opened."""
    latest = {account.id: account for account in given}
    known = {row.id: row for row in connection.execute(_known, {"ids": list(latest)})}
    rows, phones, moved = [], [], []
    for account in latest.values():
        old = known.get(account.id)
        row = _merged(account, old, at)
        rows.append(row)
        if old is not None and old.revision > account.revision:
            continue
        if old is not None:
            moved.append({"wanted": account.id})
        phones += [{"e164": e164, "account": account.id} for e164 in account.phones]
    if rows:
        connection.execute(_keep, rows)
    if moved:
        connection.execute(_forget_phones, moved)
    if phones:
        connection.execute(_add_phone, phones)


def purge_opened(connection: Connection, before: datetime) -> int:
    """Reduces records opened before that time to what the index knows; how many."""
    statement = update(accounts).where(accounts.c.opened_us < microseconds(before))
    return connection.execute(statement.values(opened=None, opened_us=None)).rowcount


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Deletes accounts that the CRM no longer has, with their phone numbers; ids unknown here are ignored."""
    wanted = [{"wanted": account_id} for account_id in ids]
    connection.execute(_forget_phones, wanted)
    connection.execute(_remove, wanted)


def forget(connection: Connection) -> None:
    """Deletes every cached account."""
    connection.execute(delete(account_phones))
    connection.execute(delete(accounts))


def masked(account: Account) -> Account:
    """The account as the index keeps it: no name, no street, no address to write to."""
    if account.detail is Detail.INDEX:
        return account
    return replace(account, detail=Detail.INDEX, name=mask_name(account.name), first_name=None, street=None, email=None)


def _merged(account: Account, old: Row[*tuple[Any, ...]] | None, at: datetime) -> dict[str, object]:
    """The newest facts, and the whole record where this or the kept one is whole."""
    newest, opened, opened_us = account, None, None
    if account.detail is Detail.FULL:
        opened, opened_us = account, microseconds(at)
    if old is not None:
        if old.revision > account.revision:
            newest = _decoder.decode(old.masked)
        if opened is None and old.opened is not None:
            opened, opened_us = _decoder.decode(old.opened), old.opened_us
    whole = None if opened is None else _named_like(newest, opened)
    return {
        "id": newest.id,
        "number": newest.number,
        "revision": newest.revision,
        "masked": _encoder.encode(masked(newest)),
        "opened": None if whole is None else _encoder.encode(whole),
        "opened_us": opened_us,
    }


def _named_like(newest: Account, whole: Account) -> Account:
    return replace(
        newest,
        detail=Detail.FULL,
        name=whole.name,
        first_name=whole.first_name,
        street=whole.street,
        email=whole.email,
    )


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    return _decoder.decode(row.masked if row.opened is None else row.opened)


def account_batches(given: Sequence[Account], size: int) -> Iterable[Sequence[Account]]:
    """The accounts in pieces small enough that nobody waits for one."""
    for start in range(0, len(given), size):
        yield given[start : start + size]
