"""The scorecard of reliability: every program under one roof, with its figures, its seed and its true duration.

python3 build/test.py --reliability                    all of it, in the long form
python3 build/test.py --reliability --minutes 30       so long for what has no end of its own (soak, lossy lines)
python3 build/test.py --reliability --only kills       some of it; --short for the form of the normal tests
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import secrets
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.outcome import NotRun, Outcome, Work

PROGRAMS = {
    "kills": "1,000 kill -9 of desktops and hub under load",
    "power": "power cuts at 2,000 places each, of hub and desktop",
    "away": "15 agents, three days without a network",
    "network": "30 % packet loss; 2 s round trip at 64 kbit/s",
    "flaps": "1,000 partition flaps, 30 % of answers cut after the commit",
    "disk": "full disks and failing syncs, of desktop and hub",
    "damage": "300 flipped bits, truncated and empty files",
    "clock": "clocks +-400 days, back 2 h, end of summer time",
    "restored": "hub put back to yesterday's copy",
    "versions": "events of an earlier version",
    "poison": "an event on which the hub always fails",
    "double": "two processes on one store, a key pressed twice",
    "soak": "call after call in the window",
}
"""Name of the module -> what it does; in the order in which they run."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that ran, or could not."""

    name: str
    verdict: str
    seconds: float
    not_run: tuple[str, ...] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what was asked for and prints; 1 where something failed."""
    parser = argparse.ArgumentParser(
        prog="python3 build/test.py --reliability", description="The reliability scorecard."
    )
    parser.add_argument("--minutes", type=float, default=2.0, help="for each part that has no end of its own")
    parser.add_argument("--seed", type=int, default=secrets.randbits(31), help="what chance begins with")
    parser.add_argument("--only", action="append", choices=PROGRAMS, help="this program (may be given again)")
    parser.add_argument("--short", action="store_true", help="the short form")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    print(f"reliability: seed {options.seed}, {conditions()}", flush=True)
    ran = [_run(name, options) for name in options.only or PROGRAMS]
    print(_table(ran, time.monotonic() - begun), flush=True)
    return 1 if any(one.verdict == "FAILED" for one in ran) else 0


def conditions() -> str:
    """What the figures depend on."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {os.cpu_count()} cores{load}"


def outcome_of(name: str, work: Work) -> Outcome:
    """Runs one; whatever goes wrong in it is its outcome."""
    try:
        found: Outcome = importlib.import_module(f"tests.reliability.{name}").run(work)
    except NotRun as reason:
        return Outcome(not_run=[str(reason)])
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Outcome(wrong=[f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}: {error}"])
    return found


def _run(name: str, options: argparse.Namespace) -> Ran:
    print(f"\n== {name}: {PROGRAMS[name]}", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cuecard-reliability-", ignore_cleanup_errors=True) as folder:
        outcome = outcome_of(name, Work(Path(folder), options.seed, not options.short, options.minutes))
    took = time.monotonic() - begun
    for figure in outcome.figures:
        print(f"   {figure}")
    for what in outcome.not_run:
        print(f"   not run: {what}")
    for wrong in outcome.wrong:
        print(f"   WRONG: {wrong}")
    verdict = "FAILED" if outcome.wrong else "pass" if outcome.figures else "not run"
    print(f"   {verdict}, {took:.0f} s, seed {options.seed}", flush=True)
    return Ran(name, verdict, took, tuple(outcome.not_run))


def _table(ran: Sequence[Ran], took: float) -> str:
    lines = ["", f"{'program':10} {'verdict':8} {'seconds':>8}  what"]
    for one in ran:
        lines.append(f"{one.name:10} {one.verdict:8} {one.seconds:8.0f}  {PROGRAMS[one.name]}")
        lines += [f"{'':29} not run: {what}" for what in one.not_run]
    lines += [
        f"{name:10} not run            not asked for" for name in PROGRAMS if name not in {one.name for one in ran}
    ]
    lines.append(f"true duration {took:.0f} s ({took / 60:.1f} minutes)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
