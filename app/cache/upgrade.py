"""Bringing a store to this version: copied first, the copy checked, then changed in one transaction.

The copy is encrypted with the same key (`VACUUM INTO`), lies beside the store as `<store>.version-N` and is kept one
deep: the next upgrade replaces it. Without a good copy nothing is changed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, update

from app.cache import schema
from app.cache.errors import StoreError, StoreFull
from app.cache.migrations import migrate

_WHAT_COUNTS = (
    "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM outbox WHERE state <> 1), "
    "(SELECT count(*) FROM drafts), (SELECT group_concat(key || value) FROM (SELECT * FROM meta ORDER BY key))"
)
_NOT_COPIED = "The local store could not be copied before it is brought to this version, so it was left as it is. "


def copy_before(path: Path, version: int, connect: Callable[[Path], sqlite3.Connection]) -> Path:
    """Copies the store of that version; the copy. Raises StoreFull or StoreError, and then there is no new copy.

    `connect` opens a file with the store's key.
    """
    copy = path.with_name(f"{path.name}.version-{version}")
    fresh = copy.with_name(copy.name + ".new")
    _remove(fresh)
    try:
        _vacuum_into(path, fresh, connect)
    except sqlcipher.Error as error:
        _remove(fresh)
        if "full" in str(error):
            raise StoreFull(_NOT_COPIED + "Free some space on the disk and start Cuecard again.") from None
        raise StoreError(_NOT_COPIED + "Check the disk, then start Cuecard again.") from None
    _make_durable(fresh)
    fresh.replace(copy)
    for older in path.parent.glob(f"{path.name}.version-*"):
        if older != copy:
            _remove(older)
    return copy


def upgrade(connection: Connection, version: int) -> None:
    """Runs the steps from that version on, within the caller's transaction."""
    migrate(connection, version)
    changed = update(schema.meta).where(schema.meta.c.key == "version").values(value=str(schema.VERSION))
    connection.execute(changed)


def _vacuum_into(path: Path, fresh: Path, connect: Callable[[Path], sqlite3.Connection]) -> None:
    original = connect(path)
    try:
        original.execute("VACUUM INTO ?", (str(fresh),))
        copied = connect(fresh)
        try:
            sound = copied.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
            same = copied.execute(_WHAT_COUNTS).fetchall() == original.execute(_WHAT_COUNTS).fetchall()
        finally:
            copied.close()
    finally:
        original.close()
    if not (sound and same):
        raise sqlcipher.DatabaseError("the copy is not what was copied")


def _make_durable(file: Path) -> None:
    file.chmod(0o600)
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(file: Path) -> None:
    for each in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        each.unlink(missing_ok=True)
