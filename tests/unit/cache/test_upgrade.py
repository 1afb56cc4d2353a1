"""Stores of earlier versions: copied, then brought to this one."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine, text

from app.cache import schema, upgrade
from app.cache.errors import StoreError, StoreFull
from app.cache.store import LocalStore
from app.desk.ports import Draft
from tests.fakes.accounts import NOON, an_event

# Version 1 as it was published. Never changed: such files are out there.
VERSION_1 = """
CREATE TABLE meta (key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key)) WITHOUT ROWID;
CREATE TABLE outbox (sequence INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, time_us INTEGER NOT NULL,
 subject TEXT NOT NULL, session TEXT NOT NULL, data BLOB NOT NULL, state INTEGER NOT NULL, settled_us INTEGER,
 status INTEGER, problem TEXT, PRIMARY KEY (sequence), UNIQUE (id));
CREATE INDEX outbox_time ON outbox (time_us);
CREATE INDEX outbox_open ON outbox (state, sequence) WHERE state != 1;
CREATE TABLE drafts (place INTEGER NOT NULL, call TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (place),
 UNIQUE (call));
CREATE TABLE accounts (id TEXT NOT NULL, number TEXT NOT NULL, revision INTEGER NOT NULL, masked BLOB NOT NULL,
 opened BLOB, opened_us INTEGER, PRIMARY KEY (id));
CREATE INDEX accounts_opened ON accounts (opened_us) WHERE opened_us IS NOT NULL;
CREATE TABLE account_phones (e164 TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (e164, account),
 FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX account_phones_account ON account_phones (account);
CREATE TABLE sign_ins (session TEXT NOT NULL, person TEXT NOT NULL, credentials BLOB NOT NULL, current INTEGER NOT NULL,
 PRIMARY KEY (session));
CREATE TABLE settings (key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (key)) WITHOUT ROWID;
CREATE TABLE cursors (name TEXT NOT NULL, value TEXT NOT NULL, moved_us INTEGER NOT NULL, PRIMARY KEY (name))
 WITHOUT ROWID;
INSERT INTO meta VALUES ('version', '1'), ('device_id', 'device-1'), ('next_sequence', '4');
INSERT INTO drafts VALUES (1, 'call-1', x'737461746521');
"""
EVENT_1 = "INSERT INTO outbox VALUES (?, ?, 'note.saved', 1772452800000000, 'call-1', 's1', ?, ?, ?, ?, ?)"


@pytest.fixture
def old(path: Path, key: bytes) -> Path:
    connection = opened(path, key)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(VERSION_1)
    ids = [f"019cae8e-0000-7000-8000-00000000000{number}" for number in (1, 2, 3)]
    connection.execute(EVENT_1, (1, ids[0], b'{"text":"sent"}', 1, 1772452800000001, None, None))
    connection.execute(EVENT_1, (2, ids[1], b'{"text":"refused"}', 2, 1772452800000001, 409, "Another has this id."))
    connection.execute(EVENT_1, (3, ids[2], b'{"text":"unsent"}', 0, None, None, None))
    connection.commit()
    connection.close()
    return path


def opened(path: Path, key: bytes) -> sqlcipher.Connection:
    connection = sqlcipher.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def test_a_store_of_version_1_goes_on_with_everything_in_it(old: Path, key: bytes) -> None:
    store = LocalStore.open(old, key, "device-1", clock=lambda: NOON)

    assert [event.data for event in store.unsent(10)] == [{"text": "unsent"}]
    assert [(each.event.sequence, each.status) for each in store.refused()] == [(2, 409)]
    assert [sequence for _, sequence in store.kept()] == [1]
    assert store.drafts() == [Draft("call-1", b"state!")]
    assert store.record([an_event()])[0].sequence == 4
    store.close()


def test_a_copy_under_the_same_key_stands_beside_a_store_that_was_changed(old: Path, key: bytes) -> None:
    old.with_name(old.name + ".version-0").write_bytes(b"the copy before")

    LocalStore.open(old, key, "device-1").close()

    (copy,) = old.parent.glob("cuecard.db.version-*")
    assert copy.name == "cuecard.db.version-1"
    kept = opened(copy, key)
    assert kept.execute("SELECT value FROM meta WHERE key = 'version'").fetchall() == [("1",)]
    assert kept.execute("SELECT sequence, state FROM outbox").fetchall() == [(1, 1), (2, 2), (3, 0)]
    kept.close()
    assert b"unsent" not in copy.read_bytes()


def test_without_room_for_a_copy_nothing_is_changed(old: Path, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise sqlcipher.OperationalError("database or disk is full")

    monkeypatch.setattr(upgrade, "_vacuum_into", no_room)

    with pytest.raises(StoreFull, match="left as it is"):
        LocalStore.open(old, key, "device-1")

    raw = opened(old, key)
    assert raw.execute("SELECT value FROM meta WHERE key = 'version'").fetchall() == [("1",)]
    assert "tries" not in {row[1] for row in raw.execute("PRAGMA table_info(outbox)")}
    raw.close()
    assert list(old.parent.glob("*.version-*")) == []


def test_a_step_that_fails_leaves_the_store_at_its_version_and_the_copy_beside_it(
    old: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: object, version: int) -> None:
        connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN tries INTEGER")  # type: ignore[attr-defined]
        connection.exec_driver_sql("SELECT no_such_column FROM outbox")  # type: ignore[attr-defined]

    with monkeypatch.context() as patched:
        patched.setattr(upgrade, "migrate", fail)
        with pytest.raises(StoreError):
            LocalStore.open(old, key, "device-1")
    assert [copy.name for copy in old.parent.glob("*.version-*")] == ["cuecard.db.version-1"]

    store = LocalStore.open(old, key, "device-1")
    assert len(store.unsent(10)) == 1
    store.close()


def test_the_steps_lead_to_the_tables_of_a_new_store(old: Path, path: Path, key: bytes) -> None:
    LocalStore.open(old, key, "device-1").close()
    migrated = opened(old, key)
    fresh = create_engine("sqlite://")
    schema.metadata.create_all(fresh)

    tables = sorted(schema.metadata.tables)
    with fresh.connect() as connection:
        for table in tables:
            wanted = connection.execute(text(f"PRAGMA table_info({table})")).all()
            found = migrated.execute(f"PRAGMA table_info({table})").fetchall()
            assert [tuple(row)[1:] for row in found] == [tuple(row)[1:] for row in wanted], table
        indexes = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
        assert migrated.execute(indexes).fetchall() == [tuple(row) for row in connection.execute(text(indexes))]
    migrated.close()
    fresh.dispose()
