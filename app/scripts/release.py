"""A release: the whole library compiled into one JSON text, and the manifest that says which it is and from whom.

The content holds the compiled library, the files that it was made of (for differences, rollback and pictures) and the
vectors for find. It does not hold the release's number: the same content under a new number is the same bytes. The
manifest is signed elsewhere (`app.releases`) and names the content by its hash, so that neither can be exchanged.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from app.scripts.finding.vectors import LineVectors
from app.scripts.library import LARGEST_FILE, MOST_FILES, Library, Release, content_hash

FORMAT = 1
MOST_CONTENT = 48_000_000
"""Bytes of a content; the shipped library has about one million."""
MOST_MANIFEST = 10_000

_MAGIC = b"cuecard-release 1\n"
_HASH = re.compile(r"[0-9a-f]{64}")
# What Windows and other systems would take for something else than a file's name.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*")
_LONGEST_NAME = 200


class ReleaseRefused(Exception):
    """A release that must not be used. The text is a sentence for people; the last good release stays in use.

    ReleaseRefused
    ├── ReleaseDamaged     altered, cut off, or manifest and content of different releases
    ├── ReleaseUntrusted   not signed by a key that this desk trusts
    ├── ReleaseOld         older than one that this desk has had
    └── ReleaseNotYet      valid only from a later day
    """


class ReleaseDamaged(ReleaseRefused):
    """The bytes are not what was released."""


class ReleaseUntrusted(ReleaseRefused):
    """Nobody whom this desk trusts has signed it."""


class ReleaseOld(ReleaseRefused):
    """It would replace a newer one."""


class ReleaseNotYet(ReleaseRefused):
    """Its time has not come."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is signed.

    `number` only grows. `content_hash` names the library's files (calls and drafts are pinned to it), `sha256` (hex)
    and `size` the content's bytes. Times are aware; `issued` is when it was signed.
    """

    number: int
    content_hash: str
    sha256: str
    size: int
    author: str
    approver: str
    issued: datetime
    valid_from: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a content holds, read and checked. The library's release number is that of the manifest."""

    library: Library
    files: Mapping[str, bytes]
    vectors: LineVectors | None


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    manifest: Manifest


