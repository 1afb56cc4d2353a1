"""How long the map of 1,000 steps takes, beside reading the same script."""

from __future__ import annotations

import random
import time

import pytest

from app.scripts.map import lay_out, plan_of, script_map
from app.scripts.model import Script
from app.scripts.parse import parse_script

pytestmark = pytest.mark.bench

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


@pytest.mark.parametrize("make", [long_script, broad_script], ids=lambda make: make.__name__)
def test_the_map_of_a_thousand_steps(make: object) -> None:
    assert callable(make)
    source = make(1_000)
    began = time.perf_counter()
    script = parse_script(source, "scripts/care/large.call.md").script
    read = time.perf_counter() - began
    assert isinstance(script, Script)

    taken = []
    for _ in range(3):
        began = time.perf_counter()
        script_map(script)
        taken.append(time.perf_counter() - began)
    layout = lay_out(plan_of(script))

    print(f"map of 1,000 steps: best {min(taken) * 1_000:.0f} ms, worst {max(taken) * 1_000:.0f} ms (goal 1,000)")
    print(f"  {len(layout.boxes):,} boxes, {layout.crossed:,} crossings ({layout.naive:,} in the order of the file)")
    print(f"  floor, reading the script: {read * 1_000:.0f} ms")
