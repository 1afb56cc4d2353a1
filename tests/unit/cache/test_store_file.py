from __future__ import annotations

import os
import secrets
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from app.cache.errors import StoreClosed, StoreError, StoreTooNew, StoreUnreadable
from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.domain.event import EventType
from tests.fakes.accounts import a_sign_in, an_account, an_event


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


def test_everything_is_there_after_closing_and_opening_again(path: Path, key: bytes) -> None:
    store = LocalStore.open(path, key, "device-1")
    store.save_sign_in(a_sign_in())
    store.record([an_event()], Draft("call", b"state"))
    store.keep_setting("theme", "dark")
    store.close()

    again = LocalStore.open(path, key, "device-1")

    assert again.sign_in() == a_sign_in()
    assert again.drafts() == [Draft("call", b"state")]
    assert len(again.unsent(10)) == 1
    assert again.setting("theme", str) == "dark"
    again.close()


def test_a_wrong_key_is_told_and_not_one_byte_of_file_or_log_changes(path: Path, key: bytes) -> None:
    store = LocalStore.open(path, key, "device-1")
    store.record([an_event() for _ in range(50)])
    # As a kill leaves it: the log not yet in the file.
    crashed = path.parent / "crashed"
    crashed.mkdir()
    for name, body in _files(path):
        (crashed / name).write_bytes(body)
    store.close()
    before = contents(crashed)
    assert before[path.name + "-wal"]

    with pytest.raises(StoreUnreadable, match="kept as it is"):
        LocalStore.open(crashed / path.name, secrets.token_bytes(32), "device-1")

    assert contents(crashed) == before
    right = LocalStore.open(crashed / path.name, key, "device-1")
    assert len(right.unsent(100)) == 50
    right.close()


def _files(path: Path) -> list[tuple[str, bytes]]:
    return [(file.name, file.read_bytes()) for file in (path, path.with_name(path.name + "-wal"))]


@pytest.mark.parametrize("damage", [b"", b"not a store", b"SQLite format 3\0" + bytes(4080)])
def test_a_damaged_file_is_told_and_left_as_it_is(path: Path, key: bytes, damage: bytes) -> None:
    path.write_bytes(damage)

    with pytest.raises(StoreUnreadable):
        LocalStore.open(path, key, "device-1")

    assert contents(path.parent) == {path.name: damage}


def test_a_flipped_bit_in_the_first_page_is_found(path: Path, key: bytes) -> None:
    LocalStore.open(path, key, "device-1").close()
    body = bytearray(path.read_bytes())
    body[1000] ^= 4
    path.write_bytes(body)

    with pytest.raises(StoreUnreadable):
        LocalStore.open(path, key, "device-1")


def test_a_store_of_a_newer_version_is_left_alone(path: Path, key: bytes) -> None:
    store = LocalStore.open(path, key, "device-1")
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '99' WHERE key = 'version'")
    store.close()

    with pytest.raises(StoreTooNew, match="newer Cuecard"):
        LocalStore.open(path, key, "device-1")


def test_a_store_of_another_device_is_not_used(path: Path, key: bytes) -> None:
    LocalStore.open(path, key, "device-1").close()

    with pytest.raises(StoreUnreadable, match="another device"):
        LocalStore.open(path, key, "device-2")


def test_a_kill_while_the_store_was_being_made_is_no_obstacle(path: Path, key: bytes) -> None:
    path.with_name(path.name + ".new").write_bytes(b"half")
    path.with_name(path.name + ".new-wal").write_bytes(b"half")

    LocalStore.open(path, key, "device-1").close()

    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="check its folder"):
        LocalStore.open(tmp_path / "file" / "cuecard.db", key, "device-1")


def test_a_closed_store_says_so(store: LocalStore) -> None:
    store.close()

    with pytest.raises(StoreClosed):
        store.record([an_event()])


def test_the_file_cannot_be_read_without_the_key_nor_by_others(path: Path, key: bytes) -> None:
    store = LocalStore.open(path, key, "device-1")
    store.keep([an_account()])
    store.record([an_event(EventType.NOTE_SAVED, text="wants a quieter router")])

    raw = b"".join(body for _, body in _files(path))
    assert b"Lovelace" not in raw
    assert b"quieter" not in raw
    assert b"CREATE TABLE" not in raw
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(path).execute("SELECT * FROM outbox")
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    store.close()


def test_signing_out_forgets_the_token_but_not_how_to_send_what_is_left(store: LocalStore) -> None:
    store.save_sign_in(a_sign_in("s1", "ana"))
    store.save_sign_in(a_sign_in("s2", "ana"))

    store.end_sign_in()

    assert store.sign_in() is None
    assert store.device_token("s1") == "device token of s1"
    assert store.device_token("s2") == "device token of s2"
    assert store.device_token("s3") is None


def test_a_long_token_is_no_trouble_since_it_is_kept_in_the_store(store: LocalStore) -> None:
    credentials = replace(a_sign_in(), token="t" * 3000)
    store.save_sign_in(credentials)

    assert store.sign_in() == credentials


def test_a_setting_of_another_shape_counts_as_none(store: LocalStore) -> None:
    store.keep_setting("zoom", "large")

    assert store.setting("zoom", int) is None
    assert store.setting("missing", int) is None
