"""Connections to the hub's database: SQLite or PostgreSQL, by URL, each set up to lose nothing that was confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from app.hub.errors import StoreMismatch


def open_engine(url: str, pool: int) -> Engine:
    """The engine of a database URL; raises StoreMismatch for a kind of database that the hub does not know."""
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        return _postgres(parsed, pool)
    if kind == "sqlite":
        return _sqlite(parsed, pool)
    raise StoreMismatch(
        "The hub keeps its data in SQLite or PostgreSQL. Give a URL like sqlite:////folder/hub.sqlite"
        " or postgresql://user@host/name."
    )


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for another database, and for one in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def driver_url(url: str) -> str:
    """A PostgreSQL URL as the driver itself takes it, for connections that are held outside of the pool."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _postgres(url: URL, pool: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        # Rather an answer "not now" than a request that hangs.
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC -c lock_timeout=10s"},
        isolation_level="READ COMMITTED",
    )


def _sqlite(url: URL, pool: int) -> Engine:
    engine = create_engine(url, pool_size=pool, max_overflow=8, hide_parameters=True)
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
