"""Call events between hub and desktop: JSON on the way, `CallEvent` at both ends."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.domain.call import CallEvent
from app.domain.event import Json
from app.telephony.errors import WrongProtocol

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CallEvent)


def to_json(event: CallEvent) -> str:
    """An event as it is pushed and kept."""
    return _encoder.encode(event).decode()


def from_json(text: str | bytes) -> CallEvent:
    """The inverse of `to_json`; raises WrongProtocol."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WrongProtocol("This is no call event.") from error


def from_plain(body: Mapping[str, Json]) -> CallEvent:
    """An event out of a push's body; raises WrongProtocol."""
    try:
        return msgspec.convert(body, CallEvent)
    except msgspec.ValidationError as error:
        raise WrongProtocol("This is no call event.") from error
