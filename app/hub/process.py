"""A hub of one's own: started as a child process, found again, stopped.

Standard library only, since the desktop imports this on its way to the first paint.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.hub.errors import HubNotStarted
from app.hub.presence import Presence, announced, is_alive

DATABASE = "hub.sqlite"
READY_FILE = "hub.ready.json"
LOG_FILE = "hub.log"

_POLL_S = 0.02
_STOP_S = 15.0


@dataclass(slots=True)
class EmbeddedHub:
    """A running hub. `process` is None where it was found running: then it is another's to stop."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes] | None

    def stop(self) -> None:
        """Ends the hub if it was started here: it finishes what it is doing, and is killed after 15 s."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_embedded(
    data_dir: Path,
    *,
    demo: bool = True,
    seed: int | None = None,
    accounts: int | None = None,
    deadline_s: float = 30.0,
    command: Sequence[str] | None = None,
) -> EmbeddedHub:
    """Starts a hub on a free loopback port with its data in `data_dir`, or finds the one that runs there.

    It ends when this process does, however that happens. `demo` fills an empty hub with made-up customers (`seed`,
    `accounts`); their sign-ins are then in the folder (`demo_sign_ins.read_sign_ins`). `command` replaces how a hub is
    started (up to its first option). Raises HubNotStarted with what the hub said.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready_file = data_dir / READY_FILE
    deadline = time.monotonic() + deadline_s
    if found := _running(ready_file):
        return EmbeddedHub(found.url, data_dir, None)
    arguments = [*(command or hub_command()), "--db", f"sqlite:///{data_dir / DATABASE}", "--host", "127.0.0.1"]
    arguments += ["--port", "0", "--ready-file", str(ready_file), "--with-parent", str(os.getpid())]
    arguments += ["--wait-for-lock", "10"]
    if demo:
        arguments.append("--demo")
    if seed is not None:
        arguments += ["--seed", str(seed)]
    if accounts is not None:
        arguments += ["--accounts", str(accounts)]
    log = data_dir / LOG_FILE
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_environment(), cwd=data_dir
        )
    try:
        presence = _wait(process, ready_file, deadline, log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if presence.parent == os.getpid():
        return EmbeddedHub(presence.url, data_dir, process)
    # Somebody else was faster; ours still waits for the folder.
    process.kill()
    process.wait()
    return EmbeddedHub(presence.url, data_dir, None)


def hub_command() -> list[str]:
    """How this program starts its hub: from sources by the module's name, frozen by itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "hub"]
    return [sys.executable, "-m", "app.cli", "hub"]


def instance_at(url: str, timeout_s: float = 2.0) -> str | None:
    """Which hub answers at a URL, by its health; None where none does."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        connection.request("GET", "/v1/health")
        answer = connection.getresponse()
        plain = json.loads(answer.read(10_000))
        return str(plain["instance"]) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def _running(ready_file: Path) -> Presence | None:
    presence = announced(ready_file)
    if presence is None or instance_at(presence.url) != presence.instance:
        return None
    if presence.parent is not None and not is_alive(presence.parent):
        # Its parent was killed: it is about to end as well, and a new one takes over its folder.
        return None
    return presence


def _wait(process: subprocess.Popen[bytes], ready_file: Path, deadline: float, log: Path) -> Presence:
    while time.monotonic() < deadline:
        if presence := _running(ready_file):
            return presence
        if process.poll() is not None:
            raise HubNotStarted(f"The hub ended at once: {_last_line(log)}")
        time.sleep(_POLL_S)
    raise HubNotStarted(f"The hub did not answer in time. What it said is in {log}.")


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        # The child runs elsewhere, and must find the same sources.
        root = str(Path(__file__).resolve().parents[2])
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{root}{os.pathsep}{before}" if before else root
    return environment
