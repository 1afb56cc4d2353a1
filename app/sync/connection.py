"""What signing in and a shift need of a CRM besides the contract; each adapter has it, as far as its CRM goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.sync.crm import Credentials, Crm
from app.sync.offline import OfflineSessions


class Connection(Crm, Protocol):
    """A CRM adapter that a shift can be opened with."""

    @property
    def credentials(self) -> Credentials | None:
        """The sign-in in use."""

    def ways_to_sign_in(self) -> tuple[str, ...]:
        """ "password", "company"; raises CrmError."""

    def keep_with(self, save: Callable[[Credentials], None], lost: Callable[[], None] = ...) -> None:
        """Where renewed tokens are kept before they are used."""

    def hand_in(self, sessions: OfflineSessions) -> None:
        """Sessions begun offline, to be countersigned before their events are sent."""

    def register_key(self, public_key: bytes) -> None:
        """The key with which this device signs sessions begun offline; raises CrmError."""
