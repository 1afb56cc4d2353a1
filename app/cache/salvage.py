"""What can still be read of a damaged store, as rows.

A copy is mended as far as that goes (`pages`, `log_pages`) and then read: pages beyond help are empty in it, so the
rows on them are skipped, each other row comes out. Nothing is written to the damaged file, and nothing readable ever
lies on the disk without encryption.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.cache import log_pages
from app.cache.pages import PAGE, Seal, seal_of

Row = dict[str, Any]

# Trying out every bit of a page takes a quarter of a second; a file with more bad pages than this has another trouble.
_MOST_MENDED = 16
_TRIED_FOR_SEAL = 8
_LARGEST = 1 << 30
_HOLE = bytes(64)
_ACKNOWLEDGED = 1
_WAITING = "SELECT sequence FROM outbox INDEXED BY outbox_open WHERE state != 1"
# Each look that fails costs some milliseconds.
_MOST_LOOKS = 5_000


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came out. `tables`: rows by table; `lost`: numbers of events that were there and could not be read.

    `next_sequence` is above every number that was seen; `is_sure`: no higher one was given out. `version` is the
    store's where it could be read.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    lost: tuple[int, ...] = ()
    next_sequence: int = 1
    is_sure: bool = False
    version: int | None = None

    @property
    def unsent(self) -> int:
        """How many of the events were not yet sent."""
        return sum(row["state"] != _ACKNOWLEDGED for row in self.tables.get("outbox", ()))


def salvage(damaged: Path, key: bytes, work: Path, connect: Callable[[Path], sqlite3.Connection]) -> Salvaged:
    """Reads what can be read of the file and the log beside it.

    `work` is a folder for the copy, emptied before and removed after; `connect` opens a file with the store's key.
    Raises OSError where there is no room for the copy.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        copy = work / "store.db"
        if not _mended_copy(damaged, copy, key):
            return Salvaged()
        with closing(_Copy(copy, connect)) as mended:
            return _read(mended) if mended.is_readable() else Salvaged()
    finally:
        shutil.rmtree(work, ignore_errors=True)


