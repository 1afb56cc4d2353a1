"""Signing in and out."""

from __future__ import annotations

from functools import partial

from anyio.to_thread import run_sync
from litestar import delete, get, post

from app.domain.person import AgentSession
from app.hub.messages import (
    SignInAnswer,
    SignInRequest,
)
from app.hub.openapi import takes
from app.hub.people import sign_in, sign_out
from app.hub.routes.http import HubRequest, bearer, credential_in, hub_of, read_json


@post("/v1/sessions", opt={"open": True}, operation_class=takes(SignInRequest))
async def open_session(request: HubRequest) -> SignInAnswer:
    """Signs a person in on a device."""
    hub = hub_of(request)
    asked = await read_json(request, SignInRequest)
    now = hub.clock()
    address = request.client.host if request.client else ""
    signed_in = await run_sync(
        partial(
            sign_in,
            hub.store,
            hub.passwords,
            now,
            user=asked.user,
            password=asked.password,
            device=(asked.device_id, asked.device_name),
            address=address,
        )
    )
    return SignInAnswer(signed_in.token, signed_in.device_token, signed_in.session, now, signed_in.must_change)


@delete("/v1/sessions/current", opt={"one_time": True})
async def close_session(request: HubRequest) -> None:
    """Signs out: ends the token that is sent."""
    hub = hub_of(request)
    await run_sync(sign_out, hub.store, bearer(request), hub.clock())


@get("/v1/me", opt={"one_time": True})
async def me(request: HubRequest) -> AgentSession:
    """The session that the token stands for."""
    return credential_in(request).session


ROUTES = (
    open_session,
    close_session,
    me,
)
