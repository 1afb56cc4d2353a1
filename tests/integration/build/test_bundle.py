"""The bundle is made, and plays the same call as the sources do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.timeout(900)]

LARGEST = 200_000_000
"""Bytes; measured 163 MB. A jump means that something large came along unseen."""


def test_the_bundle_plays_the_tour_and_stays_small() -> None:
    made = subprocess.run(
        [sys.executable, "build/bundle.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=840
    )

    assert made.returncode == 0, made.stdout + made.stderr
    assert "The bundle played the tour" in made.stdout
    bundle = ROOT / "out" / "bundle" / "cuecard"
    assert sum(path.lstat().st_size for path in bundle.rglob("*") if not path.is_symlink()) < LARGEST

    asked = subprocess.run([str(bundle / "cuecard"), "--version"], capture_output=True, text=True, timeout=30)
    assert asked.stdout.startswith("cuecard 0."), asked.stderr
