"""Who may write next: the agent's key press goes before everything in the background.

SQLite has one writer at a time and lets the others wait by sleeping. Inside one process that is avoided by taking
turns; `threading.Lock` alone would let a long refresh of accounts win again and again against a key press.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WriteTurns:
    """One writer at a time; urgent ones before patient ones."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._urgent_waiting = 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """A turn for what a person is waiting for."""
        with self._changed:
            self._urgent_waiting += 1
            try:
                self._changed.wait_for(lambda: not self._taken)
            finally:
                self._urgent_waiting -= 1
            self._taken = True
        yield from self._use()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """A turn for background work; keep it short (a few milliseconds) and come back for the rest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken and not self._urgent_waiting)
            self._taken = True
        yield from self._use()

    def _use(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()
