"""People, teams, devices and tokens, for administrators; one customer's data out or away."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

ROUTES: tuple[BaseRouteHandler, ...] = ()
