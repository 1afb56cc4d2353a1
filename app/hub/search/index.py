"""The index of names: kept up behind the accounts in the order of their changes, whoever writes them."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, delete, insert, select

from app.domain.account import Account
from app.hub import schema
from app.hub.account_order import settled_before
from app.hub.importing.tables import account_gone
from app.hub.search.tables import account_word
from app.hub.search.words import words_of
from app.hub.store import Store, set_setting, setting

REACHED = "account_words"
"""The setting that holds the position of the newest change that is in the index."""

_A_ROUND = 500


class _Named(msgspec.Struct):
    """What of an account's body is needed."""

    name: str


_decode = msgspec.json.Decoder(_Named).decode


def catch_up(store: Store) -> bool:
    """Takes the next changes of accounts in; whether there may be more."""
    with store.read() as connection:
        reached = int(setting(connection, REACHED, "0"))
        before = settled_before(connection)
        accounts, gone = schema.account, account_gone
        changed = connection.execute(
            select(accounts.c.position, accounts.c.id, accounts.c.body)
            .where(accounts.c.position > reached, accounts.c.position < before)
            .order_by(accounts.c.position)
            .limit(_A_ROUND)
        ).all()
        until = changed[-1].position + 1 if len(changed) == _A_ROUND else before
        removed = connection.execute(
            select(gone.c.position, gone.c.id).where(gone.c.position > reached, gone.c.position < until)
        ).all()
    if not changed and not removed:
        return False
    last = max(row.position for row in (*changed, *removed))
    rows = [
        {"word": word, "account": account.id} for account in changed for word in words_of(_decode(account.body).name)
    ]
    with store.write() as connection:
        store.exclusive(connection, REACHED)
        if int(setting(connection, REACHED, "0")) != reached:
            # Another process was quicker.
            return True
        _forget(connection, [row.id for row in (*changed, *removed)])
        if rows:
            connection.execute(insert(account_word), rows)
        set_setting(connection, REACHED, str(last))
    return len(changed) == _A_ROUND


def with_words(connection: Connection, words: tuple[str, ...], limit: int) -> list[Account]:
    """Accounts in whose name there is a word that begins with each of these; in no certain order."""
    accounts, driver = schema.account, account_word.alias("driver")
    # The longest word leaves the fewest.
    first, *others = sorted(words, key=len, reverse=True)
    query = select(accounts.c.body).join(driver, driver.c.account == accounts.c.id).where(_begins(driver, first))
    for place, word in enumerate(others):
        other = account_word.alias(f"other_{place}")
        found = select(other.c.account).where(other.c.account == driver.c.account, _begins(other, word))
        query = query.where(found.exists())
    bodies = connection.execute(query.limit(4 * limit)).scalars()
    unique = {account.id: account for account in (_whole(body) for body in bodies)}
    return list(unique.values())[:limit]


_whole = msgspec.json.Decoder(Account).decode


def _begins(table: FromClause, word: str) -> ColumnElement[bool]:
    return (table.c.word >= word) & (table.c.word < word + "\U0010ffff")


def _forget(connection: Connection, ids: list[str]) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(delete(account_word).where(account_word.c.account.in_(ids[start : start + 500])))
