"""The hub's HTTP API: every route, and nothing but HTTP in it."""

from __future__ import annotations

import logging
from asyncio import wrap_future
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

import msgspec
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import Litestar, Request, Response, delete, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from litestar.types import Message, Scope
from sqlalchemy.exc import OperationalError

from app.domain.account import Account
from app.domain.person import AgentSession, Person, Role
from app.hub.accounts import MAX_CHANGES, account_by_id, accounts_by_phone, changes, verify
from app.hub.batch import MAX_EVENTS
from app.hub.body import ENCODINGS, MAX_BYTES, collect, read_body, unpack
from app.hub.clock import offset_of
from app.hub.errors import Problem
from app.hub.hub import Hub
from app.hub.ingest import Ingested
from app.hub.messages import (
    AccountsAnswer,
    Capabilities,
    ChangesAnswer,
    CloudEvent,
    Health,
    IngestAnswer,
    OrderAnswer,
    PlaceOrderRequest,
    PushAnswer,
    PushSeen,
    SignInAnswer,
    SignInRequest,
    TeamAlert,
    VerifyReply,
    VerifyRequest,
)
from app.hub.metrics import MEDIA_TYPE
from app.hub.moment import read_time
from app.hub.openapi import takes
from app.hub.orders import place_order
from app.hub.people import Credential, credential_of, sign_in, sign_out
from app.hub.push import acknowledge
from app.hub.recorder import TryAgain
from app.hub.reporting import agents_report
from app.hub.strict_json import read_as
from app.reports.team import TeamReport
from app.reports.wire import to_plain

ABILITIES = ("verify", "orders", "cancellation", "changes", "events", "reports", "push")
EVENTS_TYPE = "application/cloudevents-batch+json"
PROBLEM_TYPE = "application/problem+json"

_SETTLE_S = 0.5
# Batches that are unpacked and read at a time: each takes memory, and they share one interpreter.
_READERS = CapacityLimiter(4)

_log = logging.getLogger("cuecard.hub")

HubRequest: TypeAlias = Request[Any, Any, State]
T = TypeVar("T")


def create_app(hub: Hub) -> Litestar:
    """The hub as an ASGI application. It does not own the store: whoever opened it closes it."""
    return Litestar(
        route_handlers=[
            health,
            ready,
            capabilities,
            open_session,
            close_session,
            me,
            find_accounts,
            account_changes,
            read_account,
            verify_caller,
            take_events,
            take_order,
            report_agents,
            metrics,
            listen,
            seen,
            tell_team,
        ],
        before_send=[_count],
        guards=[_authenticate],
        state=State({"hub": hub}),
        exception_handlers={Exception: _as_problem},
        openapi_config=OpenAPIConfig(
            title="Cuecard hub", version="1", path="/", render_plugins=[JsonRenderPlugin(path="/openapi.json")]
        ),
        # Bodies are counted by `read_body`; the framework's logging would write request data.
        request_max_body_size=None,
        logging_config=None,
    )


@get("/v1/health", opt={"open": True})
async def health(request: HubRequest) -> Health:
    """That the process answers."""
    return Health("ok", _hub(request).instance)


@get("/v1/ready", opt={"open": True})
async def ready(request: HubRequest) -> Health:
    """That the store answers, too."""
    hub = _hub(request)

    def look() -> None:
        with hub.store.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    await run_sync(look)
    return Health("ok", hub.instance)


@get("/v1/capabilities", opt={"open": True})
async def capabilities(request: HubRequest) -> Capabilities:
    """Limits and abilities, and the hub's clock."""
    return Capabilities(1, MAX_EVENTS, MAX_BYTES, list(ENCODINGS), list(ABILITIES), _hub(request).clock())


@post("/v1/sessions", opt={"open": True}, operation_class=takes(SignInRequest))
async def open_session(request: HubRequest) -> SignInAnswer:
    """Signs a person in on a device."""
    hub = _hub(request)
    asked = await _read(request, SignInRequest)
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
    return SignInAnswer(signed_in.token, signed_in.device_token, signed_in.session, now)


@delete("/v1/sessions/current")
async def close_session(request: HubRequest) -> None:
    """Signs out: ends the token that is sent."""
    hub = _hub(request)
    await run_sync(sign_out, hub.store, _bearer(request), hub.clock())


@get("/v1/me")
async def me(request: HubRequest) -> AgentSession:
    """The session that the token stands for."""
    return _credential(request).session


@get("/v1/accounts", opt={"role": Role.AGENT})
async def find_accounts(request: HubRequest, phone: FromQuery[str]) -> AccountsAnswer:
    """Every account on which a number (E.164) stands, in full."""
    return AccountsAnswer(await run_sync(accounts_by_phone, _hub(request).store, phone[:32]))


@get("/v1/accounts/changes", opt={"role": Role.AGENT})
async def account_changes(
    request: HubRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = MAX_CHANGES
) -> ChangesAnswer:
    """Accounts changed since a cursor, masked."""
    found = await run_sync(changes, _hub(request).store, cursor, limit)
    return ChangesAnswer(found.accounts, found.cursor, found.more)


@get("/v1/accounts/{account_id:str}", opt={"role": Role.AGENT})
async def read_account(request: HubRequest, account_id: FromPath[str]) -> Account:
    """One account in full."""
    account = await run_sync(account_by_id, _hub(request).store, account_id)
    if account is None:
        raise Problem(404, "There is no such account.")
    return account


