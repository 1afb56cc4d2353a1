"""What came of walking scripts by the thousand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Ended(StrEnum):
    """How a call through a script came to its end; ENDLESS and STUCK are faults of the script."""

    OUTCOME = "outcome"
    HANDED_OVER = "handed_over"
    ENDLESS = "endless"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Unreached:
    """A step, answer, objection or branch that no call came to: where it stands in the file, and what it is."""

    kind: str
    step: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A place where calls did not end: how many, in the step, and what the agent was told there ("" for a circle)."""

    ended: Ended
    step: str
    calls: int
    first_call: int
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ScriptReport:
    """All calls through one script.

    `outcomes` counts its ends by outcome, `handed_over` those that another script went on with. `longest` is the number
    of steps of the longest call that ended, `longest_call` which one it was (from 1). `moves` counts all that was done.
    """

    script: str
    file: str
    calls: int
    steps: int
    steps_reached: int
    answers: int
    answers_reached: int
    unreached: tuple[Unreached, ...]
    outcomes: Mapping[str, int] = field(default_factory=dict)
    handed_over: Mapping[str, int] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    longest: int = 0
    longest_call: int = 0
    moves: int = 0

    @property
    def clean(self) -> bool:
        """Whether everything was reached and every call came to an end."""
        return not self.unreached and not self.troubles


@dataclass(frozen=True, slots=True)
class Report:
    """All scripts that were walked, by id. The same library, scripts, calls and seed give the same report."""

    seed: int
    calls: int
    scripts: tuple[ScriptReport, ...]

    @property
    def clean(self) -> bool:
        """Whether every script is."""
        return all(one.clean for one in self.scripts)
