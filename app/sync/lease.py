"""One uploader per store: a lock that the system takes back by itself when its holder dies.

A lease with a time in it would make a restart after a kill wait until it ran out; a lock on a file does not.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol


class Lease(Protocol):
    """The right to be the one that uploads."""

    def take(self) -> bool:
        """Takes the lease, or keeps it; False while another process has it."""

    def give_back(self) -> None:
        """Lets another have it; a second call does nothing."""


class FileLease:
    """The lease of a store: a lock on the empty file `<store>.uploader` beside it."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".uploader")
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Takes the lease, or keeps it; False while another process has it."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        if not _locked(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Lets another have it; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
