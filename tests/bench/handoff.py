"""What a softphone waits for: `cuecard pop` from the start of its process until it is over, with a window open.

Floor: a Python that does nothing. Both take turns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt

from app.desk.view import Phase
from tests.bench._desktop import ADA, Desktop, play, start_hub
from tests.bench._measuring import Reading, conditions, quiet_place, table

POPS = 40


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Start to exit of cuecard pop.")
    parser.add_argument("--pops", type=int, default=POPS)
    options = parser.parse_args()
    with quiet_place() as folder:
        pops, floor = measure(folder, options.pops)
    print(f"{len(pops)} calls handed over to the open window, taking turns with an empty Python")
    print(conditions())
    row = Reading("cuecard pop, start -> exit", tuple(pops), "worst <= 300")
    print(table("ms", Reading("floor: python -c pass", tuple(floor)), row))


def measure(folder: Path, pops: int) -> tuple[list[float], list[float]]:
    """How long each pop and each empty Python took, in ms."""
    hub = start_hub(folder)
    taken: list[float] = []
    floor: list[float] = []

    def part(desktop: Desktop) -> None:
        for turn in range(pops + 1):
            nothing = run(["-c", "pass"])
            pop = run(["-m", "app.cli", "pop", "--from", ADA, "--call-id", f"call-{turn}"])
            desktop.until("the call is shown", lambda: desktop.view.phase is Phase.RINGING)
            desktop.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
            desktop.until("the desk is free", lambda: desktop.view.phase is Phase.READY and desktop.at_rest)
            if turn > 0:
                floor.append(nothing)
                taken.append(pop)

    try:
        play(folder, part)
    finally:
        hub.stop()
    return taken, floor


def run(arguments: Sequence[str]) -> float:
    """Runs Python to its end; raises where it fails."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, timeout=30)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
