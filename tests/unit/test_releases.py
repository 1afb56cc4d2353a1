"""Releases on a machine (rows 18 and 19 of the bad inputs): refused, or used with a banner; the last good one stays."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.releases import (
    KEPT,
    NoticeKind,
    ReleaseFolder,
    Verified,
    load_release,
    newest_release,
    read_trusted,
)
from app.scripts.library import content_hash
from app.scripts.release import (
    ReleaseDamaged,
    ReleaseNotYet,
    ReleaseOld,
    ReleaseRefused,
    ReleaseUntrusted,
    join,
    split,
)
from tests.fakes.releases import NOON, content, other_content, release, stranger, trainer, trusted
from tests.fakes.small_library import small_library


def load(file: bytes, last_number: int = 0) -> Verified:
    """Loads a release at noon."""
    envelope, body = split(file)
    return load_release(body, envelope, trusted(), NOON, last_number)


@pytest.fixture
def folder(tmp_path: Path) -> ReleaseFolder:
    """A desk's releases, none yet."""
    return ReleaseFolder(tmp_path / "releases", trusted())


def test_a_signed_release_is_used() -> None:
    found = load(release(7))

    assert found.library.release.number == 7
    assert found.library.release.content_hash == content_hash(small_library())
    assert (found.manifest.author, found.manifest.approver) == ("Tara Trainer", "Leo Lead")
    assert found.notices == ()


def test_a_byte_altered_anywhere_is_refused() -> None:
    whole = release(7)
    # Every place in the manifest and its signature, and some in the content.
    places = [*range(whole.index(b"\n", 20) + 1), *range(2_000, len(whole), 4_001), len(whole) - 1]
    for place in places:
        altered = bytearray(whole)
        altered[place] ^= 0x01
        with pytest.raises(ReleaseRefused):
            load(bytes(altered))


def test_a_release_that_was_cut_off_is_refused() -> None:
    whole = release(7)
    for length in (0, 10, 100, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ReleaseDamaged):
            load(whole[:length])


def test_a_release_of_somebody_else_is_refused() -> None:
    with pytest.raises(ReleaseUntrusted):
        load(release(7, key=stranger()))


def test_a_stranger_cannot_sign_under_the_name_of_a_trusted_key() -> None:
    envelope, body = split(release(7, key=stranger()))
    forged = json.loads(envelope) | {"key": trainer().public.id}

    with pytest.raises(ReleaseDamaged, match="signature"):
        load(join(json.dumps(forged).encode(), body))


def test_a_signature_for_another_purpose_does_not_count() -> None:
    envelope, body = split(release(7))
    fields = json.loads(envelope)
    manifest = base64.b64decode(fields["manifest"])
    fields["signature"] = base64.b64encode(trainer().sign(manifest)).decode()

    with pytest.raises(ReleaseDamaged, match="signature"):
        load(join(json.dumps(fields).encode(), body))


def test_a_manifest_with_the_content_of_another_release_is_refused() -> None:
    seven, _ = split(release(7))
    _, other = split(release(8, other_content()))

    with pytest.raises(ReleaseDamaged, match="another release"):
        load(join(seven, other))


def test_an_older_release_is_refused_and_says_how_to_go_back() -> None:
    with pytest.raises(ReleaseOld, match="under a new number"):
        load(release(6), last_number=7)


def test_a_rollback_is_the_old_content_under_a_higher_number() -> None:
    first, back = load(release(6)), load(release(8, content()), last_number=7)

    assert back.library.release.number == 8
    assert back.library.release.content_hash == first.library.release.content_hash
    assert back.library.scripts == first.library.scripts


def test_an_expired_release_is_used_and_says_so() -> None:
    found = load(release(7, valid_until=NOON - timedelta(minutes=1)))

    assert [notice.kind for notice in found.notices] == [NoticeKind.EXPIRED]
    assert "valid until 2026-11-20" in found.notices[0].text
    assert found.library.scripts


def test_that_nothing_new_has_come_for_long_is_shown() -> None:
    found = load(release(7, issued=NOON - timedelta(days=40), valid_from=NOON - timedelta(days=40)))

    assert [notice.kind for notice in found.notices] == [NoticeKind.FROZEN]
    assert "40 days" in found.notices[0].text


def test_a_release_is_not_used_before_its_day() -> None:
    with pytest.raises(ReleaseNotYet, match="valid from 2026-11-21 12:00 UTC"):
        load(release(7, valid_from=NOON + timedelta(days=1)))


@pytest.mark.parametrize("envelope", [b"", b"{}", b"null", b"[" * 15_000, b"x" * 30_000, b'{"manifest":"%","key":""}'])
def test_what_is_no_signed_manifest_is_refused(envelope: bytes) -> None:
    with pytest.raises(ReleaseDamaged):
        load_release(content(), envelope, trusted(), NOON)


