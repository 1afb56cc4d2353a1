from pathlib import Path

import pytest

from tests.fakes.desk import DeskRig


@pytest.fixture
def rig(tmp_path: Path) -> DeskRig:
    """A desk at which Ana has just signed in."""
    return DeskRig(tmp_path).sign_in()
