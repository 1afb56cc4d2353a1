"""Releases for tests: a small library, signed by a key of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from app.releases import sign_release
from app.scripts.library import load_library
from app.scripts.release import compile_content, manifest_of
from app.security.signatures import PrivateKey, PublicKey, new_key
from tests.fakes.small_library import small_library

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@cache
def trainer() -> PrivateKey:
    """The key that the desks trust."""
    return new_key()


@cache
def stranger() -> PrivateKey:
    """A key that they do not."""
    return new_key()


def trusted() -> dict[str, PublicKey]:
    """What the desks trust."""
    key = trainer().public
    return {key.id: key}


def content(changed: Mapping[str, bytes] | None = None) -> bytes:
    """A compiled small library, with these files changed."""
    files = small_library() | dict(changed or {})
    library = load_library(files).library
    assert library is not None
    return compile_content(library, files)


def other_content() -> bytes:
    """The same library with another sentence in it."""
    name = "scripts/save/stay.call.md"
    return content({name: small_library()[name].replace(b"Thanks for being straight", b"Thank you for being frank")})


def release(
    number: int = 1,
    body: bytes | None = None,
    key: PrivateKey | None = None,
    issued: datetime = NOON - timedelta(days=1),
    valid_from: datetime = NOON - timedelta(hours=1),
    valid_until: datetime | None = None,
) -> bytes:
    """A release as one file."""
    compiled = content() if body is None else body
    manifest = manifest_of(compiled, number, "Tara Trainer", "Leo Lead", issued, valid_from, valid_until)
    return sign_release(compiled, manifest, key or trainer())
