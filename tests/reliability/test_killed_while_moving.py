"""Kills while the write-ahead log is written, or moved into the file, are no damage, wherever they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cache.database import connect
from app.cache.errors import StoreUnreadable
from app.cache.opening import NOTICE, open_store
from app.cache.pages import PAGE
from app.cache.store import LocalStore
from app.domain.event import Event
from tests.fakes.accounts import an_event
from tests.reliability.nursery import KEY, now

DEVICE = "desk-1"


def test_whichever_pages_were_moved_before_the_kill_the_next_start_finds_all_and_no_damage(tmp_path: Path) -> None:
    files, moved, recorded = a_store_with_a_long_log(tmp_path / "made")
    pages = len(moved) // PAGE
    for count in range(0, pages + 1, 3):
        # In the order of their numbers, as SQLite moves them.
        half = moved[: count * PAGE] + files[""][count * PAGE :]
        path = put(tmp_path / str(count), files | {"": half})

        store = open_store(path, KEY, DEVICE, now)

        assert not store.fact(NOTICE, str), count
        assert store.unsent(10_000) == recorded
        store.close()
        assert list(path.parent.glob("*.damaged*")) == []


def test_what_two_kills_leave_of_two_transactions_is_no_damage(tmp_path: Path) -> None:
    files, _, recorded = a_store_with_a_long_log(tmp_path / "made")
    long = killed_while_writing(put(tmp_path / "first", files), tmp_path / "long", rows=400)
    short = killed_while_writing(long, tmp_path / "short", rows=60)

    store = open_store(short, KEY, DEVICE, now)

    assert not store.fact(NOTICE, str)
    assert store.unsent(10_000) == recorded
    store.close()


def killed_while_writing(path: Path, folder: Path, rows: int) -> Path:
    """The files as a kill leaves them in the middle of a transaction that has outgrown its memory."""
    connection = connect(path, KEY)
    before = (path.parent / f"{path.name}-wal").read_bytes()
    connection.execute("PRAGMA cache_size = 5")
    connection.execute("BEGIN IMMEDIATE")
    for number in range(rows):
        connection.execute("INSERT INTO drafts (call, body) VALUES (?, ?)", (f"call-{rows}-{number}", bytes(400)))
    files = {ending: path.with_name(path.name + ending).read_bytes() for ending in ("", "-wal", "-shm")}
    assert files["-wal"] != before, "nothing of the transaction has reached the log"
    connection.execute("ROLLBACK")
    connection.close()
    return put(folder, files)


def test_a_wrong_key_is_still_refused_and_changes_nothing(tmp_path: Path) -> None:
    files, moved, _ = a_store_with_a_long_log(tmp_path / "made")
    path = put(tmp_path / "half", files | {"": moved[:PAGE] + files[""][PAGE:]})
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}

    with pytest.raises(StoreUnreadable):
        LocalStore.open(path, bytes(32), DEVICE, now)

    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def a_store_with_a_long_log(folder: Path) -> tuple[dict[str, bytes], bytes, list[Event]]:
    """A store's files as a kill leaves them; its main file once all of the log is moved; and its events."""
    path = folder / "s.db"
    store = LocalStore.open(path, KEY, DEVICE, now)
    store.record([an_event(time=now(), text="x" * 400) for _ in range(200)])
    beside = {ending: path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")}
    files = {ending: file.read_bytes() for ending, file in beside.items()}
    recorded = store.unsent(10_000)
    store.close()
    return files, path.read_bytes(), recorded


def put(folder: Path, files: dict[str, bytes]) -> Path:
    """The files of a store in a folder of their own; the path of the main one."""
    folder.mkdir()
    path = folder / "s.db"
    for ending, body in files.items():
        path.with_name(path.name + ending).write_bytes(body)
    return path
