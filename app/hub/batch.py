"""A batch as it comes in: read strictly, event by event.

Most batches are written by our own desktops. Such a batch is read by a typed decoder and written again: if that gives
the very bytes that came, nothing was overlooked (a key that stands twice, an unknown attribute, half a surrogate pair,
white space), and the bytes of each event are at hand. Whatever does not come back the same is read the careful way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from app.domain.event import EventType
from app.hub.envelope import MAX_EVENT_BYTES, MAX_SUBJECT, UUID7, Envelope, read_envelope
from app.hub.errors import Problem
from app.hub.moment import read_time, to_micros
from app.hub.strict_json import read_json

MAX_EVENTS = 2000

_Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_TYPES = {type_.wire: type_.value for type_ in EventType}


class _Event(msgspec.Struct, gc=False):
    """An event whose attributes stand in the order in which our desktops write them, with flat data."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    sequence: str
    agentsession: str
    data: dict[str, None | bool | _Whole | float | str]


_decode = msgspec.json.Decoder(list[_Event]).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Batch:
    """What a body holds: events in their order, and those that are refused for their form, with the reason."""

    events: list[Envelope]
    refused: list[tuple[str, Problem]]


def read_batch(body: bytes) -> Batch:
    """The batch in an unpacked body.

    Raises Problem 400 for what cannot be read or is no list of events with ids, 413 for more than MAX_EVENTS.
    """
    return _as_desktops_write(body) or _carefully(body)


def _as_desktops_write(body: bytes) -> Batch | None:
    """The batch, or None where it has to be read carefully."""
    try:
        events = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    parts = [_encode(event) for event in events]
    if len(parts) > MAX_EVENTS or b"[%b]" % b",".join(parts) != body or b"\\u0000" in body:
        return None
    is_id, types, moment = UUID7.fullmatch, _TYPES, _micros
    read = []
    for event, part in zip(events, parts, strict=True):
        type_, at = types.get(event.type), moment(event.time)
        if (
            type_ is None
            or at is None
            or event.specversion != "1.0"
            or event.datacontenttype != "application/json"
            or len(part) > MAX_EVENT_BYTES
            or not 0 < len(event.subject) <= MAX_SUBJECT
            or not 0 < len(event.source) <= 80
            or not 0 < len(event.agentsession) <= 64
            or is_id(event.id) is None
            or not _is_sequence(event.sequence)
        ):
            return None
        read.append(
            Envelope(
                event.id,
                event.source,
                int(event.sequence),
                type_,
                at,
                event.subject,
                event.agentsession,
                (),
                part.decode(),
            )
        )
    return Batch(read, [])


def _is_sequence(text: str) -> bool:
    return 0 < len(text) <= 18 and text.isascii() and text.isdecimal() and text[0] != "0"


def _micros(text: str) -> int | None:
    """The usual form of a time in UTC ("2026-03-02T14:02:00.123456Z"), quickly; None for any other."""
    fraction = text[20:26]
    if len(text) != 27 or text[19] != "." or text[26] != "Z" or not (fraction.isascii() and fraction.isdecimal()):
        return None
    second = _second(text[:19])
    return None if second is None else second + int(fraction)


@lru_cache(maxsize=8192)
def _second(text: str) -> int | None:
    try:
        return to_micros(read_time(text + "Z"))
    except ValueError:
        return None


def _carefully(body: bytes) -> Batch:
    events: list[Envelope] = []
    refused: list[tuple[str, Problem]] = []
    for raw in _with_ids(read_json(body)):
        try:
            events.append(read_envelope(raw))
        except Problem as problem:
            refused.append((raw["id"], problem))
    return Batch(events, refused)


def _with_ids(batch: object) -> Iterable[dict[str, Any]]:
    if not isinstance(batch, list):
        raise Problem(400, "The body must be a list of events.")
    if len(batch) > MAX_EVENTS:
        raise Problem(413, f"The batch has more than {MAX_EVENTS} events. Send fewer at once.")
    for place, raw in enumerate(batch):
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
            raise Problem(400, f"Item {place} of the batch is not an event with an id.")
    return batch
