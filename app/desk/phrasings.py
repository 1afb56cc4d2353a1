"""Which of several phrasings an agent has pinned: it is shown first, in each call from now on."""

from __future__ import annotations

from typing import Protocol

from app.scripts import actions
from app.scripts.walk import Walk


class Pins(Protocol):
    """Where pins are kept. They are words as the trainer wrote them, with no customer's values in them."""

    def words(self, script: str, step: str) -> str:
        """What is pinned for a step, "" for nothing."""

    def pin(self, script: str, step: str, words: str) -> None:
        """Pins these words, or with "" none."""


class NoPins:
    """Nothing can be pinned."""

    def words(self, script: str, step: str) -> str:
        """Nothing."""
        return ""

    def pin(self, script: str, step: str, words: str) -> None:
        """Is not kept."""


def pinned_number(walk: Walk, pins: Pins) -> int:
    """Which phrasing of the step on the screen is pinned, from 1; 0 where none is, or its words were changed since."""
    if len(walk.phrasings) < 2:
        return 0
    words = pins.words(*walk.here)
    return walk.phrasings.index(words) + 1 if words in walk.phrasings else 0


def show_pinned(walk: Walk, pins: Pins) -> actions.ShowPhrasing | None:
    """What brings the pinned phrasing on the screen; None where it is there, or nothing is pinned."""
    number = pinned_number(walk, pins)
    return actions.ShowPhrasing(number) if number and number != walk.screen().phrasing else None


def toggle_pin(walk: Walk, pins: Pins) -> None:
    """Pins the phrasing on the screen; where it is the pinned one, it is so no longer."""
    shown = walk.screen().phrasing
    if len(walk.phrasings) > 1:
        pins.pin(*walk.here, "" if pinned_number(walk, pins) == shown else walk.phrasings[shown - 1])
