"""How long to wait before the next try.

Full jitter (M. Brooker, "Exponential Backoff And Jitter", 2015): a random time between nothing and a limit that
doubles, so that a thousand desktops that lost the hub at once do not come back at once.
"""

from __future__ import annotations

from collections.abc import Callable

LONGEST_SECONDS = 300.0
"""The longest that the other side may ask for."""

# Whatever kept it away, a desktop is back within two minutes of its end (safety.md, scorecard).
_LONGEST_BY_ITSELF = 100.0
_FIRST_SECONDS = 1.0


class Patience:
    """Counts failures in a row. `random` gives numbers from 0 up to 1."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def succeeded(self) -> None:
        """Begins again with short waits."""
        self._failures = 0

    def failed(self, retry_after: float | None = None) -> float:
        """Seconds to wait now; what the other side asked for, where it did, and a little more, spread at random."""
        self._failures += 1
        if retry_after is not None:
            return min(LONGEST_SECONDS, retry_after * (1 + self._random() / 10))
        limit = min(_LONGEST_BY_ITSELF, _FIRST_SECONDS * 2.0 ** min(self._failures, 20))
        return self._random() * limit
