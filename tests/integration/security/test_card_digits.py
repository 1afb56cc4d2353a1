"""No card digit reaches the disk: neither the encrypted bytes nor anything in them."""

from __future__ import annotations

import secrets
from pathlib import Path

from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.domain.event import EventType
from app.security.redaction import redact_together
from tests.fakes.accounts import an_event

TYPED = ["pays with 4111 1111", "1111 1111 exp 01/27, cvv 737", "or ５５５５-５５５５-５５５５-４４４４"]
TRACES = [b"4111", b"1111", b"737", b"5555", b"4444", "５５５５".encode()]


def test_a_card_number_typed_over_two_notes_is_nowhere_in_store_or_log(tmp_path: Path) -> None:
    path, key = tmp_path / "cuecard.db", secrets.token_bytes(32)
    store = LocalStore.open(path, key, "device-1")
    notes = [redacted.text for redacted in redact_together(TYPED)]
    store.record(
        [an_event(EventType.NOTE_SAVED, text=note) for note in notes], Draft("call-1", "\n".join(notes).encode())
    )

    raw = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    with store._database.read() as connection:
        cells = [
            str(cell).encode() if not isinstance(cell, bytes) else cell
            for table in ("outbox", "drafts")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
            for cell in row
        ]
    bodies = [cell for cell in cells if b"pays with" in cell or b"exp 01/27" in cell or b"or [" in cell]
    store.close()

    assert "card number removed" in notes[0]
    assert len(bodies) == 4
    assert not [trace for trace in TRACES for cell in bodies if trace in cell]
    assert not [trace for trace in (b"pays with", b"exp 01/27") if trace in raw]
