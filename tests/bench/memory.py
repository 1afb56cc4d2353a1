"""Resident memory of the desktop: after its start, and after 50 calls walked to an accept.

Measured: the resident set of the process that has the window, with its hub in a process of its own and sync running.
Floor: a process that shows an empty PySide6 window. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path

from tests.bench._desktop import Desktop, play, start_hub
from tests.bench._measuring import conditions, quiet_place, resident_mb, started

CALLS = 50


def main() -> None:
    """Measures and prints."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("Memory is read from /proc, which only Linux has.")
    parser = argparse.ArgumentParser(description="Resident memory of the desktop.")
    parser.add_argument("--calls", type=int, default=CALLS)
    options = parser.parse_args()
    with quiet_place() as folder:
        bare = started("_bare_window.py")["resident"]
        at = measure(folder, options.calls)
    print(conditions("300 accounts on the device, window 1366x768 offscreen"))
    print(f"{'':44} {'MB':>7}  {'x floor':>7}")
    rows = [("ready after the start", at[0]), ("after the first call", at[1]), (f"after {options.calls} calls", at[-1])]
    for what, megabytes in (*rows, ("floor: bare PySide6 window", bare)):
        print(f"{what:44} {megabytes:7.1f}  {megabytes / bare:7.1f}")
    half = options.calls // 2
    print(f"growth per call in the second half: {(at[-1] - at[half]) * 1024 / max(1, options.calls - half):.0f} kB")


def collect() -> None:
    """Frees what only cycles still hold: how much of that there is at a moment is chance."""
    gc.collect()


def measure(folder: Path, calls: int) -> list[float]:
    """Resident MB when ready, then after each call."""
    hub = start_hub(folder)
    at: list[float] = []

    def read(desktop: Desktop) -> None:
        desktop.in_window(collect)
        at.append(resident_mb(os.getpid()))

    def part(desktop: Desktop) -> None:
        read(desktop)
        for _ in range(calls):
            leg = desktop.to_first_offer()
            desktop.accept()
            desktop.wrap_up(leg)
            read(desktop)

    try:
        play(folder, part)
    finally:
        hub.stop()
    return at


if __name__ == "__main__":
    main()
