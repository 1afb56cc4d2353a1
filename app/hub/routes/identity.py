"""Tokens that are renewed, sign-in through the company, devices and sessions begun offline."""

from __future__ import annotations

from functools import partial

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import get, post, put

from app.hub.errors import Problem
from app.hub.identity.company import TICKET_LASTS
from app.hub.identity.messages import (
    CompanyAnswer,
    CompanySignInRequest,
    DeviceKeyRequest,
    OfflineSessionAnswer,
    OfflineSessionRequest,
    ProofAnswer,
    ProofRequest,
    RenewAnswer,
    RenewRequest,
)
from app.hub.identity.offline import countersign, register_key
from app.hub.identity.tokens import renew
from app.hub.messages import SignInAnswer
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, credential_in, hub_of, read_json
from app.hub.routes.sessions import answered

# Each waits for the company's provider, perhaps long: others must not wait for a thread meanwhile.
_ASKING = CapacityLimiter(8)
_WAITING = 200


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


@get("/v1/sessions/company", opt={"open": True})
async def company_sign_in(request: HubRequest) -> CompanyAnswer:
    """Where the company's own sign-in is; 404 where there is none."""
    _let_in()
    return await run_sync(hub_of(request).company.where, limiter=_ASKING)


@post("/v1/sessions/company/proof", opt={"open": True}, status_code=200, operation_class=takes(ProofRequest))
async def prove_company_sign_in(request: HubRequest) -> ProofAnswer:
    """Redeems what came back from the company's sign-in for a ticket; whose it is tells which store to open."""
    hub = hub_of(request)
    proof = await read_json(request, ProofRequest)
    _let_in()
    user, ticket = await run_sync(hub.company.prove, proof, hub.clock(), limiter=_ASKING)
    return ProofAnswer(user, ticket, int(TICKET_LASTS.total_seconds()))


@post("/v1/sessions/company", opt={"open": True}, operation_class=takes(CompanySignInRequest))
async def open_company_session(request: HubRequest) -> SignInAnswer:
    """Signs a person in on a device with a ticket."""
    hub = hub_of(request)
    asked = await read_json(request, CompanySignInRequest)
    now = hub.clock()
    device, refresh = (asked.device_id, asked.device_name), bytes.fromhex(asked.refresh_digest)
    return answered(await run_sync(hub.company.redeem, asked.ticket, device, refresh, now), now)


def _let_in() -> None:
    if _ASKING.statistics().tasks_waiting >= _WAITING:
        raise Problem(429, "Very many people sign in just now. Wait, then try again.", retry_after=10)


ROUTES = (
    company_sign_in,
    prove_company_sign_in,
    open_company_session,
    renew_session,
    give_device_key,
    hand_in_session,
)
