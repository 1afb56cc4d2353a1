from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.driver import HubProcess


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    with HubProcess(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def desk_folder(tmp_path: Path) -> Path:
    """The agent's data folder."""
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    return folder
