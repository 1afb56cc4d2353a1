"""Tokens that are renewed, sign-in through the company, devices and sessions begun offline."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

ROUTES: tuple[BaseRouteHandler, ...] = ()
