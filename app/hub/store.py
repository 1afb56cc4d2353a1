"""The hub's database: opened, checked, and handed out one transaction at a time."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, update
from sqlalchemy.engine import make_url

from app.hub import schema
from app.hub.errors import StoreMismatch

_KEY_BYTES = 32


class Store:
    """The hub's database.

    SQLite now: WAL with `synchronous=FULL` (an answered event survives a power cut), `BEGIN IMMEDIATE` for every write
    (two writers wait for each other instead of failing half-way). Threads may share a store.

    Attributes: `identity`, random per database, part of every cursor; `key`, for keyed hashes, kept outside of the
    database so that a copy of the database alone tells no factor.
    """

    def __init__(self, url: str, key: bytes | None = None) -> None:
        """Opens or creates the database; raises StoreMismatch for one of a newer program or of another key.

        Without `key` it is read from, or made in, the file beside the SQLite database (same name and `.key`).
        """
        self._engine = _engine(url)
        # One process writes to a SQLite file: threads queue here in order instead of polling the file's lock.
        self._writing = threading.Lock() if self._engine.dialect.name == "sqlite" else nullcontext()
        try:
            self.key = key if key is not None else _key_beside(url)
            schema.metadata.create_all(self._engine)
            with self.write() as connection:
                self.identity = _settled(connection, "identity", secrets.token_hex(8))
                version = _settled(connection, "schema_version", str(schema.VERSION))
                fingerprint = _settled(connection, "key_fingerprint", self.keyed_hash("fingerprint").hex())
            if int(version) > schema.VERSION:
                raise StoreMismatch("This hub database was made by a newer version of Cuecard. Install that version.")
            if not hmac.compare_digest(fingerprint, self.keyed_hash("fingerprint").hex()):
                raise StoreMismatch(
                    "The key file beside the hub database belongs to another database. Put the right one back."
                )
        except BaseException:
            self._engine.dispose()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; never waits for a writer."""
        with self._engine.connect().execution_options(cuecard_read=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, durable once the block was left without an error; rolled back otherwise."""
        with self._writing, self._engine.begin() as connection:
            yield connection

    def keyed_hash(self, *parts: str) -> bytes:
        """HMAC-SHA-256 of the parts under the store's key."""
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, text, hashlib.sha256).digest()

    def close(self) -> None:
        """Frees the connections; SQLite folds its log back into the file."""
        self._engine.dispose()


def setting(connection: Connection, name: str, default: str = "") -> str:
    """One of the store's settings."""
    found = connection.execute(select(schema.setting.c.value).where(schema.setting.c.name == name)).scalar()
    return default if found is None else str(found)


def set_setting(connection: Connection, name: str, value: str) -> None:
    """Sets one of the store's settings."""
    changed = connection.execute(update(schema.setting).where(schema.setting.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(schema.setting).values(name=name, value=value))


def _settled(connection: Connection, name: str, first: str) -> str:
    found = setting(connection, name)
    if not found:
        set_setting(connection, name, first)
    return found or first


def _engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True, insertmanyvalues_page_size=2000)
    if engine.dialect.name != "sqlite":
        engine.dispose()
        raise StoreMismatch(
            "This version keeps the hub's data in SQLite only. Give a URL like sqlite:////folder/hub.sqlite."
        )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver would open transactions by itself, and too late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("cuecard_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _key_beside(url: str) -> bytes:
    database = make_url(url).database
    if not database or database == ":memory:":
        return secrets.token_bytes(_KEY_BYTES)
    path = Path(database + ".key")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
