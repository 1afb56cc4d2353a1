"""Tokens that are renewed, sign-in through the company, devices and sessions begun offline."""

from __future__ import annotations

from functools import partial

from anyio.to_thread import run_sync
from litestar import post, put

from app.hub.identity.messages import (
    DeviceKeyRequest,
    OfflineSessionAnswer,
    OfflineSessionRequest,
    RenewAnswer,
    RenewRequest,
)
from app.hub.identity.offline import countersign, register_key
from app.hub.identity.tokens import renew
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, credential_in, hub_of, read_json


@post("/v1/sessions/renew", opt={"open": True}, status_code=200, operation_class=takes(RenewRequest))
async def renew_session(request: HubRequest) -> RenewAnswer:
    """A new access token for a refresh token; the same request again is answered again."""
    hub = hub_of(request)
    asked = await read_json(request, RenewRequest)
    now = hub.clock()
    renewed = await run_sync(renew, hub.store, asked.refresh, bytes.fromhex(asked.next), now)
    return RenewAnswer(renewed.token, int(renewed.lasts.total_seconds()), int(renewed.lease.total_seconds()), now)


@put("/v1/devices/current/key", opt={"one_time": True}, status_code=204, operation_class=takes(DeviceKeyRequest))
async def give_device_key(request: HubRequest) -> None:
    """Registers the key with which this device signs the sessions that it begins offline; the first one stays."""
    hub, credential = hub_of(request), credential_in(request)
    asked = await read_json(request, DeviceKeyRequest)
    public = bytes.fromhex(asked.public_key)
    await run_sync(register_key, hub.store, credential.session, public, hub.clock())


@post("/v1/sessions/offline", opt={"device": True}, status_code=200, operation_class=takes(OfflineSessionRequest))
async def hand_in_session(request: HubRequest) -> OfflineSessionAnswer:
    """Countersigns a session that this device began while the hub could not be reached; again: the same answer."""
    hub, credential = hub_of(request), credential_in(request)
    asked = await read_json(request, OfflineSessionRequest)
    now = hub.clock()
    signature = bytes.fromhex(asked.signature)
    device_id = credential.session.device_id
    session = await run_sync(partial(countersign, hub.store, device_id, asked.statement, signature, now))
    return OfflineSessionAnswer(session, now)


ROUTES = (
    renew_session,
    give_device_key,
    hand_in_session,
)
