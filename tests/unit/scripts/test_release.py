"""A release's content and manifest: what goes in comes out, and nothing else is taken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from app.scripts.finding.lines import lines_of
from app.scripts.finding.vectors import vectors_of
from app.scripts.library import content_hash, load_library
from app.scripts.release import (
    Manifest,
    ReleaseDamaged,
    ReleaseRefused,
    check_name,
    compile_content,
    join,
    manifest_of,
    read_content,
    read_manifest,
    split,
    write_manifest,
)
from tests.fakes.find import WordMeanings
from tests.fakes.releases import NOON, content
from tests.fakes.small_library import small_library
from tests.fakes.walks import shipped, shipped_files


def manifest(body: bytes, number: int = 7) -> Manifest:
    """A manifest for a content."""
    return manifest_of(body, number, "Tara Trainer", "Leo Lead", NOON, NOON)


def changed(change: Any) -> tuple[bytes, Manifest]:
    """A content changed by somebody who can make manifests that fit it."""
    whole = json.loads(content())
    change(whole)
    body = json.dumps(whole).encode()
    files = {name: text.encode() for name, text in whole["files"].items()}
    honest = manifest(content())
    return body, replace(honest, sha256=sha256(body).hexdigest(), size=len(body), content_hash=content_hash(files))


def test_the_shipped_library_comes_out_as_it_went_in() -> None:
    body = compile_content(shipped(), shipped_files())

    read = read_content(body, manifest(body, number=shipped().release.number))

    assert read.library == shipped()
    assert read.files == shipped_files()


def test_the_same_files_give_the_same_bytes_whatever_the_number() -> None:
    files = small_library()
    first, second = load_library(files, number=1).library, load_library(dict(reversed(files.items())), number=9).library
    assert first is not None and second is not None

    assert compile_content(first, files) == compile_content(second, files)


def test_calls_are_pinned_to_the_hash_of_the_files_and_told_the_number_of_the_release() -> None:
    body = content()

    release = read_content(body, manifest(body, number=7)).library.release

    assert (release.number, release.content_hash) == (7, content_hash(small_library()))


def test_pictures_and_vectors_are_part_of_it() -> None:
    files = small_library() | {"pictures/router.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>\xff"}
    library = load_library(files).library
    assert library is not None
    vectors = vectors_of(lines_of(library), WordMeanings({}))
    body = compile_content(library, files, vectors)

    read = read_content(body, manifest(body))

    assert read.files == files
    assert read.vectors == vectors


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/passwd",
        "scripts/../../x",
        "scripts//x",
        "./x",
        "C:x",
        "scripts\\x",
        "x\x00",
        "scripts/.",
        "aux /x ",
        "",
        "a" * 201,
        "scripts/a\nb",
    ],
)
def test_a_name_that_leads_out_of_the_library_is_refused(name: str) -> None:
    with pytest.raises(ReleaseDamaged):
        check_name(name)

    def lead_astray(whole: Any) -> None:
        whole["files"][name] = "x"

    with pytest.raises(ReleaseDamaged):
        read_content(*changed(lead_astray))


def test_a_script_of_a_file_that_is_not_there_is_refused() -> None:
    def lead_astray(whole: Any) -> None:
        whole["library"]["scripts"]["stay"]["file"] = "../../x"

    with pytest.raises(ReleaseDamaged, match="not in it"):
        read_content(*changed(lead_astray))


@pytest.mark.parametrize("position", [0, 100, -100, -1])
def test_an_altered_byte_is_refused(position: int) -> None:
    body = bytearray(content())
    honest = manifest(bytes(body))
    body[position] ^= 1

    with pytest.raises(ReleaseDamaged, match="altered"):
        read_content(bytes(body), honest)


def test_a_manifest_of_another_content_is_refused() -> None:
    with pytest.raises(ReleaseDamaged, match="another release"):
        read_content(content() + b" ", manifest(content()))


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[" * 100_000, b'{"format": 1}', b"\xff\xfe", b'{"format":1,"files":{},"pictures":{},"library":{}}'],
)
def test_what_is_no_content_is_refused_and_never_raises_anything_else(body: bytes) -> None:
    claimed = replace(manifest(content()), sha256=sha256(body).hexdigest(), size=len(body))

    with pytest.raises(ReleaseDamaged):
        read_content(body, claimed)


def test_a_content_of_a_newer_program_says_so() -> None:
    def of_tomorrow(whole: Any) -> None:
        whole["format"] = 2

    with pytest.raises(ReleaseRefused, match="Update the program"):
        read_content(*changed(of_tomorrow))


def test_a_library_that_this_program_cannot_read_is_refused_whole() -> None:
    def unknown(whole: Any) -> None:
        whole["library"]["scripts"]["stay"]["steps"]["identify"]["verify"] = 5

    with pytest.raises(ReleaseDamaged, match="does not fit"):
        read_content(*changed(unknown))


def test_a_manifest_comes_back_from_its_bytes() -> None:
    honest = replace(manifest(content()), valid_until=NOON + timedelta(days=90))

    assert read_manifest(write_manifest(honest)) == honest


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"sha256": "../../x"},
        {"content_hash": "A" * 64},
        {"valid_from": datetime(2026, 11, 20)},  # noqa: DTZ001 - what is refused
    ],
)
def test_a_manifest_with_impossible_values_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ReleaseDamaged):
        read_manifest(write_manifest(replace(manifest(content()), **change)))


@pytest.mark.parametrize("body", [b"", b"null", b"[" * 9_000, b'{"format":1}', b"{" * 20_000])
def test_what_is_no_manifest_is_refused(body: bytes) -> None:
    with pytest.raises(ReleaseDamaged):
        read_manifest(body)


def test_it_takes_two_people() -> None:
    with pytest.raises(ReleaseRefused, match="second person"):
        manifest_of(content(), 7, "Tara", " TARA ", NOON, NOON)
    with pytest.raises(ReleaseRefused, match="who approves"):
        manifest_of(content(), 7, "Tara", "  ", NOON, NOON)


def test_a_number_below_one_and_an_end_before_the_beginning_are_refused() -> None:
    with pytest.raises(ReleaseRefused, match="at least 1"):
        manifest_of(content(), 0, "Tara", "Leo", NOON, NOON)
    with pytest.raises(ReleaseRefused, match="before it begins"):
        manifest_of(content(), 1, "Tara", "Leo", NOON, NOON, NOON)


def test_manifest_and_content_travel_as_one_file() -> None:
    assert split(join(b"manifest", b"content\nwith lines")) == (b"manifest", b"content\nwith lines")
    for damaged in (b"", b"something else", join(b"manifest", b"")[:-1], b"cuecard-release 1\n" + b"x" * 50_000):
        with pytest.raises(ReleaseDamaged, match="no release"):
            split(damaged)
