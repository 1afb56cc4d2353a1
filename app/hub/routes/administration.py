"""What administrators do over HTTP, a person's own password, and the first administrator of an empty hub."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from app.domain.person import Role
from app.hub.administration.messages import Done, PasswordChange, SetUp
from app.hub.administration.office import Actor, Office
from app.hub.administration.operations import OPERATIONS, Operation
from app.hub.administration.passwords import change_password
from app.hub.administration.setup import set_up
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, credential_in, hub_of, read_json


@post("/v1/me/password", status_code=200, opt={"one_time": True}, operation_class=takes(PasswordChange))
async def own_password(request: HubRequest) -> Done:
    """Sets the signed-in person's own password; the only thing that a one-time password opens."""
    hub, session = hub_of(request), credential_in(request).session
    asked = await read_json(request, PasswordChange)
    done = await run_sync(change_password, _office(request), session.person.id, session.id, asked)
    hub.board.look()
    return done


@post("/v1/setup", status_code=200, opt={"open": True}, operation_class=takes(SetUp))
async def setup(request: HubRequest) -> Done:
    """Makes the first administrator of an empty hub, once, by the code that the hub printed at its start."""
    hub = hub_of(request)
    asked = await read_json(request, SetUp)
    office = Office(hub.store, hub.passwords, hub.clock(), Actor("", "setup"))
    return await run_sync(set_up, office, asked)


def _route(operation: Operation) -> HTTPRouteHandler:
    async def answer(request: HubRequest) -> Any:
        hub, office = hub_of(request), _office(request)
        asked = operation.takes() if operation.only_looks else await read_json(request, operation.takes)
        answered = await run_sync(operation.does, office, asked)
        # What ends streams, or is told, may have been pushed.
        hub.board.look()
        return answered

    answer.__name__ = "admin_" + operation.name.replace("/", "_").replace("-", "_")
    answer.__doc__ = operation.does.__doc__
    # The framework reads the answer's type from here.
    answer.__annotations__ = {"request": HubRequest, "return": operation.answers}
    path, options = f"/v1/admin/{operation.name}", {"role": Role.ADMIN}
    if operation.only_looks:
        return get(path, opt=options)(answer)
    return post(path, status_code=200, opt=options, operation_class=takes(operation.takes))(answer)


def _office(request: HubRequest) -> Office:
    hub, session = hub_of(request), credential_in(request).session
    return Office(hub.store, hub.passwords, hub.clock(), Actor(session.person.id, session.device_id))


ROUTES = (
    own_password,
    setup,
    *(_route(operation) for operation in OPERATIONS),
)
