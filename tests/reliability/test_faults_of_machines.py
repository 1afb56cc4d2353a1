"""Short forms: what machines do to desktops and hub. `build/test.py --reliability` runs the long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.short_form import passes

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", ["kills", "power", "disk", "damage", "soak"])
def test_nothing_confirmed_is_lost_or_there_twice(name: str, tmp_path: Path) -> None:
    passes(name, tmp_path)
