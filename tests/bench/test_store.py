"""What the local store costs: recording a key press, and finding a caller among 100,000 accounts."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from app.cache.accounts import masked
from app.cache.store import LocalStore
from app.desk.ports import Draft
from tests.fakes.accounts import an_account, an_event

pytestmark = pytest.mark.bench

ACCOUNTS = 100_000


def milliseconds(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and 99th percentile of so many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    taken.sort()
    return taken[times // 2], taken[times * 99 // 100]


def test_recording_one_event(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path / "cuecard.db", secrets.token_bytes(32), "device-1")
    events = [an_event(account="acc-4221", offer="data-pack", rung=1, script="upsell-data-pack") for _ in range(4_000)]
    draft = Draft("call-1", bytes(3_000))

    median, p99 = milliseconds(lambda: store.record([events.pop()], draft), 2_000)
    floor_median, floor_p99 = bare_commit(tmp_path / "floor.db")

    print(f"record one event and its draft: median {median:.2f} ms, p99 {p99:.2f} ms (goal 5)")
    print(f"  floor, one bare insert committed: median {floor_median:.2f} ms, p99 {floor_p99:.2f} ms")
    store.close()


def bare_commit(path: Path) -> tuple[float, float]:
    """One row into SQLCipher with the same durability, with nothing of ours around it."""
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (body BLOB)")
    figures = milliseconds(lambda: connection.execute("INSERT INTO row VALUES (zeroblob(560))"), 2_000)
    connection.close()
    return figures


def test_finding_a_caller_among_a_hundred_thousand_accounts(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path / "cuecard.db", secrets.token_bytes(32), "device-1")
    began = time.perf_counter()
    for start in range(0, ACCOUNTS, 1_000):
        page = [masked(an_account(f"acc-{n}", phones=(f"+44{n:010}",))) for n in range(start, start + 1_000)]
        store.keep_changes(page, "accounts", str(start))
    filled = time.perf_counter() - began
    wanted = [f"+44{secrets.randbelow(ACCOUNTS):010}" for _ in range(2_000)]

    median, p99 = milliseconds(lambda: store.by_phone(wanted.pop()), 2_000)

    print(f"one of {ACCOUNTS:,} accounts by its number: median {median:.3f} ms, p99 {p99:.3f} ms (goal 1)")
    print(f"  filling the index: {filled:.1f} s")
    assert store.by_phone(f"+44{5:010}")
    store.close()
