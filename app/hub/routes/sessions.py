"""Signing in and out."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import delete, get, post

from app.domain.person import AgentSession
from app.hub.errors import Problem
from app.hub.messages import (
    SignInAnswer,
    SignInRequest,
)
from app.hub.openapi import takes
from app.hub.people import SignedIn, sign_in, sign_out
from app.hub.routes.http import HubRequest, bearer, credential_in, hub_of, read_json

# Passwords are dear to check, two at a time: those who wait for it must not hold the threads that all others need.
_CHECKED_AT_ONCE = CapacityLimiter(4)
_WAITING = 200


@post("/v1/sessions", opt={"open": True}, operation_class=takes(SignInRequest))
async def open_session(request: HubRequest) -> SignInAnswer:
    """Signs a person in on a device."""
    hub = hub_of(request)
    asked = await read_json(request, SignInRequest)
    if _CHECKED_AT_ONCE.statistics().tasks_waiting >= _WAITING:
        raise Problem(429, "Very many people sign in just now. Wait, then try again.", retry_after=10)
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
            refresh=bytes.fromhex(asked.refresh_digest) or None,
        ),
        limiter=_CHECKED_AT_ONCE,
    )
    return answered(signed_in, now)


def answered(signed_in: SignedIn, now: datetime) -> SignInAnswer:
    """A new session as the desktop is told of it."""
    return SignInAnswer(
        signed_in.token,
        signed_in.device_token,
        signed_in.session,
        now,
        signed_in.must_change,
        int(signed_in.lasts.total_seconds()),
        int(signed_in.lease.total_seconds()),
    )


@delete("/v1/sessions/current", opt={"one_time": True})
async def close_session(request: HubRequest) -> None:
    """Signs out: ends the session's tokens, but for the device's."""
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
