"""The hub as a process: opens the store, listens, says that it is ready, drains and stops."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from litestar import Litestar

from app.hub.api import create_app
from app.hub.credentials import Passwords
from app.hub.errors import HubError
from app.hub.hub import Hub
from app.hub.presence import FolderInUse, FolderLock, Parent, Presence, announce
from app.hub.store import Store

_WATCH_S = 0.25
_LOCK_POLL_S = 0.05
_DRAIN_S = 10


class PortTaken(HubError):
    """The hub cannot listen where it was told to."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0: any free one."""

    host: str = "127.0.0.1"
    port: int = 0


def serve(
    store: Store,
    address: Address,
    *,
    ready_file: Path | None = None,
    parent: int | None = None,
    on_ready: Callable[[Presence], None] | None = None,
) -> None:
    """Serves until SIGTERM, SIGINT or the parent's end; requests under way are finished first.

    Raises PortTaken. The store stays the caller's to close.
    """
    hub = Hub(store, Passwords())
    listening = listen(address)
    presence = Presence(_url(listening), os.getpid(), parent, hub.instance)

    def ready() -> None:
        if ready_file is not None:
            announce(ready_file, presence)
        if on_ready is not None:
            on_ready(presence)

    server = _Server(configuration(create_app(hub)), ready)
    if parent is not None:
        threading.Thread(target=_stop_with, args=(Parent(parent), server), name="parent-watch", daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        # Uvicorn raises the signal anew once it has drained; by default that would end us before we have cleaned up.
        signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
        hub.close()
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


def configuration(app: Litestar) -> uvicorn.Config:
    """How uvicorn runs the hub."""
    # Lines of access hold callers' numbers. Off by setting alone they come back where a program adds a handler.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        app,
        # Named, not found out: the same parser and loop wherever the hub runs, whatever else is installed there.
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_DRAIN_S,
    )


def lock_beside(database: Path, wait_s: float = 0.0) -> FolderLock:
    """The lock that a hub holds on its SQLite database.

    Waits so long for an earlier hub to leave, then raises FolderInUse.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return FolderLock(database.with_name(database.name + ".lock"))
        except FolderInUse:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOCK_POLL_S)


def quiet_logs() -> None:
    """Warnings to standard error, one line each, without tracebacks: those can hold what was sent."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


class _OneLine(logging.Formatter):
    """A record on one line, an exception by its kind only."""

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = "%s failed: %s", (record.name, record.exc_info[0].__name__)
        record.exc_info = record.exc_text = record.stack_info = None
        return super().format(record)


def listen(address: Address) -> socket.socket:
    """A bound socket for uvicorn; raises PortTaken."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # The protocol is named, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address.host, address.port))
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"The hub cannot listen on {address.host} port {address.port}. Choose another with --port."
        ) from error
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _stop_with(parent: Parent, server: uvicorn.Server) -> None:
    while not server.should_exit:
        if parent.is_gone():
            server.should_exit = True
        time.sleep(_WATCH_S)
