"""Passwords and tokens: how they are kept, and how often they may be tried."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select

from app.hub import schema
from app.hub.moment import to_micros


class Passwords:
    """Argon2id, at most two at a time: each takes 64 MiB and a core for a moment."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher` replaces the library's recommended settings (RFC 9106, low memory), in tests by cheap ones."""
        self._hasher = hasher or PasswordHasher()
        self._running = threading.BoundedSemaphore(2)
        # Checked for unknown users, so that the answer takes as long as for known ones.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """The password as it is stored, with its salt and settings."""
        with self._running:
            return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; `stored` is None for a user who does not exist. Same time either way."""
        with self._running:
            try:
                self._hasher.verify(stored or self._nobody, password)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return stored is not None


def new_token() -> str:
    """An opaque token with 256 bits of chance."""
    return "cct_" + secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """How a token is stored. A plain hash is enough: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many failures in so long."""

    failures: int
    within: timedelta


# One user from one address; and one address, where a whole site may sit behind it at the start of a shift.
SIGN_IN_PER_USER = Limit(8, timedelta(minutes=15))
SIGN_IN_PER_ADDRESS = Limit(60, timedelta(minutes=1))
FACTORS_PER_ACCOUNT = Limit(5, timedelta(minutes=15))


def wait_seconds(connection: Connection, about: bytes, limit: Limit, now: datetime) -> int:
    """How long until the next try about this is let in; 0: at once."""
    since = to_micros(now - limit.within)
    tries = schema.attempt
    count, oldest = connection.execute(
        select(func.count(), func.min(tries.c.at)).where(tries.c.about == about, tries.c.at > since)
    ).one()
    if count < limit.failures:
        return 0
    return max(1, -(-(int(oldest) - since) // 1_000_000))


def note_failure(connection: Connection, about: bytes, now: datetime) -> None:
    """Counts a failure, and forgets those that no limit looks at any more."""
    longest = max(limit.within for limit in (SIGN_IN_PER_USER, SIGN_IN_PER_ADDRESS, FACTORS_PER_ACCOUNT))
    connection.execute(delete(schema.attempt).where(schema.attempt.c.at <= to_micros(now - longest)))
    connection.execute(insert(schema.attempt).values(about=about, at=to_micros(now)))
