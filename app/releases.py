"""Releases on this machine: verified before they are used, the last good ones kept.

Signing is Ed25519 over the manifest's exact bytes; the manifest names the content by its SHA-256. So an altered byte,
a manifest with another release's content, and a release of somebody else are all refused. A release older than one
that was in use is refused, too, unless this machine had it in use itself (calls are pinned to it, and it is what is
left where the newer file was damaged). A trainer's rollback is a new, higher number with the old content.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import msgspec

from app.scripts.finding.vectors import LineVectors
from app.scripts.library import Library
from app.scripts.release import (
    MOST_CONTENT,
    MOST_MANIFEST,
    Manifest,
    ReleaseDamaged,
    ReleaseNotYet,
    ReleaseOld,
    ReleaseRefused,
    ReleaseUntrusted,
    join,
    read_content,
    read_manifest,
    split,
    write_manifest,
)
from app.security.files import private_folder, write_private
from app.security.signatures import KeyUnreadable, PrivateKey, PublicKey, read_public_key

RELEASES_FOLDER = "releases"
TRUSTED_FOLDER = "trusted"
SUFFIX = ".release"

FREEZE_AFTER = timedelta(days=35)
"""So long after the last release was signed, somebody may be keeping newer ones from this desk: it is shown."""

KEPT = 6
MOST_FILES = 200

_PURPOSE = b"cuecard release manifest 1\n"
_MOST_HEAD = 3 * MOST_MANIFEST
_MOST_BYTES = MOST_CONTENT + _MOST_HEAD
_ACCEPTED = "accepted.json"


class NoticeKind(StrEnum):
    """What to tell about a release that may be used all the same."""

    EXPIRED = "expired"
    FROZEN = "frozen"
    FALLEN_BACK = "fallen_back"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to show as long as it is so; `text` is a sentence for the agent."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A release that may be used. `files` are the library's own, for differences and pictures."""

    manifest: Manifest
    library: Library
    files: Mapping[str, bytes]
    vectors: LineVectors | None
    notices: tuple[Notice, ...] = ()


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    manifest: str
    key: str
    signature: str


class _Accepted(msgspec.Struct):
    """Which contents were in use here, by number: SHA-256 (hex)."""

    version: int = 1
    hashes: dict[int, str] = {}


def sign_release(content: bytes, manifest: Manifest, key: PrivateKey) -> bytes:
    """The release as one file."""
    body = write_manifest(manifest)
    signature = key.sign(_PURPOSE + body)
    envelope = _Envelope(b64encode(body).decode(), key.public.id, b64encode(signature).decode())
    return join(msgspec.json.encode(envelope), content)


def load_release(
    content: bytes,
    envelope: bytes,
    trusted: Mapping[str, PublicKey],
    now: datetime,
    last_number: int = 0,
    freeze_after: timedelta = FREEZE_AFTER,
) -> Verified:
    """The release of a content and its signed manifest.

    `trusted` are the keys by id, `last_number` that of the newest release ever in use. Raises ReleaseRefused; an
    expired release, and one after which none has been heard of for long, can be used and say so.
    """
    manifest = verified_manifest(envelope, trusted)
    if manifest.number < last_number:
        raise ReleaseOld(
            f"Release {manifest.number} is older than release {last_number}, which was in use here. It was refused. "
            "To go back, release the old content under a new number."
        )
    if now < manifest.valid_from:
        raise ReleaseNotYet(f"Release {manifest.number} is valid from {manifest.valid_from:%Y-%m-%d %H:%M %Z}.")
    read = read_content(content, manifest)
    return Verified(manifest, read.library, read.files, read.vectors, _notices(manifest, now, freeze_after))


def verified_manifest(envelope: bytes, trusted: Mapping[str, PublicKey]) -> Manifest:
    """The manifest that a trusted key has signed; nothing else of it is looked at before. Raises ReleaseRefused."""
    key_id, body, signature = _opened(envelope)
    key = trusted.get(key_id)
    if key is None:
        raise ReleaseUntrusted(
            "The release is signed with a key that this desk does not trust. Ask your administrator."
        )
    if not key.signed(_PURPOSE + body, signature):
        raise ReleaseDamaged("The release's signature does not fit: it was altered. Fetch it again.")
    return read_manifest(body)


