"""From the agent who transfers a call to the one who has it next."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import post
from litestar.params import FromPath

from app.domain.person import Role
from app.hub.body import read_body
from app.hub.handover.book import Asked, Given, find, hand_over, take
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, hub_of, person_in, read_json
from app.hub.strict_json import read_as

MOST_BYTES = 256 * 1024

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Name = Annotated[str, msgspec.Meta(max_length=128)]
_Names = Annotated[list[_Name], msgspec.Meta(max_length=50)]
_Number = Annotated[str, msgspec.Meta(pattern=r"^(\+[0-9]{3,20})?$")]


class HandoverGiven(msgspec.Struct, frozen=True):
    """A transferred call's context; `id` makes it safe to send again.

    `names`: every id by which a phone knows the call; `number`: the caller's (E.164), "" for none; `target`: what was
    dialled, "" where the phone does not say. `context` is the desktops' own; no names and no secrets in it.
    """

    id: _Id
    names: _Names
    context: dict[str, Any]
    number: _Number = ""
    target: _Name = ""


class HandoverAsked(msgspec.Struct, frozen=True):
    """Which call an agent has now. `reached`: what was dialled to reach him (extension, queue)."""

    names: _Names
    number: _Number = ""
    reached: _Names = []


class HandoverFound(msgspec.Struct, frozen=True):
    """What another agent handed over. `certain`: an id of the call says that it is the same call."""

    id: str
    at: datetime
    by: str
    team: str
    certain: bool
    context: dict[str, Any]


class HandoverAnswer(msgspec.Struct, frozen=True):
    """At most one; none, too, where it cannot be told which of several calls it is."""

    handovers: list[HandoverFound]


@post("/v1/handovers", opt={"role": Role.AGENT}, status_code=204, operation_class=takes(HandoverGiven))
async def give(request: HubRequest) -> None:
    """Keeps a transferred call's context for a day, and tells the next agent's desktop; 413 over 256 KiB."""
    hub = hub_of(request)
    body = await read_body(request.stream(), request.headers, hub.bodies, MOST_BYTES)
    asked = read_as(body, HandoverGiven)
    given = Given(asked.id, asked.names, asked.number, asked.target, asked.context)
    await run_sync(hand_over, hub.store, hub.clock(), person_in(request).id, given)
    hub.board.look()


@post("/v1/handovers/find", opt={"role": Role.AGENT}, status_code=200, operation_class=takes(HandoverAsked))
async def look_for(request: HubRequest) -> HandoverAnswer:
    """What was handed over of a call; asked in the body, since addresses are logged and a number is personal."""
    hub = hub_of(request)
    asked = await read_json(request, HandoverAsked)
    wanted = Asked(asked.names, asked.number, asked.reached)
    found = await run_sync(find, hub.store, hub.clock(), person_in(request).id, wanted)
    if found is None:
        return HandoverAnswer([])
    return HandoverAnswer([HandoverFound(found.id, found.at, found.by, found.team, found.certain, found.context)])


@post("/v1/handovers/{handover:str}/taken", opt={"role": Role.AGENT}, status_code=204)
async def taken(request: HubRequest, handover: FromPath[str]) -> None:
    """The person goes on with it: nobody else finds it any more. 409 where somebody else has."""
    hub = hub_of(request)
    await run_sync(take, hub.store, hub.clock(), person_in(request).id, handover)


ROUTES = (
    give,
    look_for,
    taken,
)
