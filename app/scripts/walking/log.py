"""Walk events as plain JSON and back, for the draft from which a call restores itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias, get_args

from app.domain.event import Json
from app.scripts.walking.events import WalkEvent

Entry: TypeAlias = dict[str, Json]


class RestoreError(Exception):
    """A kept walk cannot be continued, since it is damaged or was made by another version of Cuecard."""


def to_entry(event: WalkEvent) -> Entry:
    """The event as JSON: its `kind` and its fields."""
    import msgspec

    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(event))
    return {"kind": type(event).__name__, **fields}


def from_entry(entry: Mapping[str, Json]) -> WalkEvent:
    """The inverse of `to_entry`; raises RestoreError."""
    import msgspec

    fields = dict(entry)
    kind = _kinds().get(str(fields.pop("kind", "")))
    if kind is None:
        raise RestoreError("This call was begun with another version of Cuecard and cannot be continued step by step.")
    try:
        event: WalkEvent = msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise RestoreError("The kept state of this call is damaged; start its script again.") from error
    return event


@cache
def _kinds() -> dict[str, type[Any]]:
    return {kind.__name__: kind for kind in get_args(WalkEvent)}
