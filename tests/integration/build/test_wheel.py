"""The wheel holds the program and what it reads, and nothing of the workshop."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_wheel_holds_the_program_and_what_it_reads(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("cuecard-*.whl"))) as wheel:
        names = wheel.namelist()
        entry_points = next(name for name in names if name.endswith("entry_points.txt"))
        commands = wheel.read(entry_points).decode()

    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"app", "ui", "scripts_library", "resources"}
    assert {"app/cli.py", "ui/__main__.py", "resources/help/events.md"} <= set(names)
    assert "cuecard = app.cli:main" in commands
    assert not [name for name in names if "__pycache__" in name]
