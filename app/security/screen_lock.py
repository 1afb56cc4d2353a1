"""What opens a masked screen again: a hash of the password that the hub has just let in.

It lies in the agent's own encrypted store, so it can be checked without network, and tells nothing without the store's
key. It is made anew at each sign-in: a password changed at the hub counts here from the next one on.
"""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def lock_hash(password: str) -> str:
    """An Argon2id hash (RFC 9106's second recommended choice) with a salt of its own; takes about 0.1 s."""
    return _HASHER.hash(_same(password))


def opens(password: str, kept: str) -> bool:
    """Whether this is the password of that hash; takes as long."""
    try:
        return _HASHER.verify(kept, _same(password))
    except (VerificationError, InvalidHashError):
        return False


def _same(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
