"""Accounts that a full file no longer has: taken away in small steps, and told to every cache.

Of each a line stays for 90 days, by which caches learn of it; a cursor older than that begins anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, exists, func, select, update

from app.hub import schema
from app.hub.account_order import FORGOTTEN, first_position
from app.hub.account_rows import KnownAccount, account_rows
from app.hub.errors import Problem
from app.hub.importing import tables
from app.hub.importing.given import Progress
from app.hub.moment import to_micros
from app.hub.store import Store, set_setting, setting

MOST_SHARE = 0.1
"""How many of all accounts one file may take away unasked."""

GONE_KEPT = timedelta(days=90)

_AT_ONCE = 500
_SEEN_AT_ONCE = 5000


def check(store: Store, about: Progress, allow_removal: bool) -> None:
    """Raises Problem 409 where a full file would take away what it probably should not."""
    if allow_removal:
        return
    if about.counts.lost:
        raise Problem(
            409,
            f"{about.counts.lost} rows could not be told to be anybody's, so nobody can say whose account is gone."
            " Mend them, or allow the removal.",
        )
    with store.read() as connection:
        everyone = connection.execute(select(func.count()).select_from(schema.account)).scalar_one()
        leaving = connection.execute(select(func.count()).select_from(_unseen(about.number).subquery())).scalar_one()
    if leaving > everyone * MOST_SHARE:
        raise Problem(
            409,
            f"{leaving} of {everyone} accounts are not in the file, more than a tenth. Nothing was taken away."
            " Is the file whole? If it is, allow the removal.",
        )


def take_away(store: Store, now: datetime, about: Progress) -> None:
    """Takes away the accounts that the import did not meet; a trial only counts them."""
    imports, run = tables.account_import, about.number
    if about.is_trial:
        with store.write() as connection:
            leaving = connection.execute(select(func.count()).select_from(_unseen(run).subquery())).scalar_one()
            connection.execute(update(imports).where(imports.c.number == run).values(gone=leaving))
        return
    last = ""
    while ids := _next_unseen(store, run, last):
        last = ids[-1]
        with store.write() as connection:
            store.exclusive(connection, "accounts in")
            leaving_now = account_rows(connection).known(connection, ids, ())
            remove(connection, leaving_now, now)
            connection.execute(
                update(imports).where(imports.c.number == run).values(gone=imports.c.gone + len(leaving_now))
            )


def remove(connection: Connection, leaving: list[KnownAccount], now: datetime) -> None:
    """Takes accounts away within the caller's transaction, so that caches hear of it."""
    account_rows(connection).remove(connection, leaving, first_position(connection), to_micros(now))


def forget_seen(store: Store, run: int) -> None:
    """Forgets which accounts an import has met, a few thousand at a time."""
    seen = tables.account_import_seen
    while True:
        with store.write() as connection:
            some = select(seen.c.account).where(seen.c.run == run).order_by(seen.c.account).limit(_SEEN_AT_ONCE)
            last = connection.execute(select(func.max(some.subquery().c.account))).scalar()
            if last is None:
                return
            connection.execute(delete(seen).where(seen.c.run == run, seen.c.account <= last))


def forget_old(store: Store, now: datetime) -> None:
    """Forgets which accounts went long ago; cursors from before that are too old from then on."""
    gone = tables.account_gone
    old = gone.c.gone_at < to_micros(now - GONE_KEPT)
    with store.write() as connection:
        newest = connection.execute(select(func.max(gone.c.position)).where(old)).scalar()
        if newest is None:
            return
        set_setting(connection, FORGOTTEN, str(max(newest, int(setting(connection, FORGOTTEN, "0")))))
        connection.execute(delete(gone).where(old))


def _next_unseen(store: Store, run: int, last: str) -> list[str]:
    # Looked for outside of the writer's turn: between two that are gone may lie a million that are not.
    unseen = _unseen(run).where(schema.account.c.id > last).order_by(schema.account.c.id).limit(_AT_ONCE)
    with store.read() as connection:
        return [row.id for row in connection.execute(unseen)]


def _unseen(run: int) -> Select[tuple[str]]:
    seen = tables.account_import_seen
    is_seen = exists().where(seen.c.run == run, seen.c.account == schema.account.c.id)
    return select(schema.account.c.id).where(~is_seen)
