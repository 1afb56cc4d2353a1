"""Release files and keys, as the commands about releases read and tell them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.scripts.release import Manifest
    from app.security.signatures import PrivateKey, PublicKey

_LARGEST_KEY = 10_000
_LARGEST_RELEASE = 50_000_000


class CannotRelease(Exception):
    """Why there is no release; `code` is 1 for a library with errors and for a hub that says no, else 2."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


def private_key(path: Path) -> PrivateKey:
    """The key to sign with; raises KeyUnreadable, OSError."""
    from app.security.signatures import read_private_key

    return read_private_key(bounded(path, _LARGEST_KEY))


def trusted_key(path: Path) -> dict[str, PublicKey]:
    """The one key to trust, by its id; raises KeyUnreadable, OSError."""
    from app.security.signatures import read_public_key

    key = read_public_key(bounded(path, _LARGEST_KEY))
    return {key.id: key}


def bounded(path: Path, most: int = _LARGEST_RELEASE) -> bytes:
    """A file's content; raises CannotRelease for more than so many bytes."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise CannotRelease(f"{path.name} is too large.")
    return content


def told(manifest: Manifest) -> str:
    """A release in one line."""
    until = f" until {manifest.valid_until:%Y-%m-%d %H:%M} UTC" if manifest.valid_until is not None else ""
    return (
        f"release {manifest.number}, content {manifest.content_hash[:12]}, by {manifest.author}, approved by "
        f"{manifest.approver}, valid from {manifest.valid_from:%Y-%m-%d %H:%M} UTC{until}"
    )
