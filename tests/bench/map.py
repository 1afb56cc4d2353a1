"""How long the map of 1,000 steps takes, beside reading the same script."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

from app.scripts.map import Layout, lay_out, plan_of, script_map
from app.scripts.parse import parse_script
from tests.bench._measuring import Reading, conditions, table

HEAD = "---\nscript: large\ntitle: Large\nkind: care\n---\n"


def long_script(steps: int) -> str:
    """A long conversation: on, a little further, far away, back, or to another script."""
    chance = random.Random(7)
    text = [HEAD]
    for number in range(steps - 20):
        text.append(f"## s{number}: Step number {number}\n> Say {number}.\n- [1] On -> s{number + 1}\n")
        for key in (2, 3, 4):
            near = min(steps - 1, number + chance.randint(1, 12))
            target = near if chance.random() < 0.7 else chance.randrange(steps)
            text.append(f"- [{key}] Other => other\n" if chance.random() < 0.2 else f"- [{key}] Else -> s{target}\n")
    return "".join((*text, *(f"## s{number}\nEnd: kept\n" for number in range(steps - 20, steps))))


def broad_script(steps: int) -> str:
    """Everything leads to anything in the next 25 steps: as many crossings as there can be."""
    chance = random.Random(3)
    text = [HEAD]
    for number in range(steps):
        text.append(f"## s{number}: Step number {number}\n> Say {number}.\n")
        first = (number // 25 + 1) * 25
        if first + 25 > steps:
            text.append("End: kept\n")
        else:
            text += [f"- [{key}] On -> s{first + chance.randrange(25)}\n" for key in range(1, 5)]
    return "".join(text)


def measure(source: str, times: int) -> tuple[Layout, Reading, Reading]:
    """The map, how long it took to draw, and how long reading the script took."""
    script = parse_script(source, "scripts/care/large.call.md").script
    assert script is not None
    drawn = repeated(lambda: script_map(script), times)
    read = repeated(lambda: parse_script(source, "scripts/care/large.call.md"), times)
    return (
        lay_out(plan_of(script)),
        Reading("plan, lay out and draw", drawn, "1,000"),
        Reading("floor: read the script", read),
    )


def repeated(work: Callable[[], object], times: int) -> tuple[float, ...]:
    """Milliseconds of each run."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    return tuple(taken)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="The map of a script with 1,000 steps.")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--steps", type=int, default=1_000)
    options = parser.parse_args()
    print(conditions(f"{options.steps:,} steps"))
    for make in (long_script, broad_script):
        layout, drawn, read = measure(make(options.steps), options.times)
        print(f"{make.__doc__}")
        print(f"{len(layout.boxes):,} boxes; {layout.crossed:,} crossings, {layout.naive:,} in the order of the file")
        print(table("ms", read, drawn))


if __name__ == "__main__":
    main()
