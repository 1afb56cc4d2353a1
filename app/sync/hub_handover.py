"""What goes along with a transferred call, by way of the hub."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from app.desk.ports import HandedOver, HandingOver, WhichCall
from app.domain.event import Json
from app.sync.crm import CrmUnreachable
from app.sync.hub_library import Asks

_JSON = {"Content-Type": "application/json"}


class _Found(msgspec.Struct):
    id: str
    at: datetime
    by: str
    team: str
    certain: bool
    context: dict[str, Any]


class _Answered(msgspec.Struct):
    handovers: tuple[_Found, ...]


def hand_over(hub: Asks, given: HandingOver) -> None:
    """Leaves it at the hub; the same id twice is one. Raises CrmError."""
    body: dict[str, Json] = {
        "id": given.id,
        "names": list(given.names),
        "number": given.number,
        "target": given.target,
        "context": dict(given.context),
    }
    _post(hub, "/v1/handovers", body)


def handed_over(hub: Asks, which: WhichCall) -> HandedOver | None:
    """What was handed over of this call, None for nothing. Raises CrmError."""
    asked: dict[str, Json] = {
        "names": list(which.names),
        "number": which.number,
        "reached": list(which.reached),
    }
    try:
        found = msgspec.json.decode(_post(hub, "/v1/handovers/find", asked), type=_Answered).handovers
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CrmUnreachable("The hub's answer is no handover; is it a newer version?") from error
    return next((HandedOver(one.id, one.by, one.team, one.certain, one.context) for one in found), None)


def take_handover(hub: Asks, identity: str) -> None:
    """Says that this agent goes on with the call. Raises CrmError."""
    _post(hub, f"/v1/handovers/{quote(identity, safe='')}/taken", {})


def _post(hub: Asks, path: str, content: Mapping[str, Json]) -> bytes:
    return hub.request("POST", path, headers=_JSON, body=msgspec.json.encode(content)).body
