"""A copy of the hub's database, made while the hub works."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from app.hub.backup import NoBackup, back_up
from app.hub.store import Store
from tests.fakes.hub import RunningHub


def test_a_backup_made_while_the_hub_runs_has_what_was_confirmed_and_a_hub_starts_on_it(tmp_path: Path) -> None:
    hub = RunningHub(tmp_path)
    try:
        ana = hub.sign_in("ana")
        before = ana.event("call.answered", "call-1")
        ana.send(before)
        copy = tmp_path / "copy.sqlite"
        assert main(["hub", "backup", "--db", hub.store.url, "--to", str(copy)]) == 0
        after = ana.event("call.answered", "call-2")
        ana.send(after)
        restored = Store(f"sqlite:///{copy}", hub.store.key)
        with restored.read() as connection:
            ids = [row.id for row in connection.exec_driver_sql("SELECT id FROM event").all()]
        restored.close()
        assert ids == [before["id"]]
        assert restored.identity == hub.store.identity
    finally:
        hub.stop()


def test_a_backup_is_never_written_over_and_postgresql_has_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    Store(url).close()
    kept = tmp_path / "copy.sqlite"
    kept.write_bytes(b"earlier")
    with pytest.raises(NoBackup, match="exists already"):
        back_up(url, kept)
    assert kept.read_bytes() == b"earlier"
    with pytest.raises(NoBackup, match="no database"):
        back_up(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path / "new.sqlite")
    with pytest.raises(NoBackup, match="pg_dump"):
        back_up("postgresql://cuecard@db.example.com/cuecard", tmp_path / "new.sqlite")