def unverified(file: bytes) -> tuple[Manifest, str]:
    """What a release says of itself, and the id of the key that it says it was signed with; its content fits.

    For a hub, which only keeps and hands out: whoever uses a release verifies it. Raises ReleaseRefused.
    """
    envelope, content = split(file)
    key_id, body, _ = _opened(envelope)
    manifest = read_manifest(body)
    read_content(content, manifest)
    return manifest, key_id


def _opened(envelope: bytes) -> tuple[str, bytes, bytes]:
    """Key id, manifest's bytes and signature of an envelope, all of them unverified."""
    if len(envelope) > 2 * MOST_MANIFEST:
        raise ReleaseDamaged("The release's manifest is too large.")
    try:
        read = msgspec.json.decode(envelope, type=_Envelope)
        body, signature = (b64decode(text, validate=True) for text in (read.manifest, read.signature))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ReleaseDamaged("The release's manifest cannot be read.") from error
    return read.key, body, signature


def read_trusted(folder: Path) -> dict[str, PublicKey]:
    """The public keys (*.pub) of a folder by id; files that hold none are left out."""
    keys: dict[str, PublicKey] = {}
    for path in sorted(folder.glob("*.pub"))[:MOST_FILES]:
        try:
            key = read_public_key(_read(path, MOST_MANIFEST))
        except (OSError, KeyUnreadable):
            continue
        keys[key.id] = key
    return keys


class ReleaseFolder:
    """The releases kept in a folder, one file each, and the list of those that were in use.

    Reads and writes files: call it in a worker. Attributes: `refused` says of the last `newest` which files were not
    used, and why.
    """

    def __init__(self, folder: Path, trusted: Mapping[str, PublicKey]) -> None:
        self._folder = folder
        self._trusted = trusted
        self.refused: tuple[str, ...] = ()

    @property
    def newest_id(self) -> str:
        """The SHA-256 (hex) of the newest file kept here, in use or not yet; "" for none. A hub names it by that."""
        kept = self._manifests([])
        try:
            return sha256(_read(kept[0][0])).hexdigest() if kept else ""
        except (ReleaseDamaged, OSError):
            return ""

    @property
    def last_number(self) -> int:
        """The number of the newest release that was ever in use here; 0 for none."""
        return max(self._accepted().hashes, default=0)

    def has_newer(self, number: int, now: datetime) -> bool:
        """Whether a release with a higher number is kept here whose day has come; reads the heads of files only."""
        return any(found.number > number and found.valid_from <= now for _, found in self._manifests([]))

    def newest(self, now: datetime) -> Verified | None:
        """The newest release that may be used, and from now on is; None where there is none.

        A file that was put into the folder is treated as one that `take` was given.
        """
        accepted = self._accepted()
        last = self.last_number
        refused: list[str] = []
        for path, manifest in self._manifests(refused):
            known = accepted.hashes.get(manifest.number) == manifest.sha256
            if not known and manifest.number <= last:
                refused.append(f"{path.name}: release {manifest.number} is not newer than release {last}.")
                continue
            try:
                envelope, content = split(_read(path))
                found = load_release(content, envelope, self._trusted, now)
            except (ReleaseRefused, OSError) as error:
                refused.append(f"{path.name}: {_reason(error)}")
                continue
            self._accept(found.manifest)
            self.refused = tuple(refused)
            return _fallen_back(found, last) if found.manifest.number < last else found
        self.refused = tuple(refused)
        return None

    def take(self, file: bytes, now: datetime) -> Verified:
        """A release from the hub or from a person: verified and kept. Raises ReleaseRefused, OSError.

        One that is valid from a later day is kept as well, and used when its day has come (ReleaseNotYet says so).
        """
        envelope, content = split(file)
        manifest = verified_manifest(envelope, self._trusted)
        accepted = self._accepted().hashes.get(manifest.number)
        if accepted is not None and accepted != manifest.sha256:
            raise ReleaseOld(f"There was another release {manifest.number} in use here. It was refused.")
        not_yet: ReleaseNotYet | None = None
        try:
            found = load_release(content, envelope, self._trusted, now, self.last_number)
        except ReleaseNotYet as error:
            read_content(content, manifest)
            not_yet = error
        private_folder(self._folder)
        write_private(self._folder / f"{manifest.number:08d}{SUFFIX}", file)
        if not_yet is not None:
            raise not_yet
        self._accept(manifest)
        return found

    def with_hash(self, content_hash: str, now: datetime) -> Verified | None:
        """The kept release that a call began with, by its content hash; None where it is not kept any more."""
        for path, manifest in self._manifests([]):
            if manifest.content_hash == content_hash:
                try:
                    envelope, content = split(_read(path))
                    return load_release(content, envelope, self._trusted, now)
                except (ReleaseRefused, OSError):
                    continue
        return None

    def _manifests(self, refused: list[str]) -> list[tuple[Path, Manifest]]:
        """Every file whose manifest is trusted, newest first; of the others why not."""
        found: list[tuple[Path, Manifest]] = []
        for path in sorted(self._folder.glob(f"*{SUFFIX}"), reverse=True)[:MOST_FILES]:
            try:
                with path.open("rb") as file:
                    envelope, _ = split(file.read(_MOST_HEAD))
                found.append((path, verified_manifest(envelope, self._trusted)))
            except (ReleaseRefused, OSError) as error:
                refused.append(f"{path.name}: {_reason(error)}")
        return sorted(found, key=lambda one: -one[1].number)

    def _accepted(self) -> _Accepted:
        try:
            return msgspec.json.decode(_read(self._folder / _ACCEPTED, MOST_MANIFEST), type=_Accepted)
        except (OSError, msgspec.DecodeError, ReleaseDamaged):
            return _Accepted()

    def _accept(self, manifest: Manifest) -> None:
        """Notes it as in use, and forgets what is older than the last good ones."""
        accepted = self._accepted()
        if accepted.hashes.get(manifest.number) == manifest.sha256:
            return
        accepted.hashes[manifest.number] = manifest.sha256
        kept = sorted(accepted.hashes)[-KEPT:]
        private_folder(self._folder)
        for number in set(accepted.hashes) - set(kept):
            (self._folder / f"{number:08d}{SUFFIX}").unlink(missing_ok=True)
        accepted.hashes = {number: accepted.hashes[number] for number in kept}
        write_private(self._folder / _ACCEPTED, msgspec.json.encode(accepted))


