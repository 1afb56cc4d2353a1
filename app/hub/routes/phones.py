"""Calls in, from the phone systems that send them over HTTP."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

ROUTES: tuple[BaseRouteHandler, ...] = ()
