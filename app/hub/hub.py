"""The hub at work: the store with all that runs upon it, put together once, taken apart in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from uuid_utils import uuid7

from app.hub.credentials import Passwords
from app.hub.ingest import Ingest
from app.hub.projector import Projector
from app.hub.recorder import Recorder, Writing
from app.hub.store import Store
from app.hub.writing_sqlite import SqliteWriting


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Hub:
    """What the routes work with; it does not own the store: whoever opened that closes it, after `close`.

    Attributes: `store`, `passwords`, `clock`, `ingest`, `recorder`, `projector`; `instance` tells one start
    from another.
    """

    def __init__(
        self, store: Store, passwords: Passwords, clock: Callable[[], datetime] = utc_now, *, instance: str = ""
    ) -> None:
        self.store = store
        self.passwords = passwords
        self.clock = clock
        self.instance = instance or str(uuid7())
        # SQLite has one writer; PostgreSQL writes one batch while the next is on its way.
        self.recorder = Recorder(
            store, writing_for(store), writers=1 if store.is_sqlite else 2, on_recorded=self._on_recorded
        )
        self.ingest = Ingest(store, self.recorder)
        self.projector = Projector(store, is_busy=lambda: self.recorder.events_waiting > 0)

    def close(self) -> None:
        """Records what was taken in and not yet recorded, then ends."""
        self.recorder.close()
        self.projector.close()

    def _on_recorded(self) -> None:
        self.projector.poke()


def writing_for(store: Store) -> Writing:
    """How events are recorded in this store."""
    if store.is_sqlite:
        return SqliteWriting()
    # Only here: who keeps the hub's data in SQLite need not have the driver of PostgreSQL.
    from app.hub.writing_postgres import PostgresWriting

    return PostgresWriting(store)