def seal_for(path: Path, key: bytes, log: bytes = b"") -> Seal | None:
    """The seal that fits the file's pages, or those of its log; None where none does."""
    with path.open("rb") as file:
        head = file.read(PAGE * _TRIED_FOR_SEAL)
    pages = [(n + 1, head[n * PAGE : (n + 1) * PAGE]) for n in range(len(head) // PAGE)]
    first_frames = [frame for frame, _ in zip(log_pages.frames(log), range(1000), strict=False)]
    pages += [(frame.number, frame.page) for frame in first_frames[:_TRIED_FOR_SEAL]]
    salts = [head[:16], *(frame.page[:16] for frame in first_frames if frame.number == 1)]
    return seal_of(key, pages, dict.fromkeys(salts))


def _mended_copy(damaged: Path, copy: Path, key: bytes) -> bool:
    """Copies file and log, bits put right, bad pages emptied; False where nothing fits the key."""
    log_file = damaged.with_name(damaged.name + "-wal")
    log = log_file.read_bytes() if log_file.exists() else b""
    seal = seal_for(damaged, key, log)
    if seal is None:
        return False
    left = _MOST_MENDED
    with damaged.open("rb") as source, copy.open("xb") as target:
        number = 0
        while page := source.read(PAGE):
            number += 1
            page = page.ljust(PAGE, b"\0")
            if number == 1:
                page = seal.salt + page[16:]
            if not seal.fits(page, number):
                mended = seal.mended(page, number) if left else None
                left -= left > 0
                page = mended or (seal.salt.ljust(PAGE, b"\0") if number == 1 else bytes(PAGE))
            target.write(page)
        if number == 0:
            # Only so that the salt stands where it is looked for; the log has the page.
            target.write(seal.salt.ljust(PAGE, b"\0"))
    if log:
        copy.with_name(copy.name + "-wal").write_bytes(log_pages.mended(log, seal))
    return True


class _Copy:
    """The mended copy, read by one connection after the other.

    After an error a connection finds other pages damaged that are not, so each error is followed by a fresh one.
    """

    def __init__(self, file: Path, connect: Callable[[Path], sqlite3.Connection]) -> None:
        self._file = file
        self._connect = connect
        self._connection: sqlite3.Connection | None = None

    def is_readable(self) -> bool:
        """Whether anything can be read; one of a truncated file is first made as long again with empty pages."""
        size = max(self._file.stat().st_size, PAGE)
        while size <= _LARGEST:
            with suppress(sqlcipher.Error):
                list(self.rows("SELECT count(*) FROM sqlite_master"))
                return True
            size *= 2
            with self._file.open("r+b") as file:
                file.truncate(size)
        return False

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Row]:
        """What a query gives; raises the driver's errors, perhaps after some rows.

        A long value goes on over several pages. Where one of those is empty now, it has a hole, and does not count.
        """
        try:
            if self._connection is None:
                self._connection = self._connect(self._file)
            cursor = self._connection.execute(query, values)
            names = [column[0] for column in cursor.description]
            for values in cursor:
                if not any(_HOLE in value for value in values if isinstance(value, bytes)):
                    yield dict(zip(names, values, strict=True))
        except sqlcipher.Error:
            self.close()
            raise

    def close(self) -> None:
        """Frees the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _read(copy: _Copy) -> Salvaged:
    meta = {row["key"]: row["value"] for row in _both_ways(copy, "meta", "key")}
    noted = meta.get("next_sequence", "")
    is_sure = noted.isdigit()
    known = _known_numbers(copy)
    highest = max([*known, int(noted) - 1 if is_sure else 0, 0])
    outbox = _by_number(copy, "outbox", "sequence", highest)
    found = {row["sequence"] for row in outbox}
    highest = max([highest, *found])
    return Salvaged(
        tables={
            "outbox": outbox,
            "drafts": _by_number(copy, "drafts", "place", 0),
            "sign_ins": _by_number(copy, "sign_ins", "rowid", 0),
            "settings": _both_ways(copy, "settings", "key"),
            "hub_facts": _both_ways(copy, "hub_facts", "name"),
        },
        lost=_lost(copy, found, known, highest),
        next_sequence=highest + 1,
        is_sure=is_sure,
        version=int(meta["version"]) if meta.get("version", "").isdigit() else None,
    )


def _by_number(copy: _Copy, table: str, key: str, highest: int) -> list[Row]:
    """Rows in order of a whole-number key, going on behind each gap that cannot be read."""
    rows: list[Row] = []
    after: int | None = -1
    ordered = f"SELECT {key} AS number_, * FROM {table} WHERE {key} > ? ORDER BY {key}"
    while after is not None:
        try:
            for row in copy.rows(ordered, (after,)):
                after = row.pop("number_")
                rows.append(row)
            return rows
        except sqlcipher.Error:
            after = _found_behind(copy, f"SELECT * FROM {table} WHERE {key} = ?", after, highest, rows)
    return rows


def _found_behind(copy: _Copy, query: str, after: int, highest: int, rows: list[Row]) -> int | None:
    """The number of the next row that can be looked up, which is added to the rows; None where there is none."""
    for number in range(after + 1, min(max(highest, after + 100), after + _MOST_LOOKS) + 1):
        with suppress(sqlcipher.Error):
            if found := list(copy.rows(query, (number,))):
                rows += found
                return number
    return None


def _both_ways(copy: _Copy, table: str, key: str) -> list[Row]:
    """Rows in order of any key, from both ends up to what cannot be read."""
    found: dict[Any, Row] = {}
    for direction in ("", " DESC"):
        with suppress(sqlcipher.Error):
            for row in copy.rows(f"SELECT * FROM {table} ORDER BY {key}{direction}"):
                found[row[key]] = row
    return list(found.values())


def _known_numbers(copy: _Copy) -> set[int]:
    """The numbers of events as the indexes have them, each of which may be readable where the table is not."""
    known: set[int] = set()
    for column in ("id", "time_us"):
        for direction in ("", " DESC"):
            with suppress(sqlcipher.Error):
                query = f"SELECT sequence FROM outbox ORDER BY {column}{direction}"
                for row in copy.rows(query):
                    known.add(row["sequence"])
    return known


def _lost(copy: _Copy, found: set[int], known: set[int], highest: int) -> tuple[int, ...]:
    """Numbers that were there and did not come out, but for those of which an index says that the hub has them."""
    try:
        waiting = {row["sequence"] for row in copy.rows(_WAITING)}
        return tuple(sorted(waiting - found))
    except sqlcipher.Error:
        lowest = min([*found, *known], default=highest + 1)
        return tuple(number for number in range(lowest, highest + 1) if number not in found)
