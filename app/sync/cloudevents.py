"""Events as CloudEvents 1.0.2 in batched JSON mode, packed with zstd."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import zstandard

from app.domain.event import Event, EventType, Json

CONTENT_TYPE = "application/cloudevents-batch+json; charset=UTF-8"
MAX_EVENTS = 2_000
MAX_BYTES = 4 * 1024 * 1024
# Below this, packing costs more than it saves.
_WORTH_PACKING = 512


_TYPES = {type_: type_.wire for type_ in EventType}


class _Envelope(msgspec.Struct, gc=False):
    """The attributes in the order in which hubs read them quickest."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    sequence: str
    agentsession: str
    data: dict[str, Json]


def envelope(event: Event) -> dict[str, Json]:
    """One event as it stands in the batch; `sequence` is text, as the CloudEvents extension of that name has it."""
    plain: dict[str, Json] = msgspec.to_builtins(_envelope(event))
    return plain


def encode(events: Sequence[Event]) -> bytes:
    """The batch as JSON."""
    return msgspec.json.encode(list(map(_envelope, events)))


def _envelope(event: Event) -> _Envelope:
    return _Envelope(
        "1.0",
        event.id,
        event.source,
        _TYPES[event.type],
        event.subject,
        # In UTC it is written with a Z, as `utc_text` does.
        event.time.astimezone(UTC),
        "application/json",
        str(event.sequence),
        event.agent_session,
        event.data,
    )


def packed(body: bytes) -> tuple[bytes, str]:
    """The body to send and its content encoding."""
    if len(body) < _WORTH_PACKING:
        return body, "identity"
    # A compressor of its own each time: they may not be shared between threads, and making one costs microseconds.
    return zstandard.ZstdCompressor(level=3).compress(body), "zstd"


def fitting(events: Sequence[Event], max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES) -> Sequence[Event]:
    """The first events that fit into one batch; at least one, however large it is."""
    some = events[:max_events]
    # Nearly always they do; all at once is several times quicker than one by one.
    if len(encode(some)) <= max_bytes:
        return some
    room = max_bytes - 2
    for count, event in enumerate(some):
        # One comma less than events.
        room -= len(encode([event])) - 2 + (count > 0)
        if room < 0 and count:
            return some[:count]
    return some


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z ("2026-03-02T12:00:00.000001Z")."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
