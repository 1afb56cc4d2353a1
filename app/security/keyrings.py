"""The system's keyring: only the real ones, and never without a deadline.

Allowed are the Secret Service (GNOME, KDE), the Windows credential vault and the macOS keychain. The keyring package
left to itself takes whatever is installed, among it a backend that keeps secrets in a plain file (safety.md).
A locked keyring may wait for ever for somebody to answer its prompt, so each call runs in a thread of its own.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.security.errors import KeyringUnavailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

DEADLINE_SECONDS = 8.0
# What Windows takes for one secret, in characters. A longer one is refused everywhere, so that nobody relies on it.
LONGEST_SECRET = 1_280
_SERVICE = "Cuecard"


class Keyring(Protocol):
    """Keeps small secrets by name. Every call may raise KeyringUnavailable, within a deadline."""

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none of that name."""

    def put(self, name: str, secret: str) -> None:
        """Keeps a secret; raises ValueError for one that not every system takes."""

    def remove(self, name: str) -> None:
        """Forgets a secret; one that is not there is no error."""


class SystemKeyring:
    """One of the allowed keyrings behind a deadline. Once a call hangs, the next ones fail at once until it is back."""

    def __init__(self, backend: KeyringBackend, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._backend = backend
        self._worker = _Deadline(deadline_seconds)

    def get(self, name: str) -> str | None:
        """The secret, or None where there is none of that name."""
        return self._worker.run(lambda: self._backend.get_password(_SERVICE, name))

    def put(self, name: str, secret: str) -> None:
        """Keeps a secret of at most 1,280 characters."""
        if len(secret) > LONGEST_SECRET:
            raise ValueError(f"a keyring secret has at most {LONGEST_SECRET} characters")
        self._worker.run(lambda: self._backend.set_password(_SERVICE, name, secret))

    def remove(self, name: str) -> None:
        """Forgets a secret; one that is not there is no error."""
        if self.get(name) is not None:
            self._worker.run(lambda: self._backend.delete_password(_SERVICE, name))


def system_keyring(deadline_seconds: float = DEADLINE_SECONDS) -> SystemKeyring | None:
    """This system's keyring, or None where there is no allowed one. Call it in a worker: it may take the deadline."""
    try:
        backend = _Deadline(deadline_seconds).run(_allowed_backend)
    except KeyringUnavailable:
        return None
    return None if backend is None else SystemKeyring(backend, deadline_seconds)


def _allowed_backend() -> KeyringBackend | None:
    backend: type[KeyringBackend]
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring as backend
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as backend
    else:
        from keyring.backends.SecretService import Keyring as backend
    return backend() if backend.viable else None


class _Deadline:
    """Runs calls in threads that may be left behind."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stuck: threading.Thread | None = None

    def run(self, call: Callable[[], T]) -> T:
        if self._stuck is not None and self._stuck.is_alive():
            raise KeyringUnavailable("The system's keyring is locked or does not answer; unlock it and try again.")
        results: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def work() -> None:
            try:
                results.put((call(), None))
            except BaseException as error:
                results.put((None, error))

        thread = threading.Thread(target=work, name="keyring", daemon=True)
        thread.start()
        try:
            result, error = results.get(timeout=self._seconds)
        except queue.Empty:
            self._stuck = thread
            raise KeyringUnavailable(
                "The system's keyring is locked or does not answer; unlock it and try again."
            ) from None
        if error is not None:
            # Backends raise what they like, and their texts may name the secret's owner.
            raise KeyringUnavailable("The system's keyring refused; unlock it and try again.") from None
        return result  # type: ignore[return-value]  # with no error it is the call's own result
