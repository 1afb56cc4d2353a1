"""Work away from the UI thread: ordered lanes in a thread pool, results through one queued signal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Event
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
Job = Callable[[], None]


class LaneTasks(QObject):
    """Implements `app.desk.ports.Tasks`.

    Each lane is a queue of its own with at most one job at work; all lanes share the pool's threads. What a job
    returns or raises is carried to the thread that made this object (the UI thread).
    Signals: `_arrived` wakes the UI thread; nobody else connects to it.
    """

    _arrived = Signal()

    def __init__(self, threads: int = 4) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="cuecard")
        self._lock = Condition()
        self._deliveries: deque[Job] = deque()
        self._lanes: dict[str, deque[Job]] = {}
        self._closed = False
        self._ends = Event()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        after: float = 0.0,
    ) -> None:
        """Runs `work` in the lane, `after` so many seconds, then `done(result)` or `failed(error)` on the UI thread."""

        def job() -> None:
            if after:
                self._ends.wait(after)
            try:
                result = work()
            except Exception as error:
                # A lambda would lose the name: Python unbinds it when the clause ends.
                caught = error
                self.post(lambda: failed(caught))
            else:
                self.post(lambda: done(result))

        with self._lock:
            if self._closed:
                return
            waiting = self._lanes.get(lane)
            if waiting is not None:
                waiting.append(job)
                return
            self._lanes[lane] = deque((job,))
        self._pool.submit(self._work_off, lane)

    def post(self, call: Callable[[], None]) -> None:
        """Runs `call` on the UI thread soon; may be called from any thread."""
        with self._lock:
            if self._closed:
                return
            self._deliveries.append(call)
        self._arrived.emit()

    def settle(self, lane: str, seconds: float) -> None:
        """Gives a lane a moment to finish, and delivers what has arrived: on the UI thread only.

        So that what takes less than a frame is shown in the same picture as what it follows from.
        """
        with self._lock:
            self._lock.wait_for(lambda: lane not in self._lanes, seconds)
        self._deliver()

    def shutdown(self) -> None:
        """Drops what has not begun, waits for what is at work, delivers nothing more."""
        with self._lock:
            self._closed = True
            self._ends.set()
            self._lanes.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work_off(self, lane: str) -> None:
        """Takes the lane's jobs one after the other until there is none."""
        while True:
            with self._lock:
                waiting = self._lanes.get(lane)
                if not waiting:
                    self._lanes.pop(lane, None)
                    self._lock.notify_all()
                    return
                job = waiting.popleft()
            job()

    @Slot()
    def _deliver(self) -> None:
        # What a delivery posts in its turn waits for the next round: others' events come in between.
        for _ in range(len(self._deliveries)):
            if self._closed or not self._deliveries:
                return
            self._deliveries.popleft()()
