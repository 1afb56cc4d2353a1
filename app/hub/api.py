"""The hub as an ASGI application: which routes it has, who may call them, how errors are said."""

from __future__ import annotations

from litestar import Litestar
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import Message, Scope

from app.hub.hub import Hub
from app.hub.routes import (
    accounts,
    administration,
    conversations,
    events,
    handover,
    identity,
    importing,
    library,
    operation,
    phones,
    pushes,
    reports,
    search,
    sessions,
)
from app.hub.routes.http import as_problem, authenticate

_SUBJECTS = (
    operation,
    sessions,
    identity,
    accounts,
    search,
    importing,
    events,
    handover,
    reports,
    pushes,
    phones,
    library,
    conversations,
    administration,
)


def create_app(hub: Hub) -> Litestar:
    """The hub as an ASGI application. It does not own the store: whoever opened it closes it."""
    return Litestar(
        route_handlers=[route for subject in _SUBJECTS for route in subject.ROUTES],
        before_send=[_count],
        guards=[authenticate],
        state=State({"hub": hub}),
        exception_handlers={Exception: as_problem},
        openapi_config=OpenAPIConfig(
            title="Cuecard hub", version="1", path="/", render_plugins=[JsonRenderPlugin(path="/openapi.json")]
        ),
        # Bodies are counted by `read_body`; the framework's logging would write request data.
        request_max_body_size=None,
        logging_config=None,
    )


async def _count(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        hub: Hub = scope["litestar_app"].state.hub
        hub.metrics.answered(message["status"])
