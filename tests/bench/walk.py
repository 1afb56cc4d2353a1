"""Ten thousand calls of the largest shipped script.

Measured: `app.scripts.coverage.cover` on the script with the most answers. Floor: as many random moves over the same
steps kept as a dictionary, with nothing of a call around them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

from app.library_folder import load
from app.scripts.coverage import cover
from app.scripts.model import Script
from tests.bench._measuring import ROOT, Reading, conditions, table

SEED = 7


def main() -> None:
    """Prints both figures; processor time, so that other work on the machine counts for nothing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    library = load(ROOT / "scripts_library").library
    if library is None:
        raise SystemExit("The shipped library has errors; `cuecard script check scripts_library` shows them.")
    largest = max(library.scripts.values(), key=lambda one: sum(len(step.answers) for step in one.steps.values()))
    report = cover(library, [largest.id], arguments.calls, SEED).scripts[0]
    graph = _graph(largest)
    print(conditions(f"{largest.id}: {report.steps} steps, {report.answers} answers", f"{report.moves:,} moves"))
    calls = Reading(
        f"{arguments.calls:,} calls",
        tuple(_seconds(lambda: cover(library, [largest.id], arguments.calls, SEED)) for _ in range(arguments.times)),
        "<= 5 for 10,000",
    )
    floor = Reading(
        "the same number of moves over a dictionary",
        tuple(_seconds(lambda: _moves(graph, largest.start, report.moves)) for _ in range(arguments.times)),
    )
    print(table("s", floor, calls))


def _graph(script: Script) -> dict[str, tuple[str, ...]]:
    targets = {
        step.id: [one.target for one in step.answers] + [one.target for one in step.branches]
        for step in script.steps.values()
    }
    return {id: tuple(one.step for one in ways if one.step) for id, ways in targets.items()}


def _moves(graph: dict[str, tuple[str, ...]], start: str, count: int) -> int:
    dice, at, ends = random.Random(SEED), start, 0
    for _ in range(count):
        ways = graph[at]
        if ways:
            at = dice.choice(ways)
        else:
            at, ends = start, ends + 1
    return ends


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
