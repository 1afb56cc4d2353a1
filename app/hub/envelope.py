"""One event as it comes in: the CloudEvents envelope, checked attribute by attribute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from app.domain.event import EventType
from app.hub.errors import Problem
from app.hub.moment import read_time, to_micros
from app.hub.strict_json import canonical

# RFC 9562, version 7: its first part is the time, by which the event table is partitioned.
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
SEQUENCE = re.compile(r"[1-9]\d{0,17}", re.ASCII)
MAX_SUBJECT = 128
MAX_EVENT_BYTES = 64 * 1024


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A well-formed event. `at` is its time in microseconds, `type` without prefix and version, `claims` what it says
    about its agent (to be held against the session), `body` the whole of it in JSON without blanks."""

    id: str
    source: str
    sequence: int
    type: str
    at: int
    subject: str
    session: str
    body: str
    claims: tuple[tuple[str, Any], ...] = ()


def is_event_id(text: str) -> bool:
    """Whether this can be an event's id."""
    return UUID7.fullmatch(text) is not None


def are_event_ids(texts: Sequence[str]) -> bool:
    """Whether all of these can be events' ids: the same as `is_event_id` of each, for thousands at a time."""
    if set(map(len, texts)) != {36}:
        return False
    joined, count = "".join(texts).encode(), len(texts)
    return (
        not joined.translate(None, b"0123456789abcdef-")
        and joined.count(b"-") == 4 * count
        and all(joined[place::36].count(b"-") == count for place in (8, 13, 18, 23))
        and joined[14::36].count(b"7") == count
        and not joined[19::36].translate(None, b"89ab")
    )


def same_event(one: str, other: str) -> bool:
    """Whether two bodies are the same event, however each is written."""
    return one == other or canonical(msgspec.json.decode(one)) == canonical(msgspec.json.decode(other))


def read_envelope(raw: dict[str, Any]) -> Envelope:
    """The event; raises Problem 422 naming the attribute that is not as it should be."""
    if raw.get("specversion") != "1.0":
        raise _wrong('specversion must be "1.0"')
    event_id = _text(raw, "id", 64)
    if not is_event_id(event_id):
        raise _wrong("id must be a UUID of version 7 in lower case")
    if raw.get("datacontenttype", "application/json") != "application/json":
        raise _wrong("datacontenttype must be application/json")
    data = raw.get("data")
    if not isinstance(data, dict):
        raise _wrong("data must be an object")
    body = canonical(raw)
    if len(body) > MAX_EVENT_BYTES:
        raise Problem(413, f"The event is larger than {MAX_EVENT_BYTES} bytes.")
    return Envelope(
        id=event_id,
        source=_text(raw, "source", 80),
        sequence=_sequence(raw),
        type=_type(raw).value,
        at=_at(raw),
        subject=_text(raw, "subject", MAX_SUBJECT),
        session=_text(raw, "agentsession", 64),
        claims=tuple((name, raw[name]) for name in ("agent", "agentteam", "agentrole") if name in raw),
        body=body.decode(),
    )


def _type(raw: dict[str, Any]) -> EventType:
    try:
        return EventType.from_wire(_text(raw, "type", 64))
    except ValueError as error:
        raise _wrong("the type of event is not known here") from error


def _at(raw: dict[str, Any]) -> int:
    try:
        return to_micros(read_time(_text(raw, "time", 40)))
    except ValueError as error:
        raise _wrong("time must be written like 2026-01-31T09:30:00Z") from error


def _sequence(raw: dict[str, Any]) -> int:
    sequence = _text(raw, "sequence", 18)
    if not SEQUENCE.fullmatch(sequence):
        raise _wrong('sequence must be a whole number from 1, as text: "17"')
    return int(sequence)


def _text(raw: dict[str, Any], name: str, longest: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value or len(value) > longest or "\0" in value:
        raise _wrong(f"{name} must be a text of 1 to {longest} characters")
    return value


def _wrong(what: str) -> Problem:
    return Problem(422, f"The event does not fit: {what}.")
