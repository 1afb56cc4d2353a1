"""The short form of the programs of the scorecard, as `build/test.py --reliability` runs the long one."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.reliability.outcome import Work
from tests.reliability.scorecard import PROGRAMS, outcome_of

# What takes longer than the others also in its short form.
_SLOW = {"clock", "disk", "network", "soak"}


@pytest.mark.crash
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in _SLOW else []) for name in PROGRAMS]
)
def test_nothing_confirmed_is_lost_or_there_twice(name: str, tmp_path: Path) -> None:
    seed = secrets.randbits(31)
    print(f"seed {seed}")  # shown with a failure

    outcome = outcome_of(name, Work(tmp_path, seed))

    print("\n".join(outcome.figures))
    assert outcome.wrong == []
    assert outcome.figures or outcome.not_run
