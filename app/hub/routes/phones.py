"""Calls in, from the phone systems that send them over HTTP; and an agent's calls under way, out."""

from __future__ import annotations

from asyncio import wrap_future
from datetime import datetime

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post
from litestar.params import FromPath

from app.domain.call import CallEvent
from app.domain.person import Role
from app.hub.body import read_body
from app.hub.phones.door import Knock
from app.hub.phones.legs import calls_of
from app.hub.routes.http import HubRequest, hub_of, person_in
from app.telephony.errors import WebhookRefused
from app.telephony.webhooks.delivery import MOST_BYTES


class CallsAnswer(msgspec.Struct, frozen=True):
    """The last event of each call of the person's that rings or is on; times are the hub's."""

    calls: list[CallEvent]
    server_time: datetime


@post("/v1/phones/{source:str}", opt={"open": True}, status_code=204)
async def take_call(request: HubRequest, source: FromPath[str]) -> None:
    """Takes what a registered phone system posts, and answers once it is passed on.

    401 unsigned, 403 wrong signature or older than five minutes, 400 unreadable, 413 over 64 KiB, 429 too many. The
    same again is answered alike and does nothing.
    """
    hub = hub_of(request)
    door = hub.phones.door
    if not door.is_up_to_date:
        await run_sync(door.look_again)
    knock = _knock(request, source)
    door.check_rate(knock)
    body = await read_body(request.stream(), request.headers, hub.bodies, MOST_BYTES)
    try:
        passed_on = door.take(knock, body)
    except WebhookRefused as refused:
        raise await run_sync(door.note, knock, refused) from None
    await wrap_future(passed_on)


@get("/v1/calls/current", opt={"role": Role.AGENT})
async def current_calls(request: HubRequest) -> CallsAnswer:
    """The signed-in person's calls, to be read after each connection of `/v1/push`."""
    hub = hub_of(request)
    now = hub.clock()
    return CallsAnswer(await run_sync(calls_of, hub.store, person_in(request).id, now), now)


def _knock(request: HubRequest, source: str) -> Knock:
    scope = request.scope
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Knock(
        source=source,
        url=f"{scope['scheme']}://{headers.get('host', '')}{scope['raw_path'].decode('latin-1').partition('?')[0]}",
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        address=request.client.host if request.client else "",
    )


ROUTES = (
    take_call,
    current_calls,
)
