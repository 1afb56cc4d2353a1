"""Whether the hub lives, what it can, how it fares."""

from __future__ import annotations

from anyio.to_thread import run_sync
from litestar import get

from app.hub.batch import MAX_EVENTS
from app.hub.body import ENCODINGS, MAX_BYTES
from app.hub.messages import (
    Capabilities,
    Health,
)
from app.hub.metrics import MEDIA_TYPE
from app.hub.routes.http import HubRequest, hub_of

ABILITIES = ("verify", "orders", "cancellation", "changes", "events", "reports", "push")


@get("/v1/health", opt={"open": True})
async def health(request: HubRequest) -> Health:
    """That the process answers."""
    return Health("ok", hub_of(request).instance)


@get("/v1/ready", opt={"open": True})
async def ready(request: HubRequest) -> Health:
    """That the store answers, too."""
    hub = hub_of(request)

    def look() -> None:
        with hub.store.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    await run_sync(look)
    return Health("ok", hub.instance)


@get("/v1/capabilities", opt={"open": True})
async def capabilities(request: HubRequest) -> Capabilities:
    """Limits and abilities, the hub's clock, and how people sign in."""
    hub = hub_of(request)
    sign_in = ["password", "company"] if await run_sync(hub.company.is_there) else ["password"]
    return Capabilities(1, MAX_EVENTS, MAX_BYTES, list(ENCODINGS), list(ABILITIES), hub.clock(), sign_in)


@get("/metrics", opt={"open": True}, media_type=MEDIA_TYPE, include_in_schema=False)
async def metrics(request: HubRequest) -> str:
    """This process in numbers, for Prometheus."""
    hub = hub_of(request)
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


ROUTES = (
    health,
    ready,
    capabilities,
    metrics,
)