@post(
    "/v1/accounts/{account_id:str}/verify",
    opt={"role": Role.AGENT},
    status_code=200,
    operation_class=takes(VerifyRequest),
)
async def verify_caller(request: HubRequest, account_id: FromPath[str]) -> VerifyReply:
    """Checks a caller's factor."""
    hub = _hub(request)
    asked = await _read(request, VerifyRequest)
    return VerifyReply(await run_sync(verify, hub.store, account_id, asked.method, asked.factor, hub.clock()))


@post(
    "/v1/events", opt={"device": True}, status_code=200, operation_class=takes(list[CloudEvent], media_type=EVENTS_TYPE)
)
async def take_events(request: HubRequest) -> IngestAnswer:
    """Records a batch of events, each exactly once, and answers after the commit."""
    hub = _hub(request)
    credential = _credential(request)
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
    hub = _hub(request)
    asked = await _read(request, PlaceOrderRequest)
    reference, is_new = await run_sync(
        partial(
            place_order,
            hub.store,
            hub.clock(),
            order_id=asked.id,
            account=asked.account,
            action=asked.action,
            details=asked.details,
            person=_person(request).id,
        )
    )
    return Response(OrderAnswer(reference), status_code=201 if is_new else 200)


@get("/v1/reports/agents")
async def report_agents(request: HubRequest, team: FromQuery[str] = "") -> dict[str, Any]:
    """A team's figures for calls answered in `from` (included) to `to` (not included), both RFC 3339."""
    hub = _hub(request)
    # `from` is a keyword and cannot be a parameter's name.
    since, until = (_moment(request.query_params.get(name), name) for name in ("from", "to"))

    def count() -> TeamReport:
        # Who has just sent something wants to see it; behind a crowd the report says how old it is.
        hub.projector.settle(_SETTLE_S)
        return agents_report(hub.store, _person(request), team=team, since=since, until=until, now=hub.clock())

    return to_plain(await run_sync(count))


@get("/metrics", opt={"open": True}, media_type=MEDIA_TYPE, include_in_schema=False)
async def metrics(request: HubRequest) -> str:
    """This process in numbers, for Prometheus."""
    hub = _hub(request)
    lag = await run_sync(hub.projection_lag)
    return hub.metrics.text(
        {
            "cuecard_hub_events_waiting": (
                "Events that wait to be recorded.",
                lambda: float(hub.recorder.events_waiting),
            ),
            "cuecard_hub_body_bytes_held": ("Bytes of request bodies in memory.", lambda: float(hub.bodies.held)),
            "cuecard_hub_push_connections": ("Desktops that listen.", lambda: float(hub.board.connected)),
            "cuecard_hub_projection_lag_seconds": ("How old what the reports show is.", lambda: lag),
        }
    )


@get("/v1/push", media_type="text/event-stream")
async def listen(request: HubRequest) -> Stream:
    """Server-sent events for the signed-in person: `release`, `settings`, `alert`, `call`.

    `Last-Event-ID` (a number) goes on after it; without, after what this device has acknowledged.
    """
    hub, credential = _hub(request), _credential(request)
    last = request.headers.get("last-event-id", "")
    if last and not (last.isascii() and last.isdecimal() and len(last) <= 18):
        raise Problem(400, "Last-Event-ID is not one of this hub's numbers. Leave it away.")
    stream = hub.board.stream(credential.session.person, credential.session.device_id, int(last) if last else None)
    return Stream(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})


@post("/v1/push/seen", status_code=204, operation_class=takes(PushSeen))
async def seen(request: HubRequest) -> None:
    """Acknowledges everything that was pushed up to a number."""
    hub, credential = _hub(request), _credential(request)
    asked = await _read(request, PushSeen)
    session = credential.session
    await run_sync(acknowledge, hub.store, hub.clock(), session.device_id, session.person.id, asked.number)


@post("/v1/push/alerts", opt={"role": Role.LEAD}, operation_class=takes(TeamAlert))
async def tell_team(request: HubRequest) -> PushAnswer:
    """Tells a team that the person leads something; 404 for any other team."""
    hub = _hub(request)
    asked = await _read(request, TeamAlert)
    if asked.team not in _person(request).teams:
        raise Problem(404, "There is no such team among yours.")
    return PushAnswer(await run_sync(hub.push, "alert", {"text": asked.text}, asked.team))


async def _count(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        hub: Hub = scope["litestar_app"].state.hub
        hub.metrics.answered(message["status"])


async def _authenticate(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Closed unless a route says otherwise: `opt` open, device (a device's token will do), role."""
    if handler.opt.get("open") or str(connection.scope["path"]) == "/openapi.json":
        return
    hub: Hub = connection.app.state.hub
    credential = await run_sync(credential_of, hub.store, _bearer(connection), hub.clock())
    hub.rate.check(credential.session.device_id)
    if credential.device_only and not handler.opt.get("device"):
        raise Problem(403, "This token may only send events. Sign in.")
    role = handler.opt.get("role")
    if role is not None and not credential.session.person.may(role):
        raise Problem(403, f"This is for people with the role {role}.")
    connection.state.credential = credential


def _bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "Sign in, and send the token as Authorization: Bearer.")
    return token.strip()


def _hub(request: HubRequest) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


def _credential(request: HubRequest) -> Credential:
    credential: Credential = request.state.credential
    return credential


def _person(request: HubRequest) -> Person:
    return _credential(request).session.person


async def _read(request: HubRequest, type_: type[T]) -> T:
    return read_as(await read_body(request.stream(), request.headers, _hub(request).bodies), type_)


def _moment(text: str | None, name: str) -> datetime:
    try:
        return read_time(text or "")
    except ValueError as error:
        raise Problem(400, f"Give {name} as a time like 2026-01-31T00:00:00Z.") from error


def _as_problem(request: HubRequest, error: Exception) -> Response[bytes]:
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
