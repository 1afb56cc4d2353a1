"""How many events to send at once: a little more after each batch that went through, half after one that did not.

Additive increase, multiplicative decrease (D.-M. Chiu, R. Jain, 1989), as TCP finds out what a line carries.
"""

from __future__ import annotations

from app.sync.cloudevents import MAX_EVENTS

_FIRST = 500
_MORE = 250


class Pace:
    """Attributes: `size`, the number of events for the next batch, from 1 to the most that the hub takes."""

    def __init__(self) -> None:
        self.size = _FIRST

    def went_through(self, count: int) -> None:
        """A batch of so many events was taken; one smaller than allowed says nothing about larger ones."""
        if count >= self.size:
            self.size = min(MAX_EVENTS, self.size + _MORE)

    def was_too_much(self, count: int) -> None:
        """A batch of so many events ran out of time, was too large, or the hub failed on it."""
        self.size = max(1, min(self.size, count) // 2)
