"""Events and orders in, and what the hub has of a device's events."""

from __future__ import annotations

from asyncio import wrap_future
from concurrent.futures import Future
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.params import QueryParameter

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
from app.hub.routes.http import HubRequest, bearer, credential_in, hub_of, person_in, read_json
from app.hub.watermark import (
    DeviceAnswer,
    LossReport,
    SequencesAnswer,
    Vouchers,
    VouchersAnswer,
    recorded_sequences,
    redeem,
    report_loss,
    voucher,
)

EVENTS_TYPE = "application/cloudevents-batch+json"
# Batches that are unpacked and read at a time: each takes memory, and they share one interpreter.
_READERS = CapacityLimiter(4)


@post(
    "/v1/events", opt={"device": True}, status_code=200, operation_class=takes(list[CloudEvent], media_type=EVENTS_TYPE)
)
async def take_events(request: HubRequest) -> Response[IngestAnswer]:
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
    answer = IngestAnswer(done.accepted, done.duplicates, done.rejected, hub.clock())
    # A start of the hub that a desktop has not met may be one on a restored database: it then asks what is there.
    return Response(answer, headers={"cuecard-instance": hub.instance})


@get("/v1/devices/current/sequences", opt={"device": True})
async def tell_sequences(
    request: HubRequest,
    first: Annotated[str, QueryParameter(name="from", max_length=64, description="Id of the first event")],
    last: Annotated[str, QueryParameter(name="to", max_length=64, description="Id of the last event")],
) -> SequencesAnswer:
    """The numbers of this device's recorded events with ids from the first to the last."""
    hub = hub_of(request)
    found = await run_sync(recorded_sequences, hub.store, credential_in(request), first, last)
    return SequencesAnswer(found, hub.instance, hub.clock())


@get("/v1/devices/current", opt={"device": True})
async def tell_device(request: HubRequest) -> DeviceAnswer:
    """A voucher for this device's session (for a device's token)."""
    hub, credential = hub_of(request), credential_in(request)
    vouched = await run_sync(voucher, hub.store, credential, bearer(request))
    return DeviceAnswer(vouched, hub.instance, hub.clock())


@post("/v1/devices/current/losses", opt={"device": True}, status_code=204, operation_class=takes(LossReport))
async def take_loss(request: HubRequest) -> None:
    """Writes down that this device's store was damaged, and which events may be lost."""
    hub = hub_of(request)
    report = await read_json(request, LossReport)
    await run_sync(report_loss, hub.store, credential_in(request), report, hub.clock())


@post("/v1/devices/vouchers", opt={"open": True}, status_code=200, operation_class=takes(Vouchers))
async def take_vouchers(request: HubRequest) -> VouchersAnswer:
    """Puts back sessions that the hub vouched for and that a restore took away; a voucher is its own proof."""
    hub = hub_of(request)
    asked = await read_json(request, Vouchers)
    return VouchersAnswer(await run_sync(redeem, hub.store, asked.vouchers, hub.clock()))


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
    tell_sequences,
    tell_device,
    take_loss,
    take_vouchers,
    take_order,
)
