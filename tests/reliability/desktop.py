"""A desktop without a window as a process that the programs start, kill and listen to."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec

from tests.reliability.hub_process import ROOT, Hub
from tests.reliability.nursery import Task, programs
from tests.reliability.oracle import Confirmed
from tests.reliability.outcome import TooLate, processor_seconds


class Desktop:
    """One agent's desktop with its store, over any number of kills.

    Attributes: `confirmed` in order; `refused` errors in order; `waits`: seconds that each record took; `notices` of
    the store; `unsent`, `set_aside` and `problem` as sync said last; `is_done`: it has recorded what it was to record;
    `start_cost`: seconds of a processor that the last start took.
    """

    def __init__(
        self,
        folder: Path,
        device: str,
        hub: Hub | None = None,
        *,
        url: str = "",
        user: str = "ana",
        before: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`url` replaces the hub's own (a proxy). `before` stands before the command line (`strace ..`)."""
        self.path = folder / f"{device}.db"
        self.device = device
        self.source = f"/devices/{device}"
        self.confirmed: list[Confirmed] = []
        self.refused: list[str] = []
        self.waits: list[float] = []
        self.notices: list[str] = []
        self.failures: list[str] = []
        self.unsent = self.set_aside = -1
        self.problem = ""
        self.start_cost = 0.0
        self.is_done = self.is_open = self.is_sent = False
        self._who = {"hub": url or hub.url, "user": user, "password": hub.sign_ins.of(user).password} if hub else {}
        self._command = [*before, *programs()]
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._log = folder / f"{device}.log"
        self._changed = threading.Condition()
        self._nursery: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._pid = 0

    def start(self, seconds: float = 90.0, **task: object) -> float:
        """Starts it with a task (see `nursery.Task`); how many seconds until its store was open."""
        begun, is_cold = time.monotonic(), self._nursery is None
        self.begin(**task)
        self.wait_for("its store is open", lambda: self.is_open or self._pid == 0, seconds)
        if not self.is_open:
            raise TooLate(f"{self.device} did not open: {self.failures[-1:]} {self.last_words}")
        self.start_cost = processor_seconds(self._pid)
        if is_cold and self._nursery is not None:
            self.start_cost += processor_seconds(self._nursery.pid)
        return time.monotonic() - begun

    def begin(self, **task: object) -> None:
        """Starts it and does not wait for its store."""
        wanted = msgspec.convert({"store": str(self.path), "device": self.device, **self._who, **task}, Task)
        if self._nursery is None:
            with self._log.open("ab") as log:
                self._nursery = subprocess.Popen(
                    self._command,
                    cwd=ROOT,
                    env=self._environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                )
            self._reader = threading.Thread(target=self._read, args=(self._nursery,), daemon=True)
            self._reader.start()
        self.is_done = self.is_open = self.is_sent = False
        self.unsent = self.set_aside = -1
        self._pid = -1
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(msgspec.json.encode(wanted) + b"\n")
        self._nursery.stdin.flush()

    def kill(self, seconds: float = 60.0) -> None:
        """`kill -9`; returns when all that it had confirmed before is known."""
        self.wait_for("it has started", lambda: self._pid != -1, seconds)
        with suppress(ProcessLookupError):
            if self._pid > 0:
                os.kill(self._pid, signal.SIGKILL)
        self.ended(seconds)

    def record_no_more(self) -> None:
        """It goes on with sending alone."""
        with suppress(ProcessLookupError):
            if self._pid > 0:
                os.kill(self._pid, signal.SIGUSR1)

    def stop(self, seconds: float = 60.0) -> None:
        """Ends it in order."""
        self.wait_for("it has started", lambda: self._pid != -1, seconds)
        with suppress(ProcessLookupError):
            if self._pid > 0:
                os.kill(self._pid, signal.SIGTERM)
        self.ended(seconds)

    def ended(self, seconds: float = 60.0) -> None:
        """Waits until it ended by itself."""
        self.wait_for("it ended", lambda: self._pid == 0, seconds)

    def cold(self) -> None:
        """`kill -9` of all of it: the next start begins with Python itself."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Ends everything."""
        self._end(signal.SIGKILL)

    def wait_for(self, what: str, condition: Callable[[], bool], seconds: float) -> float:
        """Waits for something that its lines tell; how long it took. Raises TooLate."""
        begun = time.monotonic()
        with self._changed:
            if not self._changed.wait_for(condition, seconds):
                raise TooLate(
                    f"waited {seconds:.0f} s until {what} ({self.device}: unsent {self.unsent}, "
                    f"confirmed {len(self.confirmed)}, {self.problem!r} {self.failures[-1:]})"
                )
        return time.monotonic() - begun

    def until_sent(self, seconds: float) -> float:
        """Waits until all is recorded and nothing is unsent; how long it took."""
        return self.wait_for("all is sent", lambda: self.is_sent, seconds)

    @property
    def last_words(self) -> str:
        """The end of what it wrote to standard error."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-800:]

    def _end(self, how: signal.Signals) -> None:
        if self._nursery is None or self._reader is None:
            return
        # The desktop first: what is between it and the nursery (strace) then ends by itself.
        with suppress(ProcessLookupError):
            if self._pid > 0:
                os.kill(self._pid, how)
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        with suppress(BrokenPipeError):
            self._nursery.stdin.close()
        self._nursery.kill()
        self._nursery.wait(30)
        self._reader.join(30)
        self._nursery.stdout.close()
        self._nursery = None
        self._pid = 0

    def _read(self, nursery: subprocess.Popen[bytes]) -> None:
        assert nursery.stdout is not None
        for line in nursery.stdout:
            if line.endswith(b"\n"):
                self._take(line.decode().rstrip("\n"))
        with self._changed:
            self._pid = 0
            self._changed.notify_all()

    def _take(self, line: str) -> None:
        kind, _, rest = line.partition(" ")
        with self._changed:
            if kind == "c":
                sequence, id, moment, micros = rest.split(" ")
                self.confirmed.append(Confirmed(self.source, int(sequence), id, datetime.fromisoformat(moment)))
                self.waits.append(int(micros) / 1e6)
            elif kind == "x":
                self.refused.append(rest.split(" ")[0])
                self.waits.append(int(rest.split(" ")[1]) / 1e6)
            elif kind == "s":
                unsent, set_aside, self.problem = rest.split(" ", 2)
                self.unsent, self.set_aside = int(unsent), int(set_aside)
            elif kind == "o":
                self.is_open = True
                if notice := rest.partition(" ")[2]:
                    self.notices.append(notice)
            elif kind == "d":
                self.is_done = True
            elif kind == "q":
                self.is_sent = True
            elif kind == "p":
                self._pid = int(rest)
            elif kind == "e":
                self._pid = 0
            elif kind == "b":
                self.failures.append(rest)
            self._changed.notify_all()

    def __enter__(self) -> Desktop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
