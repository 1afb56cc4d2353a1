"""The hub as a process: opens the store, listens, says that it is ready, drains and stops."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from litestar import Litestar

from app.hub.api import create_app
from app.hub.credentials import Passwords
from app.hub.errors import HubError
from app.hub.hub import Hub
from app.hub.patience import FIRST_WAIT_S, PatientProtocol
from app.hub.presence import FolderInUse, FolderLock, Parent, Presence, announce
from app.hub.store import Store
from app.phone_secret import phone_secret

if TYPE_CHECKING:
    from app.hub.administration.certificates import Tls

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
    address: Address | socket.socket,
    *,
    ready_file: Path | None = None,
    parent: int | None = None,
    on_ready: Callable[[Presence], None] | None = None,
    phones: Sequence[str] = (),
    tls: Tls | None = None,
) -> None:
    """Serves until SIGTERM, SIGINT or the parent's end; requests under way are finished first.

    `phones` are the switches to listen to ("ami://user@host"). Raises PortTaken, PhoneSetupError.
    The store stays the caller's to close.
    """
    _share_the_interpreter()
    hub = Hub(store, Passwords())
    listening = listen(address) if isinstance(address, Address) else address
    presence = Presence(url_of(listening, is_tls=tls is not None), os.getpid(), parent, hub.instance)

    for phone in phones:
        hub.phones.listen_to(phone, phone_secret)

    def ready() -> None:
        if ready_file is not None:
            announce(ready_file, presence)
        if on_ready is not None:
            on_ready(presence)

    server = _Server(configuration(create_app(hub), tls), ready, hub.board.close)
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


def configuration(app: Litestar, tls: Tls | None = None) -> uvicorn.Config:
    """How uvicorn runs the hub, with TLS or without."""
    # Lines of access hold callers' numbers. Off by setting alone they come back where a program adds a handler.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        app,
        # Named, not found out: the same parser and loop wherever the hub runs. This one does not wait for ever.
        http=PatientProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_DRAIN_S,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
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


class _Server(uvicorn.Server):
    """Tells when it listens, and ends what would never end by itself before it waits for the rest."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._on_stop)
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self.config.is_ssl:
            # Uvicorn has no setting for it, and asyncio waits a minute for somebody who only opens a connection.
            loop: Any = asyncio.get_running_loop()
            loop.create_server = partial(loop.create_server, ssl_handshake_timeout=FIRST_WAIT_S)
        await super().startup(sockets)
        self._on_ready()


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


def _share_the_interpreter() -> None:
    """Settings for a process whose threads read batches, write them and answer, all at once."""
    # A thread that comes back from the database waits so long for its turn; the default is 5 ms.
    sys.setswitchinterval(0.0005)
    # A batch is tens of thousands of short-lived objects without cycles: looking through them is wasted.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def adopt(handle: int) -> socket.socket:
    """The socket that a process was given by the one that started it."""
    return socket.socket(fileno=handle)


def url_of(listening: socket.socket, *, is_tls: bool = False) -> str:
    """The URL at which a socket is reached."""
    host, port = listening.getsockname()[:2]
    scheme = "https" if is_tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _stop_with(parent: Parent, server: uvicorn.Server) -> None:
    while not server.should_exit:
        if parent.is_gone():
            server.should_exit = True
        time.sleep(_WATCH_S)