class _Whole(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    files: dict[str, str]
    pictures: dict[str, str]
    library: dict[str, msgspec.Raw]
    vectors: LineVectors | None = None


def compile_content(library: Library, files: Mapping[str, bytes], vectors: LineVectors | None = None) -> bytes:
    """The content of a library made of these files. The same files give the same bytes."""
    texts, pictures = {}, {}
    for name in sorted(files):
        check_name(name)
        if name.startswith("pictures/"):
            pictures[name] = b64encode(files[name]).decode("ascii")
        else:
            texts[name] = files[name].decode("utf-8")
    compiled = {
        name: msgspec.Raw(_encode(_as_pairs(getattr(library, name), hint))) for name, hint in _compiled_fields().items()
    }
    return _encode(_Whole(FORMAT, texts, pictures, compiled, vectors))


def manifest_of(
    content: bytes,
    number: int,
    author: str,
    approver: str,
    issued: datetime,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> Manifest:
    """The manifest for a content. Raises ReleaseRefused where it would be none: two people are needed for a release."""
    whole = _read_whole(content)
    author, approver = author.strip(), approver.strip()
    if number < 1:
        raise ReleaseRefused("A release's number is at least 1, and greater than that of the last release.")
    if not author or not approver:
        raise ReleaseRefused("Say who wrote the release and who approves it.")
    if author.casefold() == approver.casefold():
        raise ReleaseRefused("Whoever wrote a release cannot approve it. Ask a second person.")
    if valid_until is not None and valid_until <= valid_from:
        raise ReleaseRefused("The release would end before it begins. Give a later day.")
    return Manifest(
        number,
        content_hash(_files(whole)),
        sha256(content).hexdigest(),
        len(content),
        author,
        approver,
        issued,
        valid_from,
        valid_until,
    )


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes to sign."""
    return _encode(_Manifest(FORMAT, manifest))


def read_manifest(body: bytes) -> Manifest:
    """The manifest of signed bytes; raises ReleaseDamaged, ReleaseRefused for a format of the future."""
    if len(body) > MOST_MANIFEST:
        raise ReleaseDamaged("The release's manifest is too large.")
    try:
        read = msgspec.json.decode(body, type=_Manifest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReleaseDamaged("The release's manifest cannot be read.") from error
    if read.format != FORMAT:
        raise ReleaseRefused("This release was made by a newer Cuecard. Update the program first.")
    manifest = read.manifest
    hashes = all(_HASH.fullmatch(one) for one in (manifest.content_hash, manifest.sha256))
    times = (manifest.issued, manifest.valid_from, manifest.valid_until or manifest.issued)
    if manifest.number < 1 or not hashes or any(time.tzinfo is None for time in times):
        raise ReleaseDamaged("The release's manifest cannot be read.")
    return manifest


def read_content(content: bytes, manifest: Manifest) -> Content:
    """What the manifest's content holds. Raises ReleaseDamaged for any other bytes, and for names that lead astray."""
    if len(content) != manifest.size or sha256(content).hexdigest() != manifest.sha256:
        raise ReleaseDamaged("The release was altered, or its manifest belongs to another release. Fetch it again.")
    whole = _read_whole(content)
    files = _files(whole)
    if content_hash(files) != manifest.content_hash:
        raise ReleaseDamaged("The release's files are not those that its manifest names.")
    return Content(_library(whole, Release(manifest.number, manifest.content_hash), files), files, whole.vectors)


def join(envelope: bytes, content: bytes) -> bytes:
    """Signed manifest and content as one file."""
    return _MAGIC + envelope + b"\n" + content


def split(file: bytes) -> tuple[bytes, bytes]:
    """Signed manifest and content of a file; raises ReleaseDamaged."""
    start = len(_MAGIC)
    end = file.find(b"\n", start, start + 2 * MOST_MANIFEST)
    if not file.startswith(_MAGIC) or end < 0:
        raise ReleaseDamaged("This file is no release.")
    return file[start:end], file[end + 1 :]


def check_name(name: str) -> None:
    """Raises ReleaseDamaged for a name that is not that of a file below the library's folder ("../../x", "C:x")."""
    parts = name.split("/")
    if len(name) > _LONGEST_NAME or not all(_PART.fullmatch(part) and part[-1] not in ". " for part in parts):
        raise ReleaseDamaged(f"A library has no file {name[:60]!a}: letters, digits, . - and _, below its folder.")


def _read_whole(content: bytes) -> _Whole:
    if len(content) > MOST_CONTENT:
        raise ReleaseDamaged("The release is too large.")
    try:
        whole = msgspec.json.decode(content, type=_Whole)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReleaseDamaged("The release cannot be read.") from error
    if whole.format != FORMAT:
        raise ReleaseRefused("This release was made by a newer Cuecard. Update the program first.")
    return whole


def _files(whole: _Whole) -> dict[str, bytes]:
    if len(whole.files) + len(whole.pictures) > MOST_FILES:
        raise ReleaseDamaged("The release has too many files.")
    try:
        files = {name: text.encode("utf-8") for name, text in whole.files.items()}
        files |= {name: b64decode(text, validate=True) for name, text in whole.pictures.items()}
    except ValueError as error:
        raise ReleaseDamaged("The release cannot be read.") from error
    for name, body in files.items():
        check_name(name)
        if len(body) > LARGEST_FILE:
            raise ReleaseDamaged("The release has a file that is too large.")
    return files


def _library(whole: _Whole, release: Release, files: Mapping[str, bytes]) -> Library:
    values: dict[str, Any] = {}
    try:
        for name, hint in _compiled_fields().items():
            if name in whole.library:
                values[name] = _from_pairs(whole.library[name], hint)
        library = Library(release=release, **values)
    except (msgspec.DecodeError, TypeError, RecursionError) as error:
        raise ReleaseDamaged("The release does not fit this Cuecard. Update the program, or release again.") from error
    named = [script.file for script in (*library.scripts.values(), *library.translations.values())]
    if any(name not in files for name in named):
        raise ReleaseDamaged("The release has scripts of files that are not in it. It was refused.")
    return library


@cache
def _compiled_fields() -> dict[str, Any]:
    """The library's fields and their types, but for the release itself."""
    hints = get_type_hints(Library)
    return {field.name: hints[field.name] for field in fields(Library) if field.name != "release"}


def _pair_types(hint: Any) -> tuple[Any, Any] | None:
    """Types of key and value of a mapping whose keys are no texts, which JSON cannot have; else None."""
    if get_origin(hint) is Mapping or get_origin(hint) is dict:
        key, value = get_args(hint)
        return None if key is str else (key, value)
    return None


def _as_pairs(value: Any, hint: Any) -> Any:
    return list(value.items()) if _pair_types(hint) is not None else value


def _from_pairs(body: msgspec.Raw, hint: Any) -> Any:
    pair = _pair_types(hint)
    if pair is None:
        return msgspec.json.decode(body, type=hint)
    return dict(msgspec.json.decode(body, type=list[tuple[pair[0], pair[1]]]))  # type: ignore[valid-type]


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise NotImplementedError(f"A release cannot hold a {type(value).__name__}.")
