"""The checkout itself: what stands on the top level, and what must never get into a tracked file."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    "app", "ui", "scripts_library", "resources", "tests", "build", "pyproject.toml", "README.md", "LICENSE",
}  # fmt: skip

# Put together here, so that this file does not hold what it looks for.
INDEX_HOSTS = re.compile("|".join(re.escape(".".join(parts)) for parts in [
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("crates", "io"), ("conda", "anaconda"),
]))  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}>-])/(?:" + "|".join(["root", "home", "Users", "work", "opt"]) + r")/[\w.-]+")
SECRET = re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----")


def test_the_top_level_is_the_house_as_drawn() -> None:
    entries = {path.parts[0] for path in tracked()}
    assert {name for name in entries if not name.startswith(".")} <= TOP_LEVEL


def test_no_tracked_file_names_a_package_index() -> None:
    """Where packages come from is a setting of each machine, never of the project."""
    assert not findings(INDEX_HOSTS)


def test_no_tracked_file_names_a_place_on_somebody_s_machine() -> None:
    assert not findings(MACHINE_PATH)


def test_no_tracked_file_holds_a_private_key() -> None:
    assert not findings(SECRET)


def test_nothing_that_is_made_here_is_tracked() -> None:
    made = [
        str(path) for path in tracked() if path.parts[0] in {"out", ".venv"} or path.suffix in {".pyc", ".db", ".log"}
    ]
    assert not made


def test_every_lock_has_hashes_for_every_package_and_no_address() -> None:
    for lock in locks():
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock
        for package, *hashes in requirements(text):
            assert re.match(r"[a-z0-9-]+==\S+( ;|$)", package), package
            assert hashes, f"{lock.name}: {package} has no hash"


def test_the_test_and_bundle_locks_hold_all_of_the_run_lock() -> None:
    """So that setting up for the tests leaves nothing to do for a start."""
    run = versions(ROOT / "build" / "lock" / "run.txt")
    for lock in locks():
        assert run <= versions(lock), lock


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = {"run": [], "test": extras["test"], "bundle": extras["bundle"]}
    for name, extra in wanted.items():
        text = (ROOT / "build" / "lock" / f"{name}.txt").read_text(encoding="utf-8")
        locked = {package.partition("==")[0] for package, *_ in requirements(text)}
        asked = [*project["build-system"]["requires"], *project["project"]["dependencies"], *extra]
        names = {re.split(r"[<>=!~ ;\[]", item)[0].lower().replace("_", "-") for item in asked}
        assert names <= locked, names - locked


def requirements(text: str) -> list[tuple[str, ...]]:
    """Each locked package with its hashes."""
    joined = text.replace("\\\n", " ")
    return [tuple(part.strip() for part in line.split(" --hash=")) for line in joined.splitlines() if line.strip()]


def versions(lock: Path) -> set[str]:
    """The packages of a lock in their exact versions, for whichever systems."""
    return {package.partition(" ;")[0] for package, *_ in requirements(lock.read_text(encoding="utf-8"))}


def locks() -> list[Path]:
    """The lock files."""
    return sorted((ROOT / "build" / "lock").glob("*.txt"))


def findings(pattern: re.Pattern[str]) -> list[str]:
    """Where in the tracked files a pattern is found: path, line and what was found."""
    found = []
    for path in tracked():
        content = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b""
        if b"\0" in content:
            continue  # a picture, a sound
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            found += [f"{path}:{number} {match.group()}" for match in pattern.finditer(line)]
    return found


@cache
def tracked() -> tuple[Path, ...]:
    """What git tracks; where there is no git or no checkout, all but what the commands make."""
    git = shutil.which("git")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True) if git else None
    if listed is not None and listed.returncode == 0:
        return tuple(Path(name) for name in listed.stdout.decode().split("\0") if name)
    made = {".venv", "out", "__pycache__", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(path for path in paths if not made & set(path.parts))
