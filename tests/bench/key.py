"""From the key for "I said it" to the extend that is committed and shown as recorded.

Measured: F5 on an offer, until the window has painted "recorded", which it says only after the commit. The offer is
taken back and extended again; after ten times the call is wrapped up and a new one walked to its offer. Floors, on the
same disk in the same run: the store's transaction alone, and one row put into plain SQLite just as durably.
"""

from __future__ import annotations

import argparse
import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.desk.view import DeskView, Saving
from tests.bench._desktop import Desktop, play, start_hub
from tests.bench._measuring import Reading, conditions, quiet_place, table
from tests.fakes.accounts import an_event

EXTENDS = 320
_PER_CALL = 10
_DRAFT_BYTES = 3_000


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Key E to committed and shown.")
    parser.add_argument("--extends", type=int, default=EXTENDS)
    options = parser.parse_args()
    with quiet_place() as folder:
        keys = measure(folder, options.extends)
        store = bare_store(folder / "floor.db", options.extends)
        plain = plain_sqlite(folder / "plain.db", options.extends)
    print(f"{len(keys.shown)} extends by key in the real window, hub running; WAL, synchronous=FULL")
    print(conditions())
    rows = (
        Reading("key E -> committed and shown", tuple(keys.shown), "p99 <= 5"),
        Reading("key E -> marked on the screen, not yet saved", tuple(keys.marked)),
        Reading("the same event and draft, LocalStore.record", tuple(store)),
    )
    print(table("ms", Reading("floor: one row, plain SQLite", tuple(plain)), *rows))


class Keys:
    """Presses and measures."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._pressed_at = self._marked_at = self._shown_at = 0
        self._records = 0
        self.shown: list[float] = []
        self.marked: list[float] = []

    def play(self, extends: int) -> None:
        """So many extends, ten a call."""
        desktop = self._desktop
        for _ in range(-(-extends // _PER_CALL)):
            leg = desktop.to_first_offer()
            for _ in range(_PER_CALL):
                desktop.until("all is at rest", lambda: desktop.at_rest)
                self._extend()
                desktop.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
                desktop.until("it is taken back", lambda: desktop.view.offer_records[0].taken_back)
            desktop.wrap_up(leg)

    def _extend(self) -> None:
        desktop = self._desktop
        self._records = len(desktop.view.offer_records)
        self._marked_at = self._shown_at = 0
        desktop.on_painted = self._look
        desktop.in_window(self._press)
        desktop.until("the extend is shown as recorded", lambda: self._shown_at > 0)
        self.shown.append((self._shown_at - self._pressed_at) / 1e6)
        self.marked.append((self._marked_at - self._pressed_at) / 1e6)

    def _press(self) -> None:
        target = QApplication.focusWidget() or self._desktop.window
        self._pressed_at = time.perf_counter_ns()
        QTest.keyClick(target, Qt.Key.Key_F5)

    def _look(self, view: DeskView, at: int) -> None:
        if len(view.offer_records) == self._records:
            return
        self._marked_at = self._marked_at or at
        if view.recorded.saving is Saving.RECORDED:
            self._shown_at = self._shown_at or at


def measure(folder: Path, extends: int) -> Keys:
    """One window; the first call's extends are not counted."""
    hub = start_hub(folder)
    made: list[Keys] = []

    def part(desktop: Desktop) -> None:
        Keys(desktop).play(_PER_CALL)
        made.append(Keys(desktop))
        made[0].play(extends)

    try:
        play(folder, part)
    finally:
        hub.stop()
    return made[0]


def bare_store(path: Path, times: int) -> list[float]:
    """One transaction of the store each: the event and a draft as large as that of a call at its offer."""
    store = LocalStore.open(path, secrets.token_bytes(32), "device-1")
    draft = Draft("call-1", bytes(_DRAFT_BYTES))

    def record() -> None:
        event = an_event(account="acc-4221", offer="smaller-plan", rung=1, script="save-too-expensive")
        store.record([event], draft)

    taken = milliseconds(record, times)
    store.close()
    return taken


def plain_sqlite(path: Path, times: int) -> list[float]:
    """One row each, committed with the same durability, without encryption or anything of ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (body BLOB)")
    body = bytes(560 + _DRAFT_BYTES)
    taken = milliseconds(lambda: connection.execute("INSERT INTO row VALUES (?)", (body,)), times)
    connection.close()
    return taken


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """How long each run took."""
    taken = []
    for _ in range(times):
        began = time.perf_counter_ns()
        work()
        taken.append((time.perf_counter_ns() - began) / 1e6)
    return taken


if __name__ == "__main__":
    main()
