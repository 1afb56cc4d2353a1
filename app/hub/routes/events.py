"""Events and orders in."""

from __future__ import annotations

from asyncio import wrap_future
from concurrent.futures import Future
from functools import partial

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import Response, post

from app.domain.person import Role
from app.hub.body import collect, unpack
from app.hub.clock import offset_of
from app.hub.ingest import Ingested
from app.hub.messages import (
    CloudEvent,
    IngestAnswer,
    OrderAnswer,
    PlaceOrderRequest,
)
from app.hub.openapi import takes
from app.hub.orders import place_order
from app.hub.routes.http import HubRequest, credential_in, hub_of, person_in, read_json

EVENTS_TYPE = "application/cloudevents-batch+json"
# Batches that are unpacked and read at a time: each takes memory, and they share one interpreter.
_READERS = CapacityLimiter(4)


@post(
    "/v1/events", opt={"device": True}, status_code=200, operation_class=takes(list[CloudEvent], media_type=EVENTS_TYPE)
)
async def take_events(request: HubRequest) -> IngestAnswer:
    """Records a batch of events, each exactly once, and answers after the commit."""
    hub = hub_of(request)
    credential = credential_in(request)
    # Before the body is read: whoever is put off shall not have sent it in vain.
    hub.recorder.check_room()
    packed = await collect(request.stream(), request.headers, hub.bodies)
    now = hub.clock()
    offset = offset_of(request.headers.get("cuecard-time"), now)

    def check() -> Future[Ingested]:
        body = unpack(packed, request.headers.get("content-encoding", "identity"))
        return hub.ingest.take(credential, body, now, offset)

    done = await wrap_future(await run_sync(check, limiter=_READERS))
    hub.metrics.took(len(done.accepted), len(done.duplicates), len(done.rejected))
    return IngestAnswer(done.accepted, done.duplicates, done.rejected, hub.clock())


@post("/v1/orders", opt={"role": Role.AGENT}, operation_class=takes(PlaceOrderRequest))
async def take_order(request: HubRequest) -> Response[OrderAnswer]:
    """Places an order or starts a cancellation; 200 with the same reference where the id was sent before."""
    hub = hub_of(request)
    asked = await read_json(request, PlaceOrderRequest)
    reference, is_new = await run_sync(
        partial(
            place_order,
            hub.store,
            hub.clock(),
            order_id=asked.id,
            account=asked.account,
            action=asked.action,
            details=asked.details,
            person=person_in(request).id,
        )
    )
    return Response(OrderAnswer(reference), status_code=201 if is_new else 200)


ROUTES = (
    take_events,
    take_order,
)
