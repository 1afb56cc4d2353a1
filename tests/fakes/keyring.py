"""A keyring in memory; `locked` makes every call fail as a locked one does."""

from __future__ import annotations

from app.security.errors import KeyringUnavailable
from app.security.keyrings import LONGEST_SECRET


class MemoryKeyring:
    """Attributes: `secrets` by name, `locked`."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.locked = False

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        self._open()
        return self.secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        """Keeps a secret."""
        if len(secret) > LONGEST_SECRET:
            raise ValueError("too long")
        self._open()
        self.secrets[name] = secret

    def remove(self, name: str) -> None:
        """Forgets a secret."""
        self._open()
        self.secrets.pop(name, None)

    def _open(self) -> None:
        if self.locked:
            raise KeyringUnavailable("The system's keyring is locked; unlock it and try again.")
