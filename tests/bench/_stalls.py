"""Finds what keeps an event loop from answering: a watcher sends it beats, and looks while one waits (Linux)."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, Signal, Slot

BEAT_S = 0.005
SUSPICIOUS_S = 0.030
LOOK_S = 0.004
DEEPEST = 14
_SOURCES = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Stall:
    """A beat that had to wait, times in ms.

    `late`: how long. `cpu`: processor time of the thread itself meanwhile. `queued`: how long it could have run but had
    no core, which says something of the machine only. The rest it waited for the interpreter's lock or a disk.
    `stacks`: where it was, as often as it was looked at.
    """

    late: float
    cpu: float
    queued: float
    doing: str
    stacks: tuple[str, ...] = ()


class Heart(QObject):
    """Sends the thread that made it an event, and 5 ms after that was handled the next, as somebody's keys come.

    Attributes: `beats`, how long each waited in ms; `stalls`, those that waited for more than `worth_keeping` ms. Set
    `doing` to what is being done, from any thread. Signals: `_beat` with its time; nobody else connects to it.
    """

    _beat = Signal(float)

    def __init__(self, worth_keeping: float = 25.0) -> None:
        super().__init__()
        self.beats: list[float] = []
        self.stalls: list[Stall] = []
        self.doing = ""
        self._worth_keeping = worth_keeping
        self._thread = threading.get_ident()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._handled = threading.Event()
        self._ends = threading.Event()
        self._rests = threading.Lock()
        self._beat.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """No more beats."""
        self._ends.set()
        self._watcher.join()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """No beats in here: what is done is the measuring's own."""
        with self._rests:
            yield

    @Slot(float)
    def _answer(self, sent_at: float) -> None:
        self.beats.append((time.perf_counter() - sent_at) * 1000)
        self._handled.set()

    def _watch(self) -> None:
        while not self._ends.wait(BEAT_S):
            with self._rests:
                self._send_one()

    def _send_one(self) -> None:
        self._handled.clear()
        stacks: list[str] = []
        sent_at, doing, (cpu, queued) = time.perf_counter(), self.doing, self._used()
        self._beat.emit(sent_at)
        while not self._handled.wait(LOOK_S) and not self._ends.is_set():
            if time.perf_counter() - sent_at > SUSPICIOUS_S:
                stacks.append(self._look())
        late = (time.perf_counter() - sent_at) * 1000
        if late > self._worth_keeping:
            cpu_now, queued_now = self._used()
            self.stalls.append(Stall(late, cpu_now - cpu, queued_now - queued, doing, tuple(stacks)))

    def _used(self) -> tuple[float, float]:
        """Processor time of the watched thread so far, and how long it waited for a core, in ms."""
        on_core, queued, _ = self._schedule.read_text().split()
        return int(on_core) / 1e6, int(queued) / 1e6

    def _look(self) -> str:
        """Where the watched thread is. It is kept from going on meanwhile: a frame that outlives its function keeps
        that function's locals, and a painter that lives too long ends the program."""
        interval = sys.getswitchinterval()
        sys.setswitchinterval(5.0)
        try:
            return described(sys._current_frames().get(self._thread))
        finally:
            sys.setswitchinterval(interval)


def described(innermost: FrameType | None) -> str:
    """Our own functions on this stack, the outermost first, and what they called last."""
    names: list[str] = []
    frame = innermost
    while frame is not None:
        code = frame.f_code
        if frame is innermost or code.co_filename.startswith(_SOURCES):
            names.append(f"{code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return " > ".join(reversed(names[:DEEPEST]))
