"""A real X server without a monitor, with a window manager: programs on it, its windows, keys typed on its keyboard."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Xvfb", "openbox", "xprop")
DEADLINE_SECONDS = 20.0


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Waits until the condition holds; fails with `what` after the deadline."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"Waited {DEADLINE_SECONDS:.0f} s in vain: {what}")
        time.sleep(0.02)


class XScreen:
    """An X server with a window manager. Attributes: `display`, its name. Fails the test where it cannot be had."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """`environment`: variables that the programs get besides those of the tests."""
        missing = [tool for tool in NEEDED if shutil.which(tool) is None]
        if missing:
            pytest.fail(f"Not installed: {', '.join(missing)} (Debian: xvfb openbox x11-utils)")
        self._running: list[subprocess.Popen[bytes]] = []
        read, write = os.pipe()
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        self._running.append(subprocess.Popen(server, pass_fds=(write,), stderr=subprocess.DEVNULL))
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        self.display = f":{number}"
        self._environment = {
            **os.environ,
            "DISPLAY": self.display,
            "PYTHONPATH": str(ROOT),
            **(environment or {}),
        }
        self._environment.pop("QT_QPA_PLATFORM", None)
        self._start(["openbox"])
        wait_for(lambda: "_NET_SUPPORTING_WM_CHECK(WINDOW)" in self._property("_NET_SUPPORTING_WM_CHECK"), "openbox")

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._running.append(process)
        return process

    def program(self, name: str, *arguments: str) -> tuple[subprocess.Popen[bytes], str]:
        """Starts one of our two little programs; the process and its window's id."""
        before = set(self.stacking())
        process = self._start([sys.executable, str(ROOT / "tests/ui/x11" / name), *arguments])
        wait_for(lambda: len(set(self.stacking()) - before) == 1, f"the window of {name}")
        return process, (set(self.stacking()) - before).pop()

    def _property(self, name: str) -> str:
        answer = subprocess.run(
            ["xprop", "-root", name], env=self._environment, capture_output=True, text=True, check=False
        )
        return answer.stdout

    def stacking(self) -> list[str]:
        """The windows' ids, the topmost last."""
        return re.findall(r"0x[0-9a-f]+", self._property("_NET_CLIENT_LIST_STACKING"))

    def active(self) -> str:
        """The id of the window that has the keyboard."""
        return next(iter(re.findall(r"0x[0-9a-f]+", self._property("_NET_ACTIVE_WINDOW"))), "")

    def type_keys(self, text: str) -> None:
        """Types on the server's keyboard: whoever has the focus gets it."""
        x11, test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        for letter in text:
            code = x11.XKeysymToKeycode(display, ctypes.c_ulong(ord(letter)))
            test.XTestFakeKeyEvent(display, code, 1, 0)
            test.XTestFakeKeyEvent(display, code, 0, 0)
        x11.XSync(display, 0)
        x11.XCloseDisplay(display)

    def close(self) -> None:
        """Ends everything that was started here."""
        for process in reversed(self._running):
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def tell(process: subprocess.Popen[bytes], words: str) -> None:
    """Sends a line to a program."""
    assert process.stdin is not None
    process.stdin.write(f"{words}\n".encode())
    process.stdin.flush()
