"""Releases of the script library, and settings for the desktops."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

ROUTES: tuple[BaseRouteHandler, ...] = ()
