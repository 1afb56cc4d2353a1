"""Sessions that began on this device while the hub could not be reached: what sending needs to know of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BegunOffline:
    """A session, what the device says of it as JSON text, and the device's signature (64 bytes) over that text."""

    session: str
    statement: str
    signature: bytes


class OfflineSessions(Protocol):
    """The sessions that were begun without the hub and are not settled with it. May raise StoreError."""

    def waiting(self, sessions: Collection[str]) -> Sequence[BegunOffline]:
        """Those of the sessions that the hub does not know of yet."""

    def settle(self, session: str, refusal: str) -> None:
        """The hub has countersigned it (""), or refused it for good, for this reason."""
