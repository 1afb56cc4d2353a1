"""Signing out and in again at once: the shift that ends is the old one, whatever the lanes are busy with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest

from app.desk import desk, intents
from tests.fakes.desk import PASSWORD, DeskRig, InlineTasks

T = TypeVar("T")


class BusyLanes(InlineTasks):
    """Runs everything at once until it is `held`; then each lane keeps its work, in order, for `run`."""

    def __init__(self) -> None:
        self.held = False
        self._waiting: dict[str, list[Callable[[], None]]] = {}

    def submit(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        after: float = 0.0,
    ) -> None:
        submit = super().submit
        if self.held:
            self._waiting.setdefault(lane, []).append(lambda: submit(lane, work, done, failed))
        else:
            submit(lane, work, done, failed)

    def run(self, lane: str) -> None:
        for each in self._waiting.pop(lane, []):
            each()


def test_who_signs_in_right_after_a_sign_out_keeps_the_new_shift(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes = BusyLanes()

    class Awaited(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            lanes.run("store")
            return super().wait(timeout)

    monkeypatch.setattr(desk, "threading", SimpleNamespace(Event=Awaited))
    rig = DeskRig(tmp_path, tasks=lanes).sign_in()
    first = rig.gate.store
    lanes.held = True

    rig.desk.send(intents.SignOut())
    rig.desk.send(intents.SignIn("ana", PASSWORD))
    # The gate's lane comes to its turn while the store's is still busy.
    lanes.run("gate")
    lanes.run("store")

    assert rig.gate.store is not None and rig.gate.store is not first
    assert rig.gate.store.sign_in() is not None
