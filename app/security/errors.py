"""What can go wrong with keys; every text is fit for the agent's window and says what to do.

    VaultError
    ├── WrongPassword        the password does not open this agent's local store
    ├── KeyMissing           the keyring answered, and the store's key is not in it any more
    ├── KeyringUnavailable   no allowed keyring, a locked one, or one that does not answer in time
    └── VaultDamaged         vault.json cannot be read

Whatever happens, the store's file is not touched.
"""

from __future__ import annotations


class VaultError(Exception):
    """The key of the local store cannot be had."""


class WrongPassword(VaultError):
    """The password does not open the store."""


class KeyMissing(VaultError):
    """The key is gone from the keyring."""


class KeyringUnavailable(VaultError):
    """The system's keyring cannot be used now."""


class VaultDamaged(VaultError):
    """vault.json cannot be read."""
