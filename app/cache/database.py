"""The SQLCipher file: making it, opening it, transactions, and its errors in our words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from app.cache import schema
from app.cache.errors import StoreBusy, StoreClosed, StoreError, StoreForeign, StoreFull, StoreTooNew, StoreUnreadable
from app.cache.turns import WriteTurns
from app.cache.upgrade import copy_before, upgrade

KEY_BYTES = 32
DAMAGED = ".damaged"
"""What is appended to the store's name for the mark that it was found damaged while it was in use."""

_BUSY_SECONDS = 5.0
_BEGIN_OPTION = "cuecard_begin"


class Database:
    """An open store file: connections, and transactions of three kinds.

    Attributes: `path`. Every method may be called from any thread.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._turns = WriteTurns()
        self._engine = _engine(path, key)
        self._reading = self._engine.execution_options(**{_BEGIN_OPTION: "BEGIN"})
        self._closed = False

    @classmethod
    def open(cls, path: Path, key: bytes, device_id: str) -> Database:
        """Opens the file, or makes it where there is none.

        `key` is 32 raw bytes; `device_id` is written into a new file and must be that of an old one. A file of an
        older version is copied and brought to this one. Raises StoreUnreadable where the key does not fit or the file
        is damaged: it is then left as it was, bit for bit. (`app.cache.opening` looks closer, and salvages.)
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a store key has {KEY_BYTES} bytes")
        if not path.exists():
            create(path, key, device_id)
        _probe(path, key)
        database = cls(path, key)
        try:
            version = database._check(device_id)
            if version < schema.VERSION:
                database._upgrade(version, key)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction for what a person is waiting for; committed durably when the block ends."""
        with self._turns.urgent(), self._transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def write_later(self) -> Iterator[Connection]:
        """A transaction of background work, after those that a person waits for; keep it short."""
        with self._turns.patient(), self._transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the store; never waits for a writer (WAL)."""
        with self._transaction(self._reading) as connection:
            yield connection

    def checkpoint(self) -> None:
        """Moves what is in the write-ahead log into the file, without keeping anyone waiting."""
        with self._translated():
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                raw.close()

    def close(self) -> None:
        """Frees everything; a second call does nothing."""
        self._closed = True
        self._engine.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        if self._closed:
            raise StoreClosed("The local store is closed; start Cuecard again.")
        with self._translated(), engine.begin() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # Without its cause: SQLAlchemy's text quotes the values that were being written.
            raise self._noted(store_error(error.orig)) from None
        except sqlcipher.Error as error:
            raise self._noted(store_error(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            # SQLCipher checks the first page of a long value, and may give wrong bytes of the others.
            raise self._noted(store_error("malformed")) from None

    def _noted(self, error: StoreError) -> StoreError:
        """Leaves a mark for the next start where the file turned out to be damaged: it then looks closer."""
        if isinstance(error, StoreUnreadable):
            with suppress(OSError):
                self.path.with_name(self.path.name + DAMAGED).touch(mode=0o600)
        return error

    def _upgrade(self, version: int, key: bytes) -> None:
        copy_before(self.path, version, partial(connect, key=key))
        with self.write() as connection:
            # Another process may have been faster.
            found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == "version")).scalar_one()
            if int(found) < schema.VERSION:
                upgrade(connection, int(found))

    def _check(self, device_id: str) -> int:
        """The file's version."""
        with self.read() as connection:
            found: dict[str, str] = {row.key: row.value for row in connection.execute(schema.meta.select())}
        if not found.get("version", "").isdigit():
            raise StoreUnreadable("The local store is damaged. It was kept as it is; ask your administrator.")
        if int(found["version"]) > schema.VERSION:
            raise StoreTooNew("The local store was written by a newer Cuecard; install that version or a later one.")
        if found.get("device_id") != device_id:
            raise StoreForeign("The local store belongs to another device; it was kept as it is.")
        return int(found["version"])


def store_error(error: object) -> StoreError:
    """What the database said, as a sentence for the agent (never with values or paths in it)."""
    text = str(error)
    if "full" in text:
        return StoreFull("The disk is full, so nothing was recorded. Free some space and press the key again.")
    if "locked" in text or "busy" in text:
        return StoreBusy("Another Cuecard is using the local store. Close it and press the key again.")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return StoreUnreadable(
            "The local store cannot be read: its key does not fit, or the file is damaged. It was kept as it is."
        )
    if "closed" in text:
        return StoreClosed("The local store is closed; start Cuecard again.")
    return StoreError("The local store could not be written, so nothing was recorded. Try again; check the disk.")


def _engine(path: Path, key: bytes) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(str(path), key),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        pool_use_lifo=True,
        query_cache_size=200,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver begins nothing by itself (isolation_level None). A writer takes the lock at once, so that it
        # can never find at its first write that another one was faster.
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN_OPTION, "BEGIN IMMEDIATE"))

    return engine


def connect(path: Path, key: bytes) -> sqlite3.Connection:
    """A raw connection to a store file; raises the driver's errors."""
    return _connect(str(path), key)


def connect_untouched(path: Path, key: bytes) -> sqlite3.Connection:
    """A raw connection that reads the file as if nothing could change it, without its log, and leaves it as it is."""
    return _connect(f"{path.resolve().as_uri()}?immutable=1", key, uri=True)


def connect_plainly(path: Path, key: bytes) -> sqlite3.Connection:
    """A raw connection with nothing set but the key."""
    return _connect(f"{path.resolve().as_uri()}?mode=rw", key, uri=True)


def _connect(target: str, key: bytes, *, uri: bool = False) -> sqlite3.Connection:
    connection: Any = sqlcipher.connect(
        target, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri, cached_statements=256
    )
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if not uri:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
    opened: sqlite3.Connection = connection
    return opened


def _probe(path: Path, key: bytes) -> None:
    """Tries the key without touching anything.

    A plain open would be no test: with a wrong key, closing it moves the write-ahead log into the file and deletes
    the log. An immutable one reads the first page of the file and nothing else.
    """
    unreadable = StoreUnreadable(
        "The local store cannot be read: its key does not fit, or the file is damaged. It was kept as it is."
    )
    # SQLite takes an empty file for a new database. We never leave one behind, so it is a damaged one.
    if path.stat().st_size == 0:
        raise unreadable
    try:
        connection = connect_untouched(path, key)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        finally:
            connection.close()
    except sqlcipher.Error as error:
        # A kill while the log was being moved leaves a file that is whole only together with its log: its first page
        # may count more pages than there are yet. A wrong key is told apart from that.
        if "not a database" in str(error) or not _has_log(path):
            raise unreadable from None


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def create(
    path: Path, key: bytes, device_id: str, next_sequence: int = 1, fill: Callable[[Connection], None] | None = None
) -> None:
    """Makes a new file, replacing one that is there; `fill` may put rows into it.

    It is made whole under another name first: a kill in the middle leaves what was there rather than half of a file.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    for leftover in (fresh, fresh.with_name(fresh.name + "-wal"), fresh.with_name(fresh.name + "-shm")):
        leftover.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    engine = _engine(fresh, key)
    try:
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            connection.execute(
                insert(schema.meta),
                [
                    {"key": "version", "value": str(schema.VERSION)},
                    {"key": "device_id", "value": device_id},
                    {"key": "next_sequence", "value": str(next_sequence)},
                ],
            )
            if fill is not None:
                fill(connection)
    except DBAPIError as error:
        raise store_error(error.orig) from None
    finally:
        engine.dispose()
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
