"""The checkout's own virtual environment, `.venv`: made once, filled with exactly what is locked, then left alone.

A stamp in it holds the digests of what was installed; while they fit, nothing is done and no network is needed.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from build.problem import SetupProblem

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCKS = ROOT / "build" / "lock"
OUTPUT = ROOT / "out"
LOG = OUTPUT / "setup.log"
STAMP = ENVIRONMENT / "cuecard-installed.json"
OLDEST_PYTHON = (3, 11)

_ON_WINDOWS = sys.platform == "win32"

_NEEDED_BYTES = 900_000_000
_DISK_FULL = "The disk is full. Cuecard needs about 1 GB for its environment: make room, then start again."

_FAILURES = {
    r"No space left on device|not enough space on the disk|Errno 28": _DISK_FULL,
    r"THESE PACKAGES DO NOT MATCH THE HASHES|Expected sha\d+ ": (
        "A downloaded package is not the one that was locked, so it was not installed. Start again; if it comes again, "
        "something between you and the package index changes files."
    ),
    # Before "not found": pip says that too when it reached no index at all.
    r"NewConnectionError|NameResolutionError|Name or service not known|name resolution|ConnectTimeout|Read timed out|"
    r"Network is unreachable|Connection (refused|reset|broken|timed out)|Max retries|getaddrinfo": (
        "The package index cannot be reached. The first start downloads about 130 MB: check the network (and the "
        "proxy, if you need one), then start again. Later starts need no network."
    ),
    r"No matching distribution found|Could not find a version": (
        "A locked package was not found for this system and Python. Cuecard is locked for Python 3.11 and later on "
        "Linux (glibc), Windows and macOS; or the package index that pip is set to does not have it."
    ),
}
"""What a tool's output matches -> what to tell the person, in the order to try."""


def set_up(lock: str) -> None:
    """Makes `.venv` hold what `build/lock/<lock>.txt` names, and the command `cuecard`.

    Does nothing when it already does. Raises SetupProblem with a sentence that says what to do.
    """
    try:
        _set_up(lock)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SetupProblem(_DISK_FULL) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise SetupProblem(
                f"Cuecard sets itself up in {ROOT}, where this user may not write. Put it elsewhere."
            ) from error
        raise


def _set_up(lock: str) -> None:
    wanted = _wanted(lock)
    installed = _stamp()
    if not _is_usable(installed):
        _make()
        installed = {}
    installed["where"] = str(ENVIRONMENT)
    if installed.get(lock) != wanted[lock]:
        _install_locked(lock)
        installed[lock] = wanted[lock]
        if lock != "run":
            installed["run"] = _digest(LOCKS / "run.txt")  # every lock holds the run lock's packages
        _write_stamp(installed)
    if installed.get("project") != wanted["project"]:
        _install_project()
        installed["project"] = wanted["project"]
        _write_stamp(installed)


def program(name: str) -> Path:
    """A program of the environment: `python`, `cuecard`, `pytest`."""
    return ENVIRONMENT / ("Scripts" if _ON_WINDOWS else "bin") / (f"{name}.exe" if _ON_WINDOWS else name)


def _wanted(lock: str) -> dict[str, str]:
    return {lock: _digest(LOCKS / f"{lock}.txt"), "project": _digest(ROOT / "pyproject.toml")}


def _digest(path: Path) -> str:
    # Line ends differ between checkouts on Windows and elsewhere; the digest must not.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()} if isinstance(stamp, dict) else {}


def _write_stamp(stamp: dict[str, str]) -> None:
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    fresh.replace(STAMP)


def _is_usable(stamp: dict[str, str]) -> bool:
    """Whether there is an environment, made here, whose Python still starts (the one it was made from may be gone).

    One without a stamp was made by hand, or its first installation was interrupted: pip goes on from what is there.
    """
    if stamp.get("where", str(ENVIRONMENT)) != str(ENVIRONMENT):
        return False  # the checkout was moved or copied, and programs in an environment name their place
    asked = f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([program("python"), "-I", "-c", asked], capture_output=True).returncode == 0
    except OSError:
        return False


def _make() -> None:
    if Path(sys.prefix).resolve() == ENVIRONMENT.resolve():
        raise SetupProblem("Run this with the system's Python, not with the one in .venv: .venv has to be made anew.")
    print("Making .venv", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode != 0:
        raise SetupProblem(_explain(made.stdout, "Python could not make a virtual environment in .venv (module venv)."))


def missing_packages() -> list[str]:
    """What is missing for making the environment: Debian keeps `venv`'s other half, ensurepip, in a package apart."""
    if _is_usable(_stamp()):
        return []
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def _install_locked(lock: str) -> None:
    path = LOCKS / f"{lock}.txt"
    if shutil.disk_usage(ROOT).free < _NEEDED_BYTES:
        raise SetupProblem(_DISK_FULL)
    _pip(
        f"Installing what is locked in build/lock/{lock}.txt",
        # Everything is in the lock: nothing is resolved, and nothing is built from source.
        ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(path)],
        steps=_packages(path),
    )


def _install_project() -> None:
    _pip("Installing the command cuecard", ["install", "--no-index", "--no-build-isolation", "--no-deps", "-e", "."])


def _packages(lock: Path) -> int:
    """How many packages of the lock are for this system, near enough for a progress line."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
    elsewhere = {"win32", "darwin", "linux"} - {sys.platform}
    return sum(1 for line in lines if not any(f"sys_platform == '{name}'" in line for name in elsewhere))


def _pip(phase: str, arguments: list[str], steps: int = 0) -> None:
    """Runs pip quietly: one line per phase, counted up on a terminal; all it says goes to out/setup.log."""
    OUTPUT.mkdir(exist_ok=True)
    command = [str(program("python")), "-I", "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments]
    command += ["--progress-bar", "off", "--no-warn-script-location"]
    live = sys.stdout.isatty()
    print(phase + (f" ({steps} packages)" if steps and not live else ""), end="" if live else "\n", flush=True)
    heard: list[str] = []
    seen = 0
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_pip_environment(),
        ) as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            log.write(line)
            heard.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")) and steps:
                seen += 1
                if live:
                    print(f"\r{phase}: {min(seen, steps)} of {steps} fetched", end="", flush=True)
                elif seen % 20 == 0:
                    print(f"  {seen} of {steps} fetched", flush=True)
            elif line.startswith("Installing collected packages") and live and steps:
                print(f"\r{phase}: unpacking {steps} packages   ", end="", flush=True)
    if live:
        print(f"\r{phase}: {'done' if pip.returncode == 0 else 'failed'}\033[K", flush=True)
    if pip.returncode != 0:
        raise SetupProblem(_explain("".join(heard), f"pip failed. All it said is in {LOG.relative_to(ROOT)}."))


def _pip_environment() -> dict[str, str]:
    """The person's own pip settings count (index, proxy, certificates), but not those that would change the aim."""
    overridden = ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PIP_CONSTRAINT", "PIP_NO_BINARY")
    return {name: value for name, value in os.environ.items() if name not in overridden}


def _explain(output: str, otherwise: str) -> str:
    for pattern, sentence in _FAILURES.items():
        if re.search(pattern, output):
            return sentence
    errors = [line.strip() for line in output.splitlines() if re.match(r"\s*(error|ERROR)", line)]
    return "\n".join([otherwise, *errors[:3]])
