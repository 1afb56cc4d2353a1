"""The vault with a real gnome-keyring on a bus of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.security.vault import FILE

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "tests" / "integration" / "security" / "keyring_process.py"
LOGIN = "correct horse"

pytestmark = [
    pytest.mark.keyring,
    pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is on Linux alone"),
]


class Session:
    """A desktop session of somebody: `unlocked` by the password of the keyring, or not."""

    def __init__(self, home: Path) -> None:
        for tool in ("dbus-run-session", "gnome-keyring-daemon"):
            assert shutil.which(tool), f"install {tool}: the keyring tests start their own"
        self._home = home
        self.folder = home / "cuecard"
        (home / "run").mkdir(mode=0o700)

    def run(self, *, unlocked: bool, deadline: float = 10.0, display: str = "") -> dict[str, Any]:
        daemon = "gnome-keyring-daemon --components=secrets --daemonize"
        start = f"printf %s '{LOGIN}' | {daemon} --unlock" if unlocked else f"{daemon} --start"
        environment = {
            **os.environ,
            "HOME": str(self._home),
            "XDG_DATA_HOME": str(self._home / "data"),
            "XDG_RUNTIME_DIR": str(self._home / "run"),
            "PYTHONPATH": str(ROOT),
            "NO_AT_BRIDGE": "1",
        }
        if display:
            environment["DISPLAY"] = display
        command = f'{start} >/dev/null; "{sys.executable}" "{SCRIPT}" "{self.folder}" {deadline}'
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", command],
            env=environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.stdout, done.stderr.decode()
        # Others on the bus may have written before.
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said


@pytest.fixture
def display() -> Iterator[str]:
    """A screen on which the keyring's prompt is shown and nobody answers it."""
    assert shutil.which("Xvfb"), "install xvfb: a keyring's prompt needs a screen"
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as screen:
        os.close(writing)
        with os.fdopen(reading) as numbers:
            yield f":{numbers.readline().strip()}"
        screen.terminate()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_the_key_is_in_the_keyring_and_a_restart_asks_nothing(session: Session) -> None:
    first = session.run(unlocked=True)
    again = session.run(unlocked=True)

    assert (first["keyring"], first["before"], first["after"]) == (True, "new", "keyring")
    assert (again["opened_without_password"], again["key"]) == (True, first["key"])
    assert first["key"] not in (session.folder / FILE).read_text()


def test_a_prompt_that_nobody_answers_is_given_up_in_time_and_the_vault_is_left_as_it_is(
    session: Session, display: str
) -> None:
    session.run(unlocked=True)
    before = (session.folder / FILE).read_bytes()

    locked = session.run(unlocked=False, deadline=1.0, display=display)

    assert locked["error"] == "KeyringUnavailable"
    assert 1.0 <= locked["seconds"] < 5
    assert (session.folder / FILE).read_bytes() == before


def test_a_locked_keyring_with_no_screen_for_its_prompt_is_told_at_once(session: Session) -> None:
    session.run(unlocked=True)

    locked = session.run(unlocked=False)

    assert locked["error"] == "KeyringUnavailable"
    assert locked["seconds"] < 5


def test_a_keyring_that_is_locked_at_the_first_start_leaves_the_key_behind_the_password(session: Session) -> None:
    session.run(unlocked=True)
    (session.folder / FILE).unlink()

    first = session.run(unlocked=False, deadline=1.0)
    again = session.run(unlocked=False, deadline=1.0)

    assert (first["before"], first["after"]) == ("new", "password")
    assert (again["opened_without_password"], again["key"]) == (False, first["key"])
