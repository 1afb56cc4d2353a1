"""That a hub runs in a data folder: its lock, the file that says where it listens, and whose child it is.

Used by the hub itself and by whoever starts it. Standard library only.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from app.hub.errors import HubError

_SYNCHRONIZE = 0x00100000
_WAIT_TIMEOUT = 0x00000102


class FolderInUse(HubError):
    """Another hub works on this database."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A running hub. `parent` is the process that it lives and dies with, or None; `instance` as its health says."""

    url: str
    pid: int
    parent: int | None
    instance: str


def announce(path: Path, presence: Presence) -> None:
    """Writes the ready file in one step, for its owner's eyes only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(presence), file)
    fresh.replace(path)


def announced(path: Path) -> Presence | None:
    """What the ready file says; None where there is none or it is unreadable."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return Presence(str(plain["url"]), int(plain["pid"]), _optional(plain["parent"]), str(plain["instance"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


class FolderLock:
    """Held while a hub runs on a database; the system frees it however the process ends."""

    def __init__(self, path: Path) -> None:
        """Takes the lock at once or raises FolderInUse."""
        self._file: IO[bytes] = path.open("ab")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise FolderInUse("Another hub works on this database. Stop it first, or use that one.") from error

    def release(self) -> None:
        """Frees the lock."""
        self._file.close()


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that has ended but is not yet collected by its parent counts as running)."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Parent:
    """The process that a hub was started with."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        # A parent's end is seen at once by its own child, since the system gives it another parent.
        self._is_own = sys.platform != "win32" and os.getppid() == pid

    def is_gone(self) -> bool:
        """Whether it has ended."""
        return os.getppid() != self._pid if self._is_own else not is_alive(self._pid)


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_alive_on_windows(pid: int) -> bool:
    import ctypes

    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == _WAIT_TIMEOUT)
    finally:
        kernel.CloseHandle(handle)


def _optional(value: Any) -> int | None:
    return None if value is None else int(value)
