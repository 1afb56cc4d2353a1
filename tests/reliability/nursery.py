"""Starts desktops without a window, one at a time, each a process of its own that can be killed.

One JSON line on standard input is one start (`Task`). What Python imports is imported once, here; each start is a fork
of that, so a thousand kills take minutes. On standard output, a line each:

    p PID                         a desktop was started
    o MILLISECONDS NOTICE         its store is open
    c SEQUENCE ID TIME MICROS     an event is recorded and confirmed, and how long that took
    x ERROR MICROS                an event was refused
    s UNSENT SET_ASIDE PROBLEM    the state of sync changed
    d                             it has recorded what it was to record
    q                             and all of it is at the hub
    b PLACE                       which part of the start failed, and its error
    e STATUS                      it ended
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uuid_utils

from app.cache.database import KEY_BYTES
from app.cache.errors import StoreError
from app.cache.opening import NOTICE, open_store
from app.cache.store import LocalStore
from app.desk.ports import Draft, SyncState
from app.domain.event import EventType, Json, NewEvent
from app.sync.device_hub import DeviceHub
from app.sync.engine import SyncEngine
from app.sync.hub_crm import HubCrm
from app.sync.lease import FileLease
from app.sync.reconcile import Reconciler
from app.sync.transport import HttpTransport

KEY = bytes(range(KEY_BYTES))
_DIE_WITH_PARENT = 1


class Task(msgspec.Struct):
    """One start of a desktop. SIGUSR1: record nothing any more; SIGTERM: end in order.

    `hub` "": no sync. `count` events are recorded (-1: without end), `batch` at most with one key, `per_second` of
    them (0: as quickly as can be), those of `times` at their times. `ids` are given to the events instead of new ones.
    `waste_..` writes and syncs go nowhere first: they move the place of a kill that strace counts.
    """

    store: str
    device: str
    hub: str = ""
    user: str = ""
    password: str = ""
    seed: int = 0
    count: int = 0
    batch: int = 1
    per_second: float = 0.0
    times: list[datetime] = []
    ids: list[str] = []
    waste_writes: int = 0
    waste_syncs: int = 0


def main() -> None:
    decode = msgspec.json.Decoder(Task).decode
    parent = os.getppid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin.buffer:
        task = decode(line)
        child = os.fork()
        if child == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            _end_with_parent()
            _hear_signals()
            try:
                work(task)
            except BaseException as error:
                _tell(f"b {type(error).__name__} {error}".replace("\n", " ")[:400])
                os._exit(1)
            os._exit(0)
        _tell(f"p {child}")
        _tell(f"e {_ended(child, parent)}")


def _ended(child: int, parent: int) -> int:
    """The status with which a desktop ended; ends itself, and it, where nobody is there any more to kill it."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if os.getppid() != parent:
            sys.exit(1)
        signal.sigtimedwait({signal.SIGCHLD}, 1.0)


_stop, _enough = threading.Event(), threading.Event()


def _end_with_parent() -> None:
    # Linux alone can. It is the thread that forked which counts: the nursery has one.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _hear_signals() -> None:
    """In a thread of its own: a handler may interrupt whoever holds the lock of what it sets."""
    heard = {signal.SIGTERM, signal.SIGUSR1}
    signal.pthread_sigmask(signal.SIG_BLOCK, heard)

    def hear() -> None:
        while True:
            if signal.sigwait(heard) == signal.SIGTERM:
                _stop.set()
            _enough.set()

    threading.Thread(target=hear, name="signals", daemon=True).start()


def work(task: Task) -> None:
    """Opens the store, sends what waits, records; until SIGTERM, or the end of what there was to do without a hub."""
    begun = time.monotonic()
    _waste(task)
    store = _opened(Path(task.store), task.device)
    notice = (store.fact(NOTICE, str) or "").replace("\n", " ")
    engine, session = (None, "session-1") if not task.hub else _synced(store, task)
    _tell(f"o {(time.monotonic() - begun) * 1000:.0f} {notice}")
    if engine is not None:
        engine.start()
    _record(store, engine, session, task)
    _tell("d")
    if engine is not None:
        while not _stop.wait(0.02) and store.backlog().unsent:
            pass
        _tell("q")
        _stop.wait()
        engine.stop(20)
    store.close()


def _opened(path: Path, device: str) -> LocalStore:
    """As the program does: by the one process that has the lease, with a close look."""
    lease = FileLease(path)
    if not path.exists() or not lease.take():
        return LocalStore.open(path, KEY, device, now)
    try:
        return open_store(path, KEY, device, now)
    finally:
        lease.give_back()


def _synced(store: LocalStore, task: Task) -> tuple[SyncEngine, str]:
    crm = HubCrm(HttpTransport(task.hub), "Desk")
    credentials = store.sign_in()
    crm.keep_with(store.save_sign_in)
    if credentials is None:
        credentials = crm.sign_in(task.user, task.password, task.device)
        store.save_sign_in(credentials)
    else:
        crm.resume(credentials)
    engine = SyncEngine(
        store,
        crm,
        FileLease(store.path),
        _say_state,
        clock=now,
        random=random.random,
        fetch_accounts=False,
        reconciler=Reconciler(store, DeviceHub(crm)),
    )
    return engine, credentials.session.id


def _record(store: LocalStore, engine: SyncEngine | None, session: str, task: Task) -> None:
    chance = random.Random(task.seed)
    number = 0
    while number != task.count and not (_stop.is_set() or _enough.is_set()):
        size = 1 if task.count == 1 else chance.randint(1, task.batch)
        size = min(size, task.count - number) if task.count > 0 else size
        events = [_event(task, session, number + place) for place in range(size)]
        begun = time.perf_counter_ns()
        try:
            recorded = store.record(events, Draft("call-1", str(number).encode()))
        except StoreError as error:
            _tell(f"x {type(error).__name__} {(time.perf_counter_ns() - begun) // 1000}")
        else:
            took = (time.perf_counter_ns() - begun) // 1000
            lines = [f"c {event.sequence} {event.id} {event.time.isoformat()} {took}" for event in recorded]
            _tell("\n".join(lines))
            if engine is not None:
                engine.wake()
        number += size
        if task.per_second:
            _enough.wait(chance.random() * 2 * size / task.per_second)


def _event(task: Task, session: str, number: int) -> NewEvent:
    moment = task.times[number] if task.times else now()
    made = str(uuid_utils.uuid7()) if not task.ids else task.ids[number]
    data: dict[str, Json] = {"number": number, "text": "x" * (number * 37 % 400)}
    return NewEvent(made, EventType.NOTE_SAVED, moment, "call-1", session, data)


def _say_state(state: SyncState) -> None:
    _tell(f"s {state.unsent} {state.set_aside} {state.problem}".replace("\n", " "))


def _tell(line: str) -> None:
    # One write: a kill leaves a whole line or none, and lines of two threads do not mix.
    with suppress(BrokenPipeError):
        os.write(1, line.encode() + b"\n")


def _waste(task: Task) -> None:
    if not task.waste_writes and not task.waste_syncs:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for _ in range(task.waste_writes):
        os.pwrite(nowhere, b"x", 0)
    for _ in range(task.waste_syncs):
        # It says that there is nothing to sync, and was counted.
        with suppress(OSError):
            os.fsync(nowhere)
    os.close(nowhere)


def now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


def programs() -> Sequence[str]:
    """How to start this."""
    return [sys.executable, str(Path(__file__))]


if __name__ == "__main__":
    main()
