"""What the engine needs of the local store, as Protocols; `app.cache.store.LocalStore` has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.account import Account
from app.sync.reconcile import Memory
from app.sync.uploader import Outbox


class Backlog(Protocol):
    """Counts of what is not at the CRM."""

    @property
    def unsent(self) -> int:
        """Events that wait."""

    @property
    def oldest(self) -> datetime | None:
        """The time of the first of them."""

    @property
    def set_aside(self) -> int:
        """Events that the CRM refused for good."""


class Store(Outbox, Memory, Protocol):
    """What sync needs of the local store; `app.cache.store.LocalStore` has it."""

    def backlog(self) -> Backlog:
        """Counts of what is not at the CRM."""

    def cursor(self, name: str) -> str | None:
        """Where a refresh goes on."""

    def keep_changes(self, given: Sequence[Account], name: str, cursor: str, gone: Sequence[str] = ()) -> None:
        """Caches a page of changes, removes the accounts that are gone, and moves the cursor."""

    def forget_cursor(self, name: str) -> None:
        """Makes the next refresh begin at the beginning."""

    def forget_index(self, name: str, moved_before: datetime) -> bool:
        """Deletes the cached accounts where they were not refreshed since that time."""

    def purge_opened(self, before: datetime) -> int:
        """Reduces records opened before that time to what the index knows."""

    def another_chance(self, status: int, tries: int) -> int:
        """Puts what was set aside with that status back into the queue, as if tried so often."""

    def purge_acknowledged(self, before: datetime) -> int:
        """Deletes events acknowledged before that time."""

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file."""
