"""What the measuring programs share: figures out of many readings, a table of them, and the environment of children."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Reading:
    """Many readings of one thing, in one unit. `goal` is for the 99th percentile unless the row says otherwise."""

    what: str
    values: tuple[float, ...]
    goal: str = ""

    @property
    def median(self) -> float:
        """The middle reading."""
        return statistics.median(self.values)

    def percentile(self, share: float) -> float:
        """The smallest reading that at least `share` (0 to 1) of all do not exceed."""
        ordered = sorted(self.values)
        rank = max(1, -int(-share * len(ordered) // 1))
        return ordered[rank - 1]


def table(unit: str, floor: Reading, *rows: Reading) -> str:
    """The figures, each with its ratio to the floor (median to median), the floor last."""
    head = f"{'':44} {'n':>5} {'median':>9} {'p99':>9} {'worst':>9}  {'x floor':>7}  goal"
    lines = [f"{head}   ({unit})"]
    for row in (*rows, floor):
        ratio = f"{row.median / floor.median:7.1f}" if row is not floor else "  floor"
        figures = f"{row.median:9.2f} {row.percentile(0.99):9.2f} {max(row.values):9.2f}"
        lines.append(f"{row.what:44} {len(row.values):5} {figures}  {ratio}  {row.goal}")
    return "\n".join(lines)


def conditions(*more: str) -> str:
    """What the figures depend on, in one line."""
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return ", ".join(part for part in (f"Python {python}", f"{os.cpu_count()} cores", load, *more) if part)


@contextmanager
def quiet_place() -> Iterator[Path]:
    """A folder of one's own to measure in, and an environment without screen, keyring or the user's own files.

    Byte code is written, as it is for a user, but into a place of its own.
    """
    with tempfile.TemporaryDirectory(prefix="cuecard-bench-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        for name in [name for name in os.environ if name.startswith("CUECARD_")]:
            del os.environ[name]
        for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE"):
            os.environ.pop(name, None)
        os.environ |= {
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_RUNTIME_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(folder / "pyc"),
        }
        yield folder


def resident_mb(process: int) -> float:
    """A process's resident memory that is its own (not shared with others), in MB; Linux."""
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:] if ":" in line
    )
    return float(fields["Rss"].split()[0]) / 1024


def started(program: str, *arguments: str) -> dict[str, float]:
    """Runs one of the programs beside this one; what it said, each line a name and a figure.

    A figure named *_at is a CLOCK_MONOTONIC time, and comes back as ms from before the process was made.
    """
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "bench" / program), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = (line.split() for line in done.stdout.splitlines())
    said = {line[0]: float(line[1]) for line in lines if len(line) == 2}
    return {name: (figure - began) * 1000 if name.endswith("_at") else figure for name, figure in said.items()}
