"""What holds for every test: no screen, no home folder, no keyring and no bus of the person who runs them."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before the first import of Qt by any test. Tests on a virtual screen set their own in the process they start.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = "1"

# No deadline per example: the machine that runs the tests is busy with others.
settings.register_profile("cuecard", deadline=None, print_blob=True)
settings.load_profile("cuecard")


def pytest_configure(config: pytest.Config) -> None:
    """One time zone and one kind of text for all, whatever the machine is set to."""
    os.environ["TZ"] = "UTC"
    os.environ["LC_ALL"] = "C.UTF-8"
    if sys.platform != "win32":
        time.tzset()


@pytest.fixture(scope="session", autouse=True)
def nobody_s_home() -> Iterator[Path]:
    """An empty home folder: a test can neither read nor change what belongs to whoever runs it.

    Short, since the sockets in it have at most 108 characters.
    """
    with tempfile.TemporaryDirectory(prefix="cuecard-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        runtime = home / "run"
        runtime.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HOME", "USERPROFILE"):
                patch.setenv(name, str(home))
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
            for name in ("DATA", "CONFIG", "CACHE", "STATE"):
                patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
            # No bus, hence no keyring: a test that needs one starts its own.
            for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"):
                patch.delenv(name, raising=False)
            for name in [name for name in os.environ if name.startswith("CUECARD_")]:
                patch.delenv(name)
            yield home
