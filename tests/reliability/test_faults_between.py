"""Short forms: networks, clocks, other versions, two at once. `build/test.py --reliability` runs the long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.short_form import passes

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", ["away", "network", "flaps", "restored", "versions", "poison", "clock", "double"])
def test_nothing_confirmed_is_lost_or_there_twice(name: str, tmp_path: Path) -> None:
    passes(name, tmp_path)
