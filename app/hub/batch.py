"""A batch as it comes in: read strictly, event by event.

Most batches are written by our own desktops. Such a batch is read by a typed decoder and written again: if that gives
the very bytes that came, nothing was overlooked (a key that stands twice, an unknown attribute, half a surrogate pair,
white space), and the bytes of each event are at hand. Whatever does not come back the same is read the careful way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import astuple

from app.domain.event import EventType
from app.hub.envelope import MAX_EVENT_BYTES, MAX_SUBJECT, Envelope, are_event_ids, read_envelope
from app.hub.errors import Problem
from app.hub.moment import read_time, to_micros
from app.hub.strict_json import read_json

MAX_EVENTS = 2000

_Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_TYPES = {type_.wire: type_.value for type_ in EventType}
# A character has four bytes at most: what has fewer characters than this is surely not too large.
_SURELY_SMALL = MAX_EVENT_BYTES // 4


class _Event(msgspec.Struct, gc=False):
    """An event whose attributes stand in the order in which our desktops write them, with flat data."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: Literal["application/json"]
    sequence: str
    agentsession: str
    data: dict[str, None | bool | _Whole | float | str]


_decode = msgspec.json.Decoder(list[_Event]).decode
_encode_lines = msgspec.json.Encoder().encode_lines


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
    """The batch, or None where it has to be read carefully.

    Everything is looked at attribute by attribute, for all events at once: that is several times quicker than event by
    event, and this is where the hub spends its time.
    """
    try:
        events = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not 0 < len(events) <= MAX_EVENTS:
        return None
    # No line end of the encoder's stands within an event: there it would be escaped.
    lines = _encode_lines(events)[:-1]
    if b"[%b]" % lines.replace(b"\n", b",") != body or b"\\u0000" in body:
        return None
    bodies = lines.decode().split("\n")
    columns = zip(*map(astuple, events), strict=True)
    _, ids, sources, wires, subjects, times, _, numbers, sessions, _ = columns
    types = list(map(_TYPES.get, wires))
    moments, sequences = _moments(times), _sequences(numbers)
    if (
        moments is None
        or sequences is None
        or None in types
        or not are_event_ids(ids)
        or not _are_between(1, MAX_SUBJECT, subjects)
        or not _are_between(1, 80, set(sources))
        or not _are_between(1, 64, set(sessions))
        or not _are_between(1, _SURELY_SMALL, bodies)
    ):
        return None
    return Batch(list(map(Envelope, ids, sources, sequences, types, moments, subjects, sessions, bodies)), [])


def _are_between(shortest: int, longest: int, texts: Iterable[str]) -> bool:
    lengths = set(map(len, texts))
    return shortest <= min(lengths) and max(lengths) <= longest


def _sequences(texts: Sequence[str]) -> list[int] | None:
    """Whole numbers from 1 in their only usual form; None where one is not."""
    try:
        numbers = list(map(int, texts))
    except ValueError:
        return None
    is_usual = min(numbers) > 0 and max(numbers) < 10**18 and all(map(str.__eq__, map(str, numbers), texts))
    return numbers if is_usual else None


def _moments(texts: Sequence[str]) -> list[int] | None:
    """Times in the usual form in UTC ("2026-03-02T14:02:00.123456Z") as microseconds; None where one is of another."""
    if set(map(len, texts)) != {27}:
        return None
    joined, count = "".join(texts), len(texts)
    fractions = "".join(joined[place::27] for place in range(20, 26))
    if joined[19::27] != "." * count or joined[26::27] != "Z" * count:
        return None
    if not (fractions.isascii() and fractions.isdecimal()):
        return None
    try:
        return [_second(text[:19]) + int(text[20:26]) for text in texts]
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _second(text: str) -> int:
    return to_micros(read_time(text + "Z"))


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
