"""Opening a store with a close look at it first; a damaged one is moved aside, and what is readable goes on anew.

The order makes a kill at any point harmless: the damaged file gets a second name, a note is left beside it, and only
then the new file takes its place. While the note is there the next start begins the salvage again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Table, insert

from app.cache import log_pages, schema
from app.cache.database import DAMAGED, connect, connect_plainly, connect_untouched, create, sync_folder
from app.cache.errors import StoreError, StoreForeign, StoreTooNew, StoreUnreadable
from app.cache.pages import PAGE
from app.cache.salvage import Row, Salvaged, salvage, seal_for
from app.cache.store import LocalStore
from app.domain.event import Json

NOTICE, LOSSES = "notice", "losses"
"""Facts in a store: what its agent has to read, and what the hub has to be told (`app.sync.reconcile`)."""

SALVAGING = ".salvaging"
_LOOKED_THROUGH_BYTES = 32 * 1024 * 1024
_MOST_RANGES = 1000
_TABLES = (schema.outbox, schema.drafts, schema.sign_ins, schema.settings, schema.hub_facts)


def open_store(path: Path, key: bytes, device_id: str, clock: Callable[[], datetime]) -> LocalStore:
    """Opens the agent's store as `LocalStore.open` does, or what can be saved of it.

    Only for the one process that has the store's lease. Raises StoreForeign, StoreTooNew, StoreFull and other
    StoreError; never StoreUnreadable for a damaged file.
    """
    try:
        if not path.exists():
            return LocalStore.open(path, key, device_id, clock)
        if not _beside(path, SALVAGING).exists() and _is_sound(path, key):
            try:
                store = LocalStore.open(path, key, device_id, clock)
            except StoreForeign:
                raise
            except StoreUnreadable:
                return _salvaged(path, key, device_id, clock)
            _beside(path, DAMAGED).unlink(missing_ok=True)
            return store
        return _salvaged(path, key, device_id, clock)
    except OSError as error:
        raise StoreError(
            f"The local store cannot be opened ({error.strerror}); check its folder and the disk."
        ) from None


def _is_sound(path: Path, key: bytes) -> bool:
    """Whether the file, with its log, is what was written; large ones are looked through only where there is doubt."""
    log, index = _bytes_of(_beside(path, "-wal")), _bytes_of(_beside(path, "-shm"))
    size = path.stat().st_size
    # SQLite takes a file of a few bytes for an empty database; only a move out of the log leaves part of a page.
    if size < PAGE or (size % PAGE and not log):
        return False
    if log or index:
        seal = seal_for(path, key, log)
        if seal is None or not log_pages.is_sound(log, index, seal):
            return False
    if size > _LOOKED_THROUGH_BYTES and not _beside(path, DAMAGED).exists():
        return True
    # A file with a log may be half moved into: only both together are whole. Closing would move the rest, so a copy.
    if log:
        return _is_sound_as_a_copy(path, key, log)
    return _reads_whole(path, key, is_copy=False)


def _is_sound_as_a_copy(path: Path, key: bytes, log: bytes) -> bool:
    folder = _beside(path, ".look")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        copy = folder / path.name
        shutil.copyfile(path, copy)
        _beside(copy, "-wal").write_bytes(log)
        return _reads_whole(copy, key, is_copy=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reads_whole(path: Path, key: bytes, *, is_copy: bool) -> bool:
    try:
        connection = connect(path, key) if is_copy else connect_untouched(path, key)
        try:
            return connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
        finally:
            connection.close()
    except sqlcipher.Error:
        return False


def _salvaged(path: Path, key: bytes, device_id: str, clock: Callable[[], datetime]) -> LocalStore:
    aside = _moved_aside(path, clock())
    found = salvage(aside, key, _beside(path, ".salvage"), partial(connect_plainly, key=key))
    if found.version is not None and found.version > schema.VERSION:
        _beside(path, SALVAGING).unlink()
        raise StoreTooNew("The local store was written by a newer Cuecard and is damaged; install that version.")
    if not found.is_sure:
        # Nothing tells how far the numbers went. No agent records an event a second for years on end.
        found = replace(found, next_sequence=max(found.next_sequence, int(clock().timestamp())))
    # The log goes first: it must never meet the new file. The note and the second names are there if this is cut off.
    for leftover in ("-wal", "-shm"):
        _beside(path, leftover).unlink(missing_ok=True)
    create(path, key, device_id, found.next_sequence, partial(_fill, found=found, aside=aside.name))
    for mark in (SALVAGING, DAMAGED):
        _beside(path, mark).unlink(missing_ok=True)
    sync_folder(path.parent)
    return LocalStore.open(path, key, device_id, clock)


def _moved_aside(path: Path, now: datetime) -> Path:
    """The damaged file under a name of its own, with its log; the same one again where this was cut off before."""
    note = _beside(path, SALVAGING)
    if note.exists():
        noted = path.with_name(Path(note.read_text("utf-8").strip() or "-").name)
        if noted.exists():
            return noted
    aside = _free_name(path, now.astimezone(UTC))
    for ending in ("", "-wal"):
        if _beside(path, ending).exists():
            _second_name(_beside(path, ending), _beside(aside, ending))
    sync_folder(path.parent)
    with note.open("w", encoding="utf-8") as file:
        file.write(aside.name)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return aside


def _free_name(path: Path, now: datetime) -> Path:
    name = f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}"
    candidates = (path.with_name(name if number == 1 else f"{name}-{number}") for number in range(1, 1000))
    return next(candidate for candidate in candidates if not candidate.exists())


def _second_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:
        # A file system without links.
        shutil.copyfile(file, name)
        with name.open("rb+") as copied:
            os.fsync(copied.fileno())


def _fill(connection: Connection, found: Salvaged, aside: str) -> None:
    """Puts what was saved into the new store, with what is to be said about it."""
    for table in _TABLES:
        for row in found.tables.get(table.name, ()):
            connection.execute(insert(table), _fitting(row, table))
    facts = {row["name"]: row["value"] for row in found.tables.get("hub_facts", ())}
    loss: dict[str, Json] = {
        "kind": "damaged",
        "saved": found.unsent,
        "lost": [[first, last] for first, last in _ranges(found.lost)[:_MOST_RANGES]],
        "next_sequence": found.next_sequence,
    }
    losses = [*_decoded(facts.get(LOSSES)), loss]
    for name, value in ((LOSSES, losses), (NOTICE, _notice(found, aside))):
        connection.execute(schema.hub_facts.delete().where(schema.hub_facts.c.name == name))
        connection.execute(insert(schema.hub_facts), {"name": name, "value": msgspec.json.encode(value)})


def _notice(found: Salvaged, aside: str) -> str:
    saved = f"{found.unsent} events that were not sent yet were saved and go out now. "
    if found.lost:
        lost = f"{len(found.lost)} events could not be read; some may not have been sent. "
    elif found.is_sure:
        lost = "None that could not be read is known of. "
    else:
        lost = "How many could not be read nobody can tell. "
    return (
        "The local store on this PC was damaged, so a new one was begun. "
        f"{saved}{lost}The damaged file was kept as {aside}: tell your administrator."
    )


def _fitting(row: Row, table: Table) -> Row:
    """The columns that the table has; what an older version had not takes its default."""
    return {name: value for name, value in row.items() if name in table.c}


def _decoded(body: bytes | None) -> list[Json]:
    try:
        return [] if body is None else msgspec.json.decode(body, type=list)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _bytes_of(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""
