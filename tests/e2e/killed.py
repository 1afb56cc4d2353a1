"""The agent's program as a process that a test can kill."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from tests.e2e.driver import PATIENCE_SECONDS, ROOT, TooLate

Standing: TypeAlias = dict[str, Any]
_PROGRAM = ROOT / "tests" / "e2e" / "agent_process.py"
_LOGIN = "correct horse"


class AgentProcess:
    """One start of the program. `standing` is what its window last confirmed; `do` has one more thing done.

    With `keyring`, the folder of somebody's home, it runs in a desktop session with an unlocked gnome-keyring.
    """

    def __init__(self, folder: Path, hub: str, phone: str = "simulated:", keyring: Path | None = None) -> None:
        """Starts it and returns when its window shows where it stands."""
        command = [sys.executable, str(_PROGRAM), str(folder), hub, phone]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        if keyring is not None:
            command, environment = _in_a_session(command, environment, keyring)
        self._log = folder.parent / "agent.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.standing: Standing = {}
        self.answered = 0
        try:
            self._pid = int(self._next()["pid"])
        except BaseException:
            self._end()
            raise

    def do(self, *order: str) -> Standing:
        """Has something done; returns what the window then shows as recorded."""
        self.send(*order)
        return self._next()

    def send(self, *order: str) -> None:
        """Has something done, and does not wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps(order) + "\n").encode())
        self._process.stdin.flush()

    def kill(self) -> Standing:
        """Kills it at once; the last that it confirmed, among what came out of it until then."""
        os.kill(self._pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        while line := self._answers.get(timeout=PATIENCE_SECONDS):
            self._take(line)
        self._end()
        return self.standing

    def answers_within(self, seconds: float) -> None:
        """Takes what it confirms for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                self._take(self._answers.get(timeout=left))
            except queue.Empty:
                return

    def _next(self) -> Standing:
        try:
            line = self._answers.get(timeout=2 * PATIENCE_SECONDS)
        except queue.Empty:
            raise TooLate(f"the program did not get on after {self.standing}; {self._last_words()}") from None
        self._take(line)
        return self.standing

    def _take(self, line: str) -> None:
        if not line:
            raise TooLate(f"the program ended by itself after {self.standing}; {self._last_words()}")
        self.standing = json.loads(line)
        self.answered += 1

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # What the keyring's daemon says as it starts is no answer; half a line was never confirmed.
            if line.startswith(b"{") and line.endswith(b"\n"):
                self._answers.put(line.decode())
        self._answers.put("")

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(5)
        self._reader.join(5)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def __enter__(self) -> AgentProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()


def _in_a_session(command: list[str], environment: dict[str, str], home: Path) -> tuple[list[str], dict[str, str]]:
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        assert shutil.which(tool), f"install {tool}: the keyring tests start their own"
    (home / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_RUNTIME_DIR": str(home / "run")}
    unlock = f"printf %s '{_LOGIN}' | gnome-keyring-daemon --components=secrets --daemonize --unlock >/dev/null"
    return ["dbus-run-session", "--", "sh", "-c", f'{unlock}; exec "$@"', "sh", *command], {**environment, **own}
