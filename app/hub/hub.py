"""The hub at work: the store with all that runs upon it, put together once, taken apart in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from uuid_utils import uuid7

from app.hub.credentials import Passwords
from app.hub.identity.company import CompanySignIn
from app.hub.ingest import Ingest
from app.hub.metrics import Metrics
from app.hub.moment import to_micros
from app.hub.patience import Rate, Room
from app.hub.phones.phones import Phones
from app.hub.projector import Projector, waiting_since
from app.hub.push import Board, publish
from app.hub.recorder import Recorder, Writing
from app.hub.store import Store
from app.hub.writing_sqlite import SqliteWriting

_BODIES_HELD = 256 * 1024 * 1024
# A desktop makes some ten requests a call.
_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE = 50.0, 1000


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Hub:
    """What the routes work with; it does not own the store: whoever opened that closes it, after `close`.

    Attributes: `store`, `passwords`, `clock`, `ingest`, `recorder`, `projector`, `board` (what is pushed), `phones`,
    `company` (its own sign-in), `metrics`, `bodies` and `rate` (limits); `instance` tells one start from another.
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
        self.board = Board(store)
        self.company = CompanySignIn(store, passwords)
        self.phones = Phones(store, clock, self.board.look, self.instance)
        self.metrics = Metrics()
        self.bodies = Room(_BODIES_HELD)
        self.rate = Rate(_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE)
        self.projector = Projector(store, is_busy=lambda: self.recorder.events_waiting > 0)

    def push(self, kind: str, body: dict[str, Any], team: str = "", person: str = "") -> int:
        """Pushes to a person, a team or everyone, and tells those who listen here at once; its number."""
        number = publish(self.store, self.clock(), kind, body, team=team, person=person)
        self.board.look()
        return number

    def projection_lag(self) -> float:
        """How many seconds ago the first event came that is not yet in the reports; 0 where all are."""
        with self.store.read() as connection:
            since = waiting_since(connection)
        return 0.0 if since is None else max(0.0, (to_micros(self.clock()) - since) / 1e6)

    def close(self) -> None:
        """Records what was taken in and not yet recorded, then ends."""
        self.phones.close()
        self.recorder.close()
        self.projector.close()
        self.board.close()

    def _on_recorded(self) -> None:
        self.projector.poke()


def writing_for(store: Store) -> Writing:
    """How events are recorded in this store."""
    if store.is_sqlite:
        return SqliteWriting()
    # Only here: who keeps the hub's data in SQLite need not have the driver of PostgreSQL.
    from app.hub.writing_postgres import PostgresWriting

    return PostgresWriting(store)
