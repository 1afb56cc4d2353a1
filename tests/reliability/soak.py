"""Call after call in the real window: memory and handles must stay where they are."""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.bench._desktop import Desktop, play, start_hub
from tests.bench._measuring import quiet_place, resident_mb
from tests.reliability.hub_process import ROOT
from tests.reliability.outcome import NotRun, Outcome, Work

_MOST_GROWTH = 0.10
_WARM_CALLS = 20
_SECONDS_A_CALL = 5.0


def run(work: Work) -> Outcome:
    """The window is in a process of its own, with its hub in another."""
    if not sys.platform.startswith("linux"):
        raise NotRun("memory and handles are read from /proc, which only Linux has")
    outcome = Outcome()
    seconds = work.minutes * 60 if work.is_long else 12.0
    command = [sys.executable, "-m", "tests.reliability.soak", "--seconds", str(seconds)]
    command += ["--warm", str(work.of(3, _WARM_CALLS)), "--pace", str(0.0 if not work.is_long else _SECONDS_A_CALL)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=seconds + 600,
    )
    if done.returncode:
        outcome.wrong.append(f"the window did not get on: {done.stderr.strip()[-600:]}")
        return outcome
    readings: list[tuple[float, int]] = json.loads(done.stdout.splitlines()[-1])
    warm = readings[min(work.of(3, _WARM_CALLS), len(readings) - 1)]
    last = readings[-1]
    growth = last[0] / warm[0] - 1
    outcome.say(
        f"{len(readings) - 1} calls in {seconds:.0f} s: {warm[0]:.1f} MB after the first, {last[0]:.1f} MB at the end "
        f"({growth:+.1%}); handles {warm[1]} and {last[1]}, at most {max(handles for _, handles in readings)}"
    )
    outcome.expect(len(readings) > work.of(4, 2 * _WARM_CALLS), "too few calls to say anything")
    outcome.expect(growth < _MOST_GROWTH, f"memory grew by {growth:.1%}")
    outcome.expect(last[1] <= warm[1] + 5, f"handles grew from {warm[1]} to {last[1]}")
    return outcome


def _collect() -> None:
    """How much only cycles still hold at a moment is chance."""
    gc.collect()


def soak(seconds: float, pace: float) -> list[tuple[float, int]]:
    """Memory in MB and open handles, before the first call and after each."""
    readings: list[tuple[float, int]] = []

    def read(desktop: Desktop) -> None:
        desktop.in_window(_collect)
        readings.append((resident_mb(os.getpid()), len(list(Path("/proc/self/fd").iterdir()))))

    def part(desktop: Desktop) -> None:
        until = time.monotonic() + seconds
        pause = threading.Event()
        read(desktop)
        while time.monotonic() < until:
            begun = time.monotonic()
            leg = desktop.to_first_offer()
            desktop.accept()
            desktop.wrap_up(leg)
            read(desktop)
            pause.wait(max(0.0, begun + pace - time.monotonic()))

    with quiet_place() as folder:
        hub = start_hub(folder)
        try:
            play(folder, part)
        finally:
            hub.stop()
    return readings


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--pace", type=float, default=0.0)
    parser.add_argument("--warm", type=int, default=0)
    options = parser.parse_args()
    taken = soak(options.seconds, options.pace)
    sys.stdout.write("\n" + json.dumps(taken) + "\n")
