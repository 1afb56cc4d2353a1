"""Imports: begun once for a file, taken in chunks that each count once, ended; at any time a kill may come between.

A chunk is one transaction: accounts, phone numbers, factors, what is wrong with its rows and the chunk's own row. Sent
again it is answered and changes nothing. A trial does all of it but for the accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from app.hub.errors import Problem
from app.hub.importing import removal, tables
from app.hub.importing.given import Counts, Fault, GivenRow, Progress
from app.hub.importing.progress import MOST_FAULTS, counts_of, faults_in, keep_faults, progress_in
from app.hub.importing.taking import Taking
from app.hub.moment import to_micros
from app.hub.store import Store

CHUNK_ROWS = 1000
"""Rows of a chunk: some 40 ms of a writer's time, so that events need not wait for longer."""

_LOCK = "accounts in"


def begin(
    store: Store,
    now: datetime,
    *,
    fingerprint: str,
    person: str,
    is_full: bool,
    is_trial: bool,
    chunk_rows: int = CHUNK_ROWS,
) -> Progress:
    """Begins an import, or goes on with the one that was begun with the same fingerprint and has not ended."""
    table = tables.account_import
    with store.write() as connection:
        store.exclusive(connection, _LOCK)
        known = connection.execute(
            select(table.c.number).where(
                table.c.fingerprint == fingerprint,
                table.c.is_full == int(is_full),
                table.c.is_trial == int(is_trial),
                table.c.finished_at.is_(None),
            )
        ).scalar()
        if known is not None:
            return progress_in(connection, known)
        number = (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1
        connection.execute(
            insert(table).values(
                number=number,
                fingerprint=fingerprint,
                is_full=int(is_full),
                is_trial=int(is_trial),
                chunk_rows=chunk_rows,
                person=person,
                begun_at=to_micros(now),
                gone=0,
            )
        )
        return progress_in(connection, number)


def take(store: Store, now: datetime, run: int, chunk: int, digest: bytes, rows: Sequence[GivenRow]) -> Counts:
    """Takes a chunk and answers after the commit; the same chunk again gives the same answer.

    Raises Problem 404 for an import that is not here, 409 for one that has ended or a chunk that was another one.
    """
    with store.write() as connection:
        store.exclusive(connection, _LOCK)
        table = tables.account_import_chunk
        known = connection.execute(select(table).where(table.c.run == run, table.c.number == chunk)).first()
        if known is not None:
            if known.digest != digest:
                raise Problem(409, "This chunk was taken before with other rows. Begin a new import.")
            return counts_of(known)
        is_trial = _is_trial(connection, run)
        counts, faults = Taking(store, connection, now, run, is_trial=is_trial).take(rows)
        connection.execute(
            insert(table).values(
                run=run,
                number=chunk,
                digest=digest,
                fresh=counts.fresh,
                changed=counts.changed,
                unchanged=counts.unchanged,
                bad=counts.bad,
                lost=counts.lost,
            )
        )
        keep_faults(connection, run, faults)
        return counts


def finish(store: Store, now: datetime, run: int, chunks: int, *, allow_removal: bool = False) -> Progress:
    """Ends an import of so many chunks; a full one takes away the accounts that it did not meet.

    Raises Problem 409 where chunks are missing, where more than a tenth of the accounts would go, or where rows could
    not be told to be anybody's, unless `allow_removal`. Done again it changes nothing more.
    """
    with store.read() as connection:
        about = progress_in(connection, run)
    if about.finished_at is not None:
        return about
    if about.chunks != chunks or about.next_chunk != chunks + 1:
        raise Problem(409, f"The import is not complete: chunk {about.next_chunk} is missing.")
    if about.is_full:
        removal.check(store, about, allow_removal)
        removal.take_away(store, now, about)
    removal.forget_seen(store, run)
    removal.forget_old(store, now)
    with store.write() as connection:
        table = tables.account_import
        connection.execute(
            update(table).where(table.c.number == run, table.c.finished_at.is_(None)).values(finished_at=to_micros(now))
        )
        return progress_in(connection, run)


def progress(store: Store, run: int) -> Progress:
    """How far an import is; raises Problem 404."""
    with store.read() as connection:
        return progress_in(connection, run)


def faults_of(store: Store, run: int, after: int = 0, limit: int = MOST_FAULTS) -> list[Fault]:
    """What is wrong with which row, in order of rows after a given one; raises Problem 404."""
    with store.read() as connection:
        progress_in(connection, run)
        return faults_in(connection, run, after, limit)


def _is_trial(connection: Connection, run: int) -> bool:
    table = tables.account_import
    about = connection.execute(select(table.c.is_trial, table.c.finished_at).where(table.c.number == run)).first()
    if about is None:
        raise Problem(404, "There is no such import.")
    if about.finished_at is not None:
        raise Problem(409, "This import has ended. Begin a new one.")
    return bool(about.is_trial)
