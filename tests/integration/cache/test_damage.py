"""Flipped bits, cut files, empty files, lost pages: found, moved aside untouched, and what is readable goes on."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from app.cache.database import connect, connect_untouched
from app.cache.errors import StoreForeign, StoreTooNew, StoreUnreadable
from app.cache.opening import LOSSES, NOTICE, open_store
from app.cache.pages import PAGE
from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.domain.event import Event
from app.sync.crm import Rejection
from tests.fakes.accounts import NOON, a_sign_in, an_event

KEY = secrets.token_bytes(32)
DRAFT = Draft("call-1", b"the last state")


@dataclass(frozen=True)
class Files:
    """A store's bytes: after it was closed (`main` alone), or as a kill leaves it, with log and index."""

    main: bytes
    log: bytes | None = None
    index: bytes | None = None

    def put(self, path: Path, main: bytes | None = None, log: bytes | None = None) -> Path:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(self.main if main is None else main)
        if self.log is not None and self.index is not None:
            path.with_name(path.name + "-wal").write_bytes(self.log if log is None else log)
            path.with_name(path.name + "-shm").write_bytes(self.index)
        return path


@dataclass(frozen=True)
class Recorded:
    """A store with events of every kind in it, and what was in it."""

    closed: Files
    killed: Files
    unsent: list[Event]
    pages_of: dict[int, set[int]]
    """Sequence of each event -> the pages of the closed file without which it cannot be read."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    path = tmp_path_factory.mktemp("store") / "s.db"
    chance = random.Random(7)
    store = LocalStore.open(path, KEY, "device-1", lambda: NOON)
    store.save_sign_in(a_sign_in())
    for _ in range(50):
        events = [an_event(text="x" * chance.randint(10, 600)) for _ in range(2)]
        store.record(events, Draft("call-1", b"a state"))
    store.record([an_event(text="long " * 2_000)], DRAFT)
    first = store.unsent(21)
    store.acknowledge([event.id for event in first[:20]])
    store.set_aside([Rejection(first[20].id, 409, "Another event has this id.")])
    unsent = store.unsent(1000)
    killed = Files(*(path.with_name(path.name + ending).read_bytes() for ending in ("", "-wal", "-shm")))
    store.close()
    closed = Files(path.read_bytes())
    return Recorded(closed, killed, unsent, pages_of(path, [event.sequence for event in unsent]))


def pages_of(path: Path, sequences: list[int]) -> dict[int, set[int]]:
    """By trial: each page is spoiled in turn, and each event looked up."""
    whole, needed = path.read_bytes(), {sequence: {1} for sequence in sequences}
    right = {sequence: looked_up(path, sequence) for sequence in sequences}
    spoiled = path.with_name("spoiled.db")
    for page in range(2, len(whole) // PAGE + 1):
        start = (page - 1) * PAGE
        spoiled.write_bytes(whole[:start] + b"\xaa" * PAGE + whole[start + PAGE :])
        for sequence in sequences:
            if looked_up(spoiled, sequence) != right[sequence]:
                needed[sequence].add(page)
    return needed


def looked_up(path: Path, sequence: int) -> object:
    """An event's row, None where it cannot be read. (Of a long value's later pages SQLCipher may give wrong bytes.)"""
    connection = connect_untouched(path, KEY)
    try:
        return connection.execute("SELECT * FROM outbox WHERE sequence = ?", (sequence,)).fetchone()
    except sqlcipher.Error:
        return None
    finally:
        connection.close()


def opened_again(path: Path) -> tuple[LocalStore, str]:
    """The store as a start of the program finds it, and what it says."""
    store = open_store(path, KEY, "device-1", lambda: NOON)
    return store, store.fact(NOTICE, str) or ""


def flipped(body: bytes, bit: int) -> bytes:
    changed = bytearray(body)
    changed[bit >> 3] ^= 1 << (bit & 7)
    return bytes(changed)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("times", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_of_any_flipped_bits_none_costs_an_event_and_each_that_matters_is_told(
    recorded: Recorded, tmp_path: Path, times: int
) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown with a failure
    chance = random.Random(seed)
    told = 0
    for number in range(times):
        files = chance.choice((recorded.closed, recorded.killed))
        assert recorded.killed.log is not None
        in_log = files.log is not None and chance.random() < 0.7
        target = recorded.killed.log if in_log else files.main
        spoiled = flipped(target, chance.randrange(len(target) * 8))
        folder = tmp_path / str(number)
        path = files.put(folder / "s.db", *((None, spoiled) if in_log else (spoiled, None)))

        store, notice = opened_again(path)

        assert store.unsent(1000) == recorded.unsent
        assert store.drafts() == [DRAFT]
        assert [refused.status for refused in store.refused()] == [409]
        assert store.device_token("session-1") == "device token of session-1"
        assert store.record([an_event()])[0].sequence == 102
        store.close()
        if notice:
            told += 1
            (aside,) = [file for file in folder.glob("s.db.damaged-*") if not file.name.endswith("-wal")]
            assert aside.read_bytes() == (files.main if in_log else spoiled)
    # Without a word only where it changes nothing: an earlier round of the log, a page that the log has anew.
    assert told > times * 0.7


def test_of_a_file_cut_off_anywhere_every_event_on_the_pages_that_are_left_is_saved(
    recorded: Recorded, tmp_path: Path
) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown with a failure
    chance = random.Random(seed)
    whole = recorded.closed.main
    for number, length in enumerate([0, 1, 4095, PAGE, *(chance.randrange(len(whole)) for _ in range(12))]):
        path = recorded.closed.put(tmp_path / str(number) / "s.db", whole[:length])

        store, notice = opened_again(path)

        left = set(range(1, length // PAGE + 1))
        readable = [event for event in recorded.unsent if recorded.pages_of[event.sequence] <= left]
        saved = store.unsent(1000)
        assert {event.id for event in readable} <= {event.id for event in saved}
        assert all(event in recorded.unsent or event.sequence <= 21 for event in saved)
        assert "damaged" in notice
        assert store.fact(LOSSES, list[dict[str, object]])
        store.close()


def test_a_page_beyond_help_costs_only_what_lies_on_it(recorded: Recorded, tmp_path: Path) -> None:
    whole = recorded.closed.main
    last = len(whole) // PAGE
    for page in (*range(1, 5), *range(6, last - 6, 4), *range(last - 5, last + 1)):
        start = (page - 1) * PAGE
        spoiled = whole[:start] + secrets.token_bytes(PAGE) + whole[start + PAGE :]
        path = recorded.closed.put(tmp_path / str(page) / "s.db", spoiled)

        store, notice = opened_again(path)

        readable = [event for event in recorded.unsent if page not in recorded.pages_of[event.sequence]]
        saved = [event for event in store.unsent(1000) if event.sequence > 21]
        assert saved == readable or len(saved) > len(readable), page
        lost = {event.sequence for event in recorded.unsent} - {event.sequence for event in saved}
        told = store.fact(LOSSES, list[object])
        assert bool(told) == bool(notice)
        assert notice or not lost
        store.close()


@pytest.mark.parametrize("length", [0.3, 0.6, 0.99])
def test_a_log_that_is_cut_off_is_told(recorded: Recorded, tmp_path: Path, length: float) -> None:
    assert recorded.killed.log is not None
    path = recorded.killed.put(tmp_path / "s.db", log=recorded.killed.log[: int(len(recorded.killed.log) * length)])

    store, notice = opened_again(path)

    assert "damaged" in notice
    assert len(store.unsent(1000)) > 0
    store.close()


def test_a_kill_alone_is_no_damage(recorded: Recorded, tmp_path: Path) -> None:
    path = recorded.killed.put(tmp_path / "s.db")
    torn = recorded.killed.put(tmp_path / "torn" / "s.db", log=(recorded.killed.log or b"") + b"half a frame" * 20)

    for each in (path, torn):
        store, notice = opened_again(each)
        assert notice == ""
        assert store.unsent(1000) == recorded.unsent
        assert list(each.parent.glob("*.damaged-*")) == []
        store.close()


def test_numbers_go_on_above_every_one_that_was_seen_and_no_one_knows_them_of_an_empty_file(
    recorded: Recorded, tmp_path: Path
) -> None:
    empty = recorded.closed.put(tmp_path / "s.db", b"")

    store, notice = opened_again(empty)

    assert "nobody can tell" in notice
    assert store.unsent(10) == []
    assert store.record([an_event()])[0].sequence == int(NOON.timestamp())
    store.close()


@pytest.mark.parametrize("stop_at", ["create", "sync_folder", "salvage"])
def test_a_salvage_that_is_cut_off_begins_again_and_loses_nothing(
    recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_at: str
) -> None:
    path = recorded.killed.put(tmp_path / "s.db", log=flipped(recorded.killed.log or b"", 90_000))

    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"app.cache.opening.{stop_at}", cut_off)
        with pytest.raises(KeyboardInterrupt):
            open_store(path, KEY, "device-1", lambda: NOON)
    store, notice = opened_again(path)

    assert store.unsent(1000) == recorded.unsent
    assert "damaged" in notice
    store.close()
    again, _ = opened_again(path)
    assert again.unsent(1000) == recorded.unsent
    again.close()


def test_damage_found_while_the_store_is_in_use_is_salvaged_at_the_next_start(
    recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cache.opening._LOOKED_THROUGH_BYTES", 0)
    (page,) = {max(recorded.pages_of[recorded.unsent[40].sequence])}
    path = recorded.closed.put(tmp_path / "s.db", flipped(recorded.closed.main, (page - 1) * PAGE * 8 + 4_000))
    store, notice = opened_again(path)
    assert notice == ""
    with pytest.raises(StoreUnreadable):
        store.unsent(1000)
    store.close()

    store, notice = opened_again(path)

    assert "damaged" in notice
    assert store.unsent(1000) == recorded.unsent
    store.close()
    assert not path.with_name(path.name + ".damaged").exists()


def test_another_devices_store_and_a_newer_one_are_left_alone(recorded: Recorded, tmp_path: Path) -> None:
    path = recorded.closed.put(tmp_path / "s.db")
    with pytest.raises(StoreForeign):
        open_store(path, KEY, "device-2", lambda: NOON)
    connection = connect(path, KEY)
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    connection.close()
    newer = path.read_bytes()
    for body in (newer, flipped(newer, (len(newer) - PAGE) * 8 + 400)):
        path.write_bytes(body)
        with pytest.raises(StoreTooNew):
            open_store(path, KEY, "device-1", lambda: NOON)
        assert path.read_bytes() == body
    assert not path.with_name(path.name + ".salvaging").exists()


def test_what_was_saved_lies_nowhere_in_the_open(recorded: Recorded, tmp_path: Path) -> None:
    path = recorded.closed.put(tmp_path / "s.db", flipped(recorded.closed.main, 100_000))
    store, notice = opened_again(path)
    store.close()

    assert notice
    for file in tmp_path.iterdir():
        assert b"xxxxxxxxxx" not in file.read_bytes()
