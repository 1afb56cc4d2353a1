"""What is pushed to desktops."""

from __future__ import annotations

from collections.abc import AsyncIterator

from anyio.to_thread import run_sync
from litestar import get, post
from litestar.response import Stream

from app.domain.person import Role
from app.hub.conversations.listening import noted
from app.hub.errors import Problem
from app.hub.messages import (
    PushAnswer,
    PushSeen,
    TeamAlert,
)
from app.hub.openapi import takes
from app.hub.people import credential_of
from app.hub.push import acknowledge
from app.hub.routes.http import HubRequest, bearer, credential_in, hub_of, person_in, read_json


@get("/v1/push", media_type="text/event-stream")
async def listen(request: HubRequest) -> Stream:
    """Server-sent events for the signed-in person: `release`, `settings`, `alert`, `call`, `message`.

    `Last-Event-ID` (a number) goes on after it; without, after what this device has acknowledged.
    """
    hub, credential = hub_of(request), credential_in(request)
    last = request.headers.get("last-event-id", "")
    if last and not (last.isascii() and last.isdecimal() and len(last) <= 18):
        raise Problem(400, "Last-Event-ID is not one of this hub's numbers. Leave it away.")
    person, now = credential.session.person, hub.clock()
    token = bearer(request)

    def is_welcome() -> bool:
        try:
            credential_of(hub.store, token, now)
        except Problem:
            return False
        return True

    stream = hub.board.stream(
        person,
        credential.session.device_id,
        int(last) if last else None,
        is_welcome=is_welcome,
        seconds=(credential.session.expires_at - now).total_seconds(),
    )
    if person.may(Role.LEAD):
        # So that an agent who asks for a lead learns whether one is there.
        return _streamed(noted(stream, hub.store, hub.clock, person.id))
    return _streamed(stream)


def _streamed(stream: AsyncIterator[bytes]) -> Stream:
    return Stream(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})


@post("/v1/push/seen", status_code=204, operation_class=takes(PushSeen))
async def seen(request: HubRequest) -> None:
    """Acknowledges everything that was pushed up to a number."""
    hub, credential = hub_of(request), credential_in(request)
    asked = await read_json(request, PushSeen)
    session = credential.session
    await run_sync(acknowledge, hub.store, hub.clock(), session.device_id, session.person.id, asked.number)


@post("/v1/push/alerts", opt={"role": Role.LEAD}, operation_class=takes(TeamAlert))
async def tell_team(request: HubRequest) -> PushAnswer:
    """Tells a team that the person leads something; 404 for any other team."""
    hub = hub_of(request)
    asked = await read_json(request, TeamAlert)
    if asked.team not in person_in(request).teams:
        raise Problem(404, "There is no such team among yours.")
    return PushAnswer(await run_sync(hub.push, "alert", {"text": asked.text}, asked.team))


ROUTES = (
    listen,
    seen,
    tell_team,
)
