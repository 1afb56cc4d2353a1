from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cache.store import LocalStore
from tests.fakes.accounts import NOON


@pytest.fixture
def key() -> bytes:
    return secrets.token_bytes(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cuecard.db"


@pytest.fixture
def store(path: Path, key: bytes) -> Iterator[LocalStore]:
    store = LocalStore.open(path, key, "device-1", clock=lambda: NOON)
    yield store
    store.close()
