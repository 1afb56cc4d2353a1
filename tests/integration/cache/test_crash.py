"""Killed processes and full disks: what was confirmed is there, once, and the numbers have no gap."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cache.opening import open_store
from app.cache.store import LocalStore
from tests.fakes.accounts import NOON

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "tests" / "integration" / "cache" / "recording_process.py"


def recording(path: Path, key: bytes, *more: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*before, sys.executable, str(SCRIPT), str(path), key.hex(), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


@pytest.mark.crash
@pytest.mark.parametrize("round_", range(4))
def test_every_event_confirmed_before_a_kill_is_there_once_and_the_numbers_have_no_gap(
    tmp_path: Path, round_: int
) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown with a failure
    path, key = tmp_path / "cuecard.db", secrets.token_bytes(32)
    confirmed: list[tuple[int, str, int]] = []
    for lines in random.Random(seed).sample(range(1, 400), 2):
        with recording(path, key) as process:
            assert process.stdout is not None
            for _ in range(lines):
                confirmed.append(read_line(process.stdout.readline()))
            process.send_signal(signal.SIGKILL)
            # What was confirmed between the last line read and the kill counts as well.
            confirmed += [read_line(line) for line in process.stdout.readlines() if line.endswith(b"\n")]

    store = open_store(path, key, "device-1", lambda: NOON)
    assert list(tmp_path.glob("*.damaged-*")) == []
    found = store.unsent(1_000_000)
    (draft,) = store.drafts()
    store.close()

    assert [event.sequence for event in found] == list(range(1, len(found) + 1))
    assert len({event.id for event in found}) == len(found)
    by_number = {event.sequence: event.id for event in found}
    assert [by_number.get(sequence) for sequence, _, _ in confirmed] == [id for _, id, _ in confirmed]
    # At most the one that was committed and not yet confirmed comes on top, per kill; the draft is of the last.
    assert len(found) - len(confirmed) <= 2
    assert found[-1].data["number"] == int(draft.body)


def read_line(line: bytes) -> tuple[int, str, int]:
    sequence, id, number = line.decode().split()
    return int(sequence), id, int(number)


@pytest.mark.crash
@pytest.mark.skipif(sys.platform != "linux", reason="strace, which fills the disk here, is on Linux alone")
def test_a_full_disk_refuses_visibly_loses_nothing_confirmed_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    assert shutil.which("strace"), "install strace: the disk is filled by it"
    path, key = tmp_path / "cuecard.db", secrets.token_bytes(32)
    LocalStore.open(path, key, "device-1").close()
    full = ("-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=60..90", "-P", f"{path}-wal")
    with recording(path, key, "60", before=("strace", "-qq", "-f", "-o", os.devnull, *full)) as process:
        output, _ = process.communicate(timeout=60)

    lines = output.decode().splitlines()
    refused = [line for line in lines if line.startswith("refused")]
    confirmed = [read_line(line.encode()) for line in lines if line not in refused]
    store = LocalStore.open(path, key, "device-1")
    found = [(event.sequence, event.id, event.data["number"]) for event in store.unsent(1_000)]
    store.close()

    assert len(lines) == 60
    assert refused and set(refused) == {"refused StoreFull"}
    assert found == confirmed
    assert confirmed[-1][0] == len(confirmed)
    assert lines[-1] not in refused


@pytest.mark.crash
@pytest.mark.skipif(sys.platform != "linux", reason="strace, which makes the disk fail here, is on Linux alone")
def test_a_disk_that_cannot_make_durable_confirms_nothing_and_recording_goes_on_afterwards(tmp_path: Path) -> None:
    assert shutil.which("strace"), "install strace: it makes the disk fail"
    path, key = tmp_path / "cuecard.db", secrets.token_bytes(32)
    LocalStore.open(path, key, "device-1").close()
    failing = ("-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO:when=12..15", "-P", f"{path}-wal")
    with recording(path, key, "60", before=("strace", "-qq", "-f", "-o", os.devnull, *failing)) as process:
        output, _ = process.communicate(timeout=60)

    lines = output.decode().splitlines()
    refused = [line for line in lines if line.startswith("refused")]
    confirmed = [read_line(line.encode()) for line in lines if line not in refused]
    store = open_store(path, key, "device-1", lambda: NOON)
    found = [(event.sequence, event.id, event.data["number"]) for event in store.unsent(1_000)]
    store.close()

    assert len(lines) == 60
    assert refused
    assert found == confirmed
    assert lines[-1] not in refused
    assert list(tmp_path.glob("*.damaged-*")) == []
