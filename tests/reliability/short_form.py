"""The short form of the programs of the scorecard, for the normal tests."""

from __future__ import annotations

import secrets
from pathlib import Path

from tests.reliability.outcome import Work
from tests.reliability.scorecard import outcome_of


def passes(name: str, folder: Path) -> None:
    """Runs one; what it printed is shown with a failure."""
    seed = secrets.randbits(31)
    outcome = outcome_of(name, Work(folder, seed))
    print(f"seed {seed}", *outcome.figures, *outcome.not_run, sep="\n")
    assert outcome.wrong == []
    assert outcome.figures or outcome.not_run
