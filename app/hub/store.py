"""The hub's database: opened, checked, brought to the newest version, handed out one transaction at a time."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, func, insert, inspect, select, text, update

from app.hub import migrations, schema
from app.hub.account_order import WITHIN, newest_position
from app.hub.audit import seal
from app.hub.engine import open_engine, sqlite_file
from app.hub.errors import StoreMismatch

_KEY_BYTES = 32


class Store:
    """The hub's database: SQLite (one process) or PostgreSQL (any number of them). Threads may share a store.

    Attributes: `identity`, random per database, part of every cursor; `key`, for keyed hashes, kept outside of the
    database so that a copy of the database alone tells no factor; `is_sqlite`; `url`; `place_base`, what is added to
    PostgreSQL's transaction numbers to make places in the order of intake.
    """

    def __init__(self, url: str, key: bytes | None = None, *, key_file: Path | None = None, pool: int = 16) -> None:
        """Opens or creates the database; raises StoreMismatch for one of a newer program or of another key.

        Without `key` it is read from, or made in, `key_file`: by default the file beside the SQLite database (same name
        and `.key`). PostgreSQL has no beside: its key file must be named. At most `pool` connections are held.
        """
        self.url = url
        self._engine = open_engine(url, pool)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        # One process writes to a SQLite file: threads queue here in order instead of polling the file's lock.
        self._writing = threading.Lock() if self.is_sqlite else nullcontext()
        try:
            self.key = key if key is not None else _key_in(key_file or _beside(url))
            with self.write() as connection:
                self.exclusive(connection, "schema")
                self._bring_up_to_date(connection)
                self.identity = _settled(connection, "identity", secrets.token_hex(8))
                fingerprint = _settled(connection, "key_fingerprint", self.keyed_hash("fingerprint").hex())
                if not hmac.compare_digest(fingerprint, self.keyed_hash("fingerprint").hex()):
                    raise StoreMismatch(
                        "The key file beside the hub database belongs to another database. Put the right one back."
                    )
                seal(connection, self.key)
                self.place_base = 0 if self.is_sqlite else _place_base(connection)
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

    def connection_of_our_own(self) -> Connection:
        """A connection outside of any transaction, for locks that outlast one; the caller closes it."""
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def exclusive(self, connection: Connection, what: str) -> None:
        """Lets one transaction at a time, of all hub processes, go on from here to its end.

        SQLite has a single writer anyway.
        """
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_number(what)})

    def shared(self, connection: Connection, what: str) -> None:
        """Keeps those out who want it for themselves (`exclusive`), from here to the end of the transaction."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": lock_number(what)})

    def keyed_hash(self, *parts: str) -> bytes:
        """HMAC-SHA-256 of the parts under the store's key."""
        joined = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.digest(self.key, joined, "sha256")

    def close(self) -> None:
        """Frees the connections; SQLite folds its log back into the file."""
        self._engine.dispose()

    def _bring_up_to_date(self, connection: Connection) -> None:
        has_settings = inspect(connection).has_table(schema.setting.name)
        version = int(setting(connection, "schema_version", "0")) if has_settings else 0
        if version > migrations.NEWEST:
            raise StoreMismatch("This hub database was made by a newer version of Cuecard. Install that version.")
        if version == migrations.NEWEST:
            return
        if version and self.is_sqlite:
            _copy_before(self.url, version)
        migrations.migrate(connection, version)
        set_setting(connection, "schema_version", str(migrations.NEWEST))


def setting(connection: Connection, name: str, default: str = "") -> str:
    """One of the store's settings."""
    found = connection.execute(select(schema.setting.c.value).where(schema.setting.c.name == name)).scalar()
    return default if found is None else str(found)


def settings_of(connection: Connection, defaults: Mapping[str, str]) -> dict[str, str]:
    """Several of the store's settings by one question; `defaults` stand in for those that were never set."""
    table = schema.setting
    found = connection.execute(select(table.c.name, table.c.value).where(table.c.name.in_(list(defaults))))
    return {**defaults, **{name: str(value) for name, value in found}}


def set_setting(connection: Connection, name: str, value: str) -> None:
    """Sets one of the store's settings."""
    changed = connection.execute(update(schema.setting).where(schema.setting.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(schema.setting).values(name=name, value=value))


def lock_number(what: str) -> int:
    """The number by which PostgreSQL knows a lock of ours."""
    return int.from_bytes(hashlib.sha256(f"cuecard {what}".encode()).digest()[:8], "big", signed=True)


def _settled(connection: Connection, name: str, first: str) -> str:
    found = setting(connection, name)
    if not found:
        set_setting(connection, name, first)
    return found or first


def _place_base(connection: Connection) -> int:
    """What makes places grow on, also in a database that was restored into a server that counts from the beginning."""
    base = int(setting(connection, "place_base", "0"))
    current = connection.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    newest = connection.execute(select(func.max(schema.intake.c.place))).scalar() or 0
    newest = max(newest, newest_position(connection) >> WITHIN)
    if base + current <= newest:
        base = newest - current + 1
        set_setting(connection, "place_base", str(base))
    return base


def _copy_before(url: str, version: int) -> None:
    """A copy of the whole database, beside it, before it is changed; one that is there already is kept."""
    file = sqlite_file(url)
    if file is None:
        return
    copy = file.with_name(f"{file.name}.version-{version}")
    if copy.exists():
        return
    # A connection of its own: a copy cannot be made from within a transaction.
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _beside(url: str) -> Path | None:
    file = sqlite_file(url)
    if file is not None:
        return file.with_name(file.name + ".key")
    if url.startswith("sqlite"):
        return None
    raise StoreMismatch(
        "Give --key-file: a file for the hub's key, outside of the database, the same for all its hubs."
    )


def _key_in(path: Path | None) -> bytes:
    if path is None:
        return secrets.token_bytes(_KEY_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
