"""Accounts in, by the file."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

ROUTES: tuple[BaseRouteHandler, ...] = ()
