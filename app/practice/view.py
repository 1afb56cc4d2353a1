"""What the window shows of practice: choosing, the caller's words beside the call, and the page afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Stage(StrEnum):
    """Where the practice is. OFF: nobody practises."""

    OFF = "off"
    SETUP = "setup"
    CALL = "call"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """Somebody who may call: the key that chooses, the name, and what to expect."""

    key: str
    id: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What is practised. `scripts` are (id, title) in order; `source` says where they come from, "" for those in use.

    `seed` is as typed; the same one brings the same caller. `problem` says what stands in the way, `notice` what
    became of the practice before, `busy` that scripts are being read.
    """

    scripts: tuple[tuple[str, str], ...] = ()
    script: str = ""
    personas: tuple[PersonaRow, ...] = ()
    persona: str = ""
    seed: str = ""
    source: str = ""
    problem: str = ""
    notice: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class CallerLine:
    """What stands where the caller's voice would be: who calls, `text` ("" while he listens), and what he tells."""

    who: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    script: str = ""
    seed: str = ""


@dataclass(frozen=True, slots=True)
class MissRow:
    """Something missed: what, at which step, and what the caller had said there ("" for nothing)."""

    text: str
    where: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class PathRow:
    """A step of the call, `yours`, of the best path, `best`, or of both."""

    title: str
    yours: bool
    best: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What came of a practice call. `headline` is the friendly first sentence; `seed` brings the same caller again."""

    script: str
    persona: str
    seed: int
    headline: str
    well: tuple[str, ...]
    missed: tuple[MissRow, ...]
    path: tuple[PathRow, ...]


@dataclass(frozen=True, slots=True)
class PracticeView:
    """Everything that the window shows of practice. `page` is None while the best path is being played."""

    stage: Stage = Stage.OFF
    setup: Setup = field(default_factory=Setup)
    caller: CallerLine = field(default_factory=CallerLine)
    page: Page | None = None


class PracticeDesk(Protocol):
    """Practice as the window needs it. All of it is called on the UI thread and returns at once."""

    @property
    def practice(self) -> PracticeView:
        """What to show now."""

    def open(self) -> None:
        """To the choice of script, persona and seed; does nothing while the agent is not ready."""

    def choose(self, script: str | None = None, persona: str | None = None, seed: str | None = None) -> None:
        """Takes what is given, leaves the rest."""

    def read_draft(self, path: Path | None) -> None:
        """Practises the scripts at this path, a folder or a file; None: those in use."""

    def begin(self) -> None:
        """The caller rings."""

    def again(self, another: bool = False) -> None:
        """The same caller once more, or `another` of the same kind."""

    def leave(self) -> None:
        """Ends practice; nothing of it is kept."""
