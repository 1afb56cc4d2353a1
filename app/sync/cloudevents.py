"""Events as CloudEvents 1.0.2 in batched JSON mode, packed with zstd."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import zstandard

from app.domain.event import Event, Json

CONTENT_TYPE = "application/cloudevents-batch+json; charset=UTF-8"
MAX_EVENTS = 2_000
MAX_BYTES = 4 * 1024 * 1024
# Below this, packing costs more than it saves.
_WORTH_PACKING = 512


def envelope(event: Event) -> dict[str, Json]:
    """One event as it stands in the batch; `sequence` is text, as the CloudEvents extension of that name has it."""
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type.wire,
        "subject": event.subject,
        "time": utc_text(event.time),
        "datacontenttype": "application/json",
        "sequence": str(event.sequence),
        "agentsession": event.agent_session,
        "data": event.data,
    }


def encode(events: Sequence[Event]) -> bytes:
    """The batch as JSON."""
    return msgspec.json.encode([envelope(event) for event in events])


def packed(body: bytes) -> tuple[bytes, str]:
    """The body to send and its content encoding."""
    if len(body) < _WORTH_PACKING:
        return body, "identity"
    # A compressor of its own each time: they may not be shared between threads, and making one costs microseconds.
    return zstandard.ZstdCompressor(level=3).compress(body), "zstd"


def fitting(events: Sequence[Event], max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES) -> Sequence[Event]:
    """The first events that fit into one batch; at least one, however large it is."""
    room = max_bytes - 2
    for count, event in enumerate(events):
        room -= len(msgspec.json.encode(envelope(event))) + 1
        if count == max_events or (room < 0 and count):
            return events[:count]
    return events


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z ("2026-03-02T12:00:00.000001Z")."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
