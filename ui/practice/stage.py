"""What the window talks to about practice from its first paint on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.practice.view import PracticeDesk, PracticeView


class Door(PracticeDesk, Protocol):
    """Practice, which tells of each change."""

    on_practice: Callable[[PracticeView], None]


class PracticeStage:
    """Stands for practice. Until a door is attached nobody practises, and nothing that is asked for happens."""

    def __init__(self) -> None:
        self.practice = PracticeView()
        self.on_change: Callable[[PracticeView], None] = lambda practice: None
        self._door: Door | None = None

    def attach(self, door: Door) -> None:
        """From now on this is the practice."""
        self._door = door
        door.on_practice = self._show
        self._show(door.practice)

    def open(self) -> None:
        """To the choice of script, persona and seed."""
        if self._door is not None:
            self._door.open()

    def choose(self, script: str | None = None, persona: str | None = None, seed: str | None = None) -> None:
        """Takes what is given, leaves the rest."""
        if self._door is not None:
            self._door.choose(script, persona, seed)

    def read_draft(self, path: Path | None) -> None:
        """Practises the scripts at this path; None: those in use."""
        if self._door is not None:
            self._door.read_draft(path)

    def begin(self) -> None:
        """The caller rings."""
        if self._door is not None:
            self._door.begin()

    def again(self, another: bool = False) -> None:
        """The same caller once more, or another of the same kind."""
        if self._door is not None:
            self._door.again(another)

    def leave(self) -> None:
        """Ends practice."""
        if self._door is not None:
            self._door.leave()

    def _show(self, practice: PracticeView) -> None:
        self.practice = practice
        self.on_change(practice)
