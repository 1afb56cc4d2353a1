"""The hub's database: durable settings, its key, who may work on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.hub.errors import StoreMismatch
from app.hub.presence import FolderInUse, FolderLock, Parent, Presence, announce, announced, is_alive
from app.hub.store import Store, set_setting


def test_sqlite_writes_through_to_the_disk(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()


def test_the_store_keeps_its_identity_and_key_over_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    first = Store(url)
    first.close()
    second = Store(url)
    assert (second.identity, second.key) == (first.identity, first.key)
    second.close()


def test_another_database_s_key_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    Store(url).close()
    (tmp_path / "hub.sqlite.key").write_bytes(b"k" * 32)
    with pytest.raises(StoreMismatch, match="key file"):
        Store(url)


def test_a_newer_program_s_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    store = Store(url)
    with store.write() as connection:
        set_setting(connection, "schema_version", "999")
    store.close()
    with pytest.raises(StoreMismatch, match="newer"):
        Store(url)


def test_only_one_hub_works_on_a_database(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "hub.lock")
    with pytest.raises(FolderInUse):
        FolderLock(tmp_path / "hub.lock")
    lock.release()
    FolderLock(tmp_path / "hub.lock").release()


def test_the_ready_file_comes_back_as_it_was_and_rubbish_is_no_hub(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    presence = Presence("http://127.0.0.1:8770", 4221, None, "instance")
    announce(file, presence)
    assert announced(file) == presence
    for rubbish in ("", "[]", "{}", '{"url": 1}'):
        file.write_text(rubbish)
        assert announced(file) is None


def test_a_living_parent_is_not_gone() -> None:
    assert is_alive(os.getpid())
    assert not Parent(os.getppid()).is_gone()
    assert Parent(2**22 + 1).is_gone()
