"""A desktop that kept many events while its hub was away: its own store, and the sync of the program itself."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from uuid_utils import uuid7

from app.cache.store import LocalStore
from app.domain.event import EventType, NewEvent
from app.sync.engine import SyncEngine
from app.sync.hub_crm import HubCrm
from app.sync.lease import FileLease
from app.sync.transport import HttpTransport
from tests.bench._hub_calls import CALL

_AT_ONCE = 2000


def filled(store: LocalStore, session: str, count: int) -> None:
    """Records so many events of whole calls."""
    now, subject, events = datetime.now(UTC), "", []
    for place in range(count):
        type_, told = CALL[place % len(CALL)]
        if place % len(CALL) == 0:
            subject = str(uuid7())
        events.append(NewEvent(str(uuid7()), EventType(type_), now, subject, session, told))
        if len(events) == _AT_ONCE or place == count - 1:
            store.record(events)
            events.clear()


def main() -> None:
    """`ADDRESS FOLDER USER PASSWORD COUNT`: fills the store, then sends; says seconds, and those of the processor."""
    address, folder, user, password, count = sys.argv[1:]
    store = LocalStore.open(Path(folder) / "queued.db", b"q" * 32, "bench-queued")
    transport = HttpTransport(address)
    crm = HubCrm(transport, "Bench")
    credentials = crm.sign_in(user, password, "bench-queued")
    store.save_sign_in(credentials)
    filled(store, credentials.session.id, int(count))
    engine = SyncEngine(
        store,
        crm,
        FileLease(store.path),
        lambda _: None,
        clock=lambda: datetime.now(UTC),
        random=Random(1).random,
        fetch_accounts=False,
    )
    begun, spent = time.monotonic(), time.process_time()
    engine.start()
    arrived = engine.wait_until_sent(600)
    took, spent = time.monotonic() - begun, time.process_time() - spent
    left = store.backlog()
    engine.stop()
    transport.close()
    store.close()
    assert arrived and not left.unsent and not left.set_aside, left
    print(json.dumps({"seconds": took, "processor": spent}))


if __name__ == "__main__":
    main()
