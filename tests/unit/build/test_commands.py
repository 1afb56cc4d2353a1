"""The build commands tell people in one sentence what is missing and what to type."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from build import environment, system
from build.problem import SetupProblem, run_command

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("command", ["start", "test"])
def test_an_older_python_can_read_as_far_as_the_sentence_that_it_is_too_old(command: str) -> None:
    source = (ROOT / "build" / f"{command}.py").read_text(encoding="utf-8")
    assert "__future__" not in source, "3.6 does not know annotations from there"
    ast.parse(source, feature_version=(3, 6))
    assert source.index("sys.version_info < (3, 11)") < source.index("from build import")


@pytest.mark.parametrize("command", ["start", "test", "bundle"])
def test_help_needs_no_set_up(command: str) -> None:
    asked = [sys.executable, f"build/{command}.py", "--help"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert f"python3 build/{command}.py" in done.stdout


def test_what_the_system_lacks_is_named_with_the_command_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "QT_LIBRARIES", {"libNotHere.so.9": "libnothere9"})
    monkeypatch.setattr(system, "may_install", lambda: False)
    monkeypatch.setattr(system, "is_debian", lambda: True)

    with pytest.raises(SetupProblem, match=r"apt-get install -y --no-install-recommends python3\.11-venv libnothere9"):
        system.require_for_window(window=False, also=["python3.11-venv"])


def test_on_another_linux_the_packages_are_named_without_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "may_install", lambda: False)
    monkeypatch.setattr(system, "is_debian", lambda: False)

    with pytest.raises(SetupProblem) as problem:
        system.require_tools({"no-such-tool": "toolbox"}, "tools for the bundle")

    assert "toolbox" in str(problem.value)
    assert "apt-get" not in str(problem.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("NameResolutionError: failed to resolve\nERROR: No matching distribution found for x", "cannot be reached"),
        ("ERROR: No matching distribution found for sqlcipher3==0.6.4", "not found for this system"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one that was locked"),
    ],
)
def test_what_pip_says_becomes_what_to_do(
    said: str, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_environment(monkeypatch, tmp_path, pip_says=said)
    with pytest.raises(SetupProblem, match=told):
        environment.set_up("run")


def test_a_finished_set_up_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_environment(monkeypatch, tmp_path, pip_says="")
    environment.set_up("run")
    use_environment(monkeypatch, tmp_path, pip_says="pip must not be called again")
    environment.set_up("run")


def test_a_changed_lock_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_environment(monkeypatch, tmp_path, pip_says="")
    environment.set_up("run")
    (environment.LOCKS / "run.txt").write_text("another==2\n", encoding="utf-8")
    use_environment(monkeypatch, tmp_path, pip_says="ERROR: No matching distribution found")

    with pytest.raises(SetupProblem):
        environment.set_up("run")
    assert "run" in json.loads(environment.STAMP.read_text(encoding="utf-8"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_disk_that_fills_up_while_installing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_environment(monkeypatch, tmp_path, pip_says="this line no longer fits on the disk")
    monkeypatch.setattr(environment, "LOG", Path("/dev/full"))

    with pytest.raises(SetupProblem, match="disk is full"):
        environment.set_up("run")


def test_a_problem_ends_a_command_with_its_sentence_alone(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> int:
        raise SetupProblem("Do this first.")

    assert run_command(fails) == 1
    assert capsys.readouterr().err.strip() == "Do this first."


def use_environment(monkeypatch: pytest.MonkeyPatch, folder: Path, pip_says: str) -> None:
    """A checkout in `folder` whose environment has a stand-in for pip: it fails with a message, or works with none."""
    locks = folder / "lock"
    programs = folder / "venv" / "bin"
    for made in (locks, programs):
        made.mkdir(exist_ok=True, parents=True)
    if not (locks / "run.txt").exists():
        (locks / "run.txt").write_text("something==1\n", encoding="utf-8")
        (folder / "pyproject.toml").write_text("", encoding="utf-8")
    answer = f"cat <<'END'\n{pip_says}\nEND\nexit 1\n" if pip_says else "exit 0\n"
    stand_in = programs / "python"
    stand_in.write_text(f'#!/bin/sh\n[ "$2" = -c ] && exit 0\n{answer}', encoding="utf-8")
    stand_in.chmod(0o755)
    stamp = folder / "venv" / "cuecard-installed.json"
    if not stamp.exists():
        stamp.write_text(json.dumps({"where": str(folder / "venv")}), encoding="utf-8")
    values = {
        "ROOT": folder,
        "ENVIRONMENT": folder / "venv",
        "LOCKS": locks,
        "OUTPUT": folder / "out",
        "LOG": folder / "out" / "setup.log",
        "STAMP": stamp,
    }
    for name, value in values.items():
        monkeypatch.setattr(environment, name, value)
