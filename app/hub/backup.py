"""A copy of a hub's SQLite database, made while the hub works."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from app.hub.engine import sqlite_file
from app.hub.errors import HubError


class NoBackup(HubError):
    """The database cannot be copied so, or not to there."""


def back_up(url: str, target: Path) -> int:
    """Copies the database of a SQLite URL, as it is at this moment, to a new file; the file's size in bytes.

    The copy has its name once it is complete and on the disk. Raises NoBackup for PostgreSQL, which has programs of
    its own for that, where the database is missing, and where the target exists.
    """
    file = sqlite_file(url)
    if file is None:
        raise NoBackup("This copies SQLite files. For PostgreSQL use pg_dump or continuous archiving.")
    if not file.exists():
        raise NoBackup("There is no database at --db. Check the path.")
    if target.exists():
        raise NoBackup("The file at --to exists already. Give a new name: a backup is never written over.")
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb+") as written:
        os.fsync(written.fileno())
    unfinished.rename(target)
    return target.stat().st_size