def test_a_folder_without_releases_has_none(folder: ReleaseFolder, tmp_path: Path) -> None:
    assert folder.newest(NOON) is None
    assert newest_release(tmp_path / "nowhere", trusted(), NOON) is None


def test_what_was_taken_is_used_from_then_on(folder: ReleaseFolder, tmp_path: Path) -> None:
    folder.take(release(7), NOON)
    folder.take(release(8, other_content()), NOON)

    found = newest_release(tmp_path / "releases", trusted(), NOON)

    assert found is not None and found.library.release.number == 8
    assert folder.last_number == 8


def test_a_file_put_into_the_folder_is_used_when_it_is_newer(folder: ReleaseFolder, tmp_path: Path) -> None:
    folder.take(release(7), NOON)
    (tmp_path / "releases" / "from the trainer.release").write_bytes(release(9, other_content()))

    found = folder.newest(NOON)

    assert found is not None and found.library.release.number == 9


def test_an_older_one_is_neither_taken_nor_used_from_the_folder(folder: ReleaseFolder, tmp_path: Path) -> None:
    folder.take(release(7), NOON)

    with pytest.raises(ReleaseOld):
        folder.take(release(6), NOON)
    (tmp_path / "releases" / "00000006.release").write_bytes(release(6))
    found = folder.newest(NOON)

    assert found is not None and found.library.release.number == 7
    (tmp_path / "releases" / "00000007.release").unlink()
    assert folder.newest(NOON) is None
    assert folder.refused == ("00000006.release: release 6 is not newer than release 7.",)


def test_another_release_of_the_same_number_is_refused(folder: ReleaseFolder) -> None:
    folder.take(release(7), NOON)

    with pytest.raises(ReleaseOld, match="another release 7"):
        folder.take(release(7, other_content()), NOON)


def test_a_damaged_one_is_not_taken_and_the_last_good_one_stays(folder: ReleaseFolder) -> None:
    folder.take(release(7), NOON)
    damaged = bytearray(release(8))
    damaged[-5] ^= 1

    with pytest.raises(ReleaseDamaged):
        folder.take(bytes(damaged), NOON)

    found = folder.newest(NOON)
    assert found is not None and (found.library.release.number, found.notices) == (7, ())


def test_where_the_newest_file_was_damaged_here_the_last_good_one_is_used_and_it_is_shown(
    folder: ReleaseFolder, tmp_path: Path
) -> None:
    folder.take(release(7), NOON)
    folder.take(release(8, other_content()), NOON)
    file = tmp_path / "releases" / "00000008.release"
    file.write_bytes(file.read_bytes()[:-1] + b" ")

    found = folder.newest(NOON)

    assert found is not None and found.library.release.number == 7
    assert [notice.kind for notice in found.notices] == [NoticeKind.FALLEN_BACK]
    assert folder.refused[0].startswith("00000008.release: The release was altered")


def test_one_for_a_later_day_is_kept_and_used_when_its_day_has_come(folder: ReleaseFolder) -> None:
    folder.take(release(7), NOON)
    tomorrow = NOON + timedelta(days=1)
    with pytest.raises(ReleaseNotYet):
        folder.take(release(8, other_content(), valid_from=tomorrow), NOON)

    today, later = folder.newest(NOON), folder.newest(tomorrow)

    assert today is not None and today.library.release.number == 7 and today.notices == ()
    assert later is not None and later.library.release.number == 8


def test_a_call_finds_the_release_that_it_began_with(folder: ReleaseFolder) -> None:
    began_with = folder.take(release(7), NOON).library
    folder.take(release(8, other_content()), NOON)

    found = folder.with_hash(began_with.release.content_hash, NOON)

    assert found is not None
    assert found.library.scripts == began_with.scripts
    assert folder.with_hash("0" * 64, NOON) is None


def test_the_last_good_ones_are_kept_and_older_ones_go(folder: ReleaseFolder, tmp_path: Path) -> None:
    for number in range(1, KEPT + 4):
        folder.take(release(number), NOON)

    kept = sorted(path.name for path in (tmp_path / "releases").glob("*.release"))

    assert kept == [f"{number:08d}.release" for number in range(4, KEPT + 4)]


def test_a_broken_list_of_what_was_in_use_keeps_nobody_from_working(folder: ReleaseFolder, tmp_path: Path) -> None:
    folder.take(release(7), NOON)
    (tmp_path / "releases" / "accepted.json").write_bytes(b'{"hashes": {"x": 1}}')

    found = folder.newest(NOON)

    assert found is not None and found.library.release.number == 7


def test_only_keys_are_read_as_trusted(tmp_path: Path) -> None:
    (tmp_path / "trainer.pub").write_bytes(trainer().public.to_pem())
    (tmp_path / "broken.pub").write_bytes(b"no key")
    (tmp_path / "private").write_bytes(stranger().to_pem())

    assert read_trusted(tmp_path) == trusted()
    assert read_trusted(tmp_path / "nowhere") == {}
