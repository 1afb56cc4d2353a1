"""Several hub processes behind one socket: each takes connections as it can; PostgreSQL is what they share."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from uuid_utils import uuid7

from app.hub.errors import HubNotStarted
from app.hub.presence import Parent, Presence, announce
from app.hub.server import Address, listen, url_of

_STOP_S = 20.0
_POLL_S = 0.1
# A worker that ends sooner than this after its start is not started again and again.
_TOO_SOON_S = 5.0

_log = logging.getLogger("cuecard.hub")


def serve_by_many(
    command: Sequence[str],
    count: int,
    address: Address,
    ready_file: Path | None,
    parent: int | None,
    on_ready: Callable[[Presence], None],
    *,
    is_tls: bool = False,
) -> int:
    """Starts `count` workers and keeps them running until SIGTERM, SIGINT or the parent's end; then stops them.

    A worker that dies is replaced. Each finishes its requests and records what it has taken in before it ends. Raises
    PortTaken, and HubNotStarted where a worker does not come up.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    watched = Parent(parent) if parent is not None else None
    with listen(address) as listening:
        listening.listen(2048)
        started = [*command, "--listen-on", str(listening.fileno())]
        workers = [_Worker(started, listening.fileno()) for _ in range(count)]
        try:
            for worker in workers:
                worker.wait_until_ready()
            presence = Presence(url_of(listening, is_tls=is_tls), os.getpid(), parent, str(uuid7()))
            if ready_file is not None:
                announce(ready_file, presence)
            on_ready(presence)
            while not stopping.wait(_POLL_S) and not (watched and watched.is_gone()):
                for worker in workers:
                    worker.revive()
        finally:
            _stop(workers)
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)
    return 0


class _Worker:
    """One process of several."""

    def __init__(self, command: Sequence[str], handle: int) -> None:
        self._command, self._handle = command, handle
        self._start()

    def wait_until_ready(self) -> None:
        """Returns once the worker serves; raises HubNotStarted."""
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise HubNotStarted("A hub process ended at its start. What it said stands above.")

    def revive(self) -> None:
        """Starts it anew where it has died."""
        if self.process.poll() is not None and time.monotonic() - self._started > _TOO_SOON_S:
            _log.error("A hub process ended with status %s and is started again.", self.process.returncode)
            self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            [*self._command, "--with-parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            pass_fds=(self._handle,),
        )


def _stop(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.terminate()
    deadline = time.monotonic() + _STOP_S
    for worker in workers:
        try:
            worker.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait()
