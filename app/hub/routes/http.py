"""What every route needs of HTTP: the hub and the person behind a request, its body, and errors as RFC 9457."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

import msgspec
from anyio.to_thread import run_sync
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from sqlalchemy.exc import OperationalError

from app.domain.person import Person
from app.hub.body import read_body
from app.hub.errors import Problem
from app.hub.hub import Hub
from app.hub.people import Credential, credential_of
from app.hub.recorder import TryAgain
from app.hub.strict_json import read_as

PROBLEM_TYPE = "application/problem+json"

_log = logging.getLogger("cuecard.hub")

HubRequest: TypeAlias = Request[Any, Any, State]
T = TypeVar("T")


async def authenticate(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Closed unless a route says otherwise: `opt` open, device (a device's token will do), role, one_time (a one-time
    password will do)."""
    if handler.opt.get("open") or str(connection.scope["path"]) == "/openapi.json":
        return
    hub: Hub = connection.app.state.hub
    credential = await run_sync(credential_of, hub.store, bearer(connection), hub.clock())
    hub.rate.check(credential.session.device_id)
    if credential.device_only and not handler.opt.get("device"):
        raise Problem(403, "This token may only send events. Sign in.")
    if credential.must_change and not (credential.device_only or handler.opt.get("one_time")):
        raise Problem(403, "Set a password of your own first. The one that you signed in with is for once only.")
    role = handler.opt.get("role")
    if role is not None and not credential.session.person.may(role):
        raise Problem(403, f"This is for people with the role {role}.")
    connection.state.credential = credential


def bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token of a request; raises Problem 401."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "Sign in, and send the token as Authorization: Bearer.")
    return token.strip()


def hub_of(request: HubRequest) -> Hub:
    """The hub that answers."""
    hub: Hub = request.app.state.hub
    return hub


def credential_in(request: HubRequest) -> Credential:
    """Who asks, as `authenticate` found out."""
    credential: Credential = request.state.credential
    return credential


def person_in(request: HubRequest) -> Person:
    """The person who asks."""
    return credential_in(request).session.person


async def read_json(request: HubRequest, type_: type[T]) -> T:
    """The body as JSON of that type; raises Problem 400 or 413."""
    return read_as(await read_body(request.stream(), request.headers, hub_of(request).bodies), type_)


def as_problem(request: HubRequest, error: Exception) -> Response[bytes]:
    """Any error as a problem document."""
    problem = _problem(error)
    headers = {"cache-control": "no-store"}
    if problem.retry_after is not None:
        headers["retry-after"] = str(problem.retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if problem.status in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.SERVICE_UNAVAILABLE):
        # The rest of the body is not wanted.
        headers["connection"] = "close"
    return Response(
        msgspec.json.encode(problem.as_plain()),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException) and error.status_code < 500:
        # The framework's own texts repeat the URL, in which a phone number may stand.
        return Problem(error.status_code, f"The request cannot be met: {HTTPStatus(error.status_code).phrase}.")
    # The kind only: an exception's text may hold what was sent.
    _log.error("A request failed: %s", type(error).__name__)
    if isinstance(error, OperationalError | TryAgain):
        return Problem(503, "The hub cannot write just now. Nothing of this request was recorded.", retry_after=5)
    return Problem(500, "The hub failed. Nothing of this request was recorded.")
