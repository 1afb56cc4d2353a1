from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cache.store import LocalStore
from tests.fakes.accounts import NOON, an_account
from tests.fakes.crm import Login, MemoryCrm
from tests.fakes.sync_bench import ANA, BEN, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    crm = MemoryCrm([an_account()], {"ana": Login(ANA, "right"), "ben": Login(BEN, "right")})
    store = LocalStore.open(tmp_path / "cuecard.db", bytes(32), "device-1", clock=lambda: NOON)
    yield Bench(store, crm)
    store.close()
