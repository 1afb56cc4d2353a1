"""From a clean clone and an empty home folder to a whole call, by the README's command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.timeout(900)]

SECONDS = 600


@dataclass(frozen=True, slots=True)
class Checkout:
    """A copy of what git tracks, and a home folder of its own."""

    folder: Path
    home: Path

    def start(self, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """`python3 build/start.py ARGUMENTS`, without a display; `before` stands before the command."""
        away = ("PYTHON", "VIRTUAL_ENV", "XDG_", "CUECARD_", "DBUS_", "DISPLAY", "WAYLAND_", "QT_")
        settings = {name: value for name, value in os.environ.items() if not name.startswith(away)}
        return subprocess.run(
            [*before, system_python(), "build/start.py", *arguments],
            cwd=self.folder,
            env=settings | {"HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, subprocess.CompletedProcess[str]]:
    """A clean clone after its first start."""
    base = tmp_path_factory.mktemp("clone")
    checkout = Checkout(base / "cuecard", base / "home")
    checkout.home.mkdir()
    copy_tracked(checkout.folder)
    return checkout, checkout.start()


def test_the_first_start_installs_and_plays_a_whole_call(
    started: tuple[Checkout, subprocess.CompletedProcess[str]],
) -> None:
    checkout, first = started

    assert first.returncode == 0, first.stdout + first.stderr
    assert "Installing" in first.stdout
    assert (checkout.folder / ".venv" / "bin" / "cuecard").exists()
    json.loads((checkout.folder / "out" / "tour" / "tour.json").read_text(encoding="utf-8"))
    assert len(list((checkout.folder / "out" / "tour").glob("*.png"))) >= 8


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_the_second_start_installs_nothing_and_needs_no_network(
    started: tuple[Checkout, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    checkout, _ = started
    log = checkout.folder / "out" / "setup.log"
    said_before = log.read_text(encoding="utf-8")

    second = checkout.start("--tour", str(tmp_path / "tour"), before=only_loopback())

    assert second.returncode == 0, second.stdout + second.stderr
    assert "Installing" not in second.stdout
    assert log.read_text(encoding="utf-8") == said_before
    assert len(list((tmp_path / "tour").glob("*.png"))) >= 8


def test_the_start_writes_nothing_into_what_git_tracks(
    started: tuple[Checkout, subprocess.CompletedProcess[str]],
) -> None:
    checkout, _ = started
    ignored = {".venv", "out", "__pycache__"}
    beside = (path.relative_to(checkout.folder) for path in checkout.folder.rglob("*") if path.is_file())
    made = {path for path in beside if not ignored & set(path.parts)}
    assert made == set(tracked())


def system_python() -> str:
    """The Python that the tests' environment was made from: it has nothing installed, like a newcomer's."""
    found = shutil.which("python3", path=str(Path(sys.base_prefix) / "bin"))
    assert found, "no python3 where the tests' environment came from"
    return found


def only_loopback() -> tuple[str, ...]:
    """What to put before a command so that it sees no network but itself."""
    namespace = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-root-user")
    return (*namespace, "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


def copy_tracked(target: Path) -> None:
    """Copies what git tracks, as it is now."""
    for path in tracked():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path)


def tracked() -> list[Path]:
    """What git tracks and has not been removed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if (ROOT / path).exists()]
