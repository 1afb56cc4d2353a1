"""From the start of the process to the first paint, and to a desk that is signed in and ready.

Measured: the real start of the window (`python -m ui --demo`) on a data folder that is set up, with its hub running.
The clock starts before the process is made; it stops when the first paint is over, and when the painted window shows a
ready agent. Floor: a program that shows an empty PySide6 window of the same size. Both take turns.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.bootstrap import HUB_FOLDER
from app.hub.process import start_embedded
from tests.bench._measuring import Reading, conditions, quiet_place, started, table

STARTS = 15


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Process start to first paint and to working.")
    parser.add_argument("--starts", type=int, default=STARTS)
    options = parser.parse_args()
    with quiet_place() as folder:
        bare, first, ready = measure(folder, options.starts)
    print(f"{len(first)} starts, window and bare window in turns; byte code and file cache warm, hub running")
    print(conditions())
    rows = (
        Reading("process start -> first paint", tuple(first), "median <= 2.0 x floor"),
        Reading("process start -> signed in, ready, painted", tuple(ready)),
    )
    print(table("ms", Reading("floor: bare PySide6 window", tuple(bare)), *rows))


def measure(folder: Path, starts: int) -> tuple[list[float], list[float], list[float]]:
    """The bare window's first paints, ours, and our readiness, in ms."""
    hub = start_embedded(folder / HUB_FOLDER)
    bare, first, ready = [], [], []
    try:
        for turn in range(starts + 1):
            floor = started("_bare_window.py")
            ours = started("_started_window.py", str(folder))
            if turn == 0:
                # It wrote the byte code, made the store and fetched the accounts.
                continue
            bare.append(floor["painted_at"])
            first.append(ours["painted_at"])
            ready.append(ours["ready_at"])
    finally:
        hub.stop()
    return bare, first, ready


if __name__ == "__main__":
    main()
