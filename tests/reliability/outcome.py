"""What a program of the scorecard is given, and what it says."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class NotRun(Exception):
    """This machine lacks what the program needs; the text says what."""


class TooLate(AssertionError):
    """What was waited for did not come about in time; the text says what."""


@dataclass(slots=True)
class Work:
    """How to run: `is_long` for the whole scorecard, else the short form of the normal tests.

    `minutes` is how long programs go on that have no end of their own. `folder` is the program's own and empty.
    """

    folder: Path
    seed: int
    is_long: bool = False
    minutes: float = 1.0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def of(self, short: int, long: int) -> int:
        """How many, by the form that runs."""
        return long if self.is_long else short

    def place(self, name: str) -> Path:
        """A new folder in the program's own."""
        made = self.folder / name
        made.mkdir(mode=0o700, parents=True)
        return made


@dataclass(slots=True)
class Outcome:
    """What came of a program: `figures` to print, and what was wrong; nothing wrong is a pass.

    `not_run` names parts that this machine could not run, and why.
    """

    figures: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    def say(self, figure: str) -> None:
        """One more figure."""
        self.figures.append(figure)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Notes what is wrong where something does not hold."""
        if not holds:
            self.wrong.append(otherwise)


def until(what: str, condition: Callable[[], bool], seconds: float) -> float:
    """Waits for a condition that nobody tells of; how long it took. Raises TooLate."""
    begun = time.monotonic()
    pause = threading.Event()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise TooLate(f"waited {seconds:.0f} s until {what}")
        pause.wait(0.02)
    return time.monotonic() - begun


def processor_seconds(process: int) -> float:
    """How much of a processor a process has used so far; 0 where that cannot be read (Linux alone tells)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(values: list[float], part: float) -> float:
    """The smallest value that at least this part of all do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-part * len(ordered) // 1) - 1))] if ordered else 0.0