def newest_release(folder: Path, trusted: Mapping[str, PublicKey], now: datetime) -> Verified | None:
    """The newest release in a folder that may be used; None where there is none, so that the shipped library is."""
    return ReleaseFolder(folder, trusted).newest(now)


def _notices(manifest: Manifest, now: datetime, freeze_after: timedelta) -> tuple[Notice, ...]:
    notices = []
    if manifest.valid_until is not None and now >= manifest.valid_until:
        day = f"{manifest.valid_until:%Y-%m-%d}"
        text = f"These scripts (release {manifest.number}) were valid until {day}. Go on, and tell your trainer."
        notices.append(Notice(NoticeKind.EXPIRED, text))
    if now - manifest.issued >= freeze_after:
        days = (now - manifest.issued).days
        text = (
            f"No new scripts have come for {days} days (release {manifest.number}). Ask whether there are newer ones."
        )
        notices.append(Notice(NoticeKind.FROZEN, text))
    return tuple(notices)


def _fallen_back(found: Verified, last: int) -> Verified:
    text = f"Release {last} of the scripts cannot be read any more; release {found.manifest.number} is in use."
    notice = Notice(NoticeKind.FALLEN_BACK, text)
    return Verified(found.manifest, found.library, found.files, found.vectors, (notice, *found.notices))


def _read(path: Path, most: int = _MOST_BYTES) -> bytes:
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ReleaseDamaged("The file is too large.")
    return content


def _reason(error: ReleaseRefused | OSError) -> str:
    return str(error) if isinstance(error, ReleaseRefused) else f"It cannot be read: {error.strerror or 'no access'}."
