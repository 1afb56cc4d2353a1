"""The library in use is the newest sound release; what must not be used is said and the last good one stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from app.library_in_use import LibraryInUse
from app.releases import ReleaseFolder
from app.scripts.library import load_library
from app.sync.crm import FetchedRelease
from tests.fakes.releases import NOON, content, other_content, release, stranger, trusted
from tests.fakes.small_library import small_library


class Hub:
    """The hub's answer to whoever asks for the release in use. Attribute `asked`: the ETags that were sent."""

    def __init__(self, file: bytes = b"") -> None:
        self.file = file
        self.asked: list[str] = []

    def fetch(self, etag: str) -> FetchedRelease | None:
        self.asked.append(etag)
        tag = sha256(self.file).hexdigest()
        return None if not self.file or tag == etag else FetchedRelease(self.file, tag)


class Place:
    """A desk's folder, and programs that start on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOON

    def clock(self) -> datetime:
        return self.now

    def start(self) -> LibraryInUse:
        shipped = load_library(small_library() | {"dispositions.yaml": small_library()["dispositions.yaml"] + b"\n"})
        assert shipped.library is not None
        files = {"pictures/router.svg": b"<svg>shipped</svg>"}
        return LibraryInUse(shipped.library, files, ReleaseFolder(self.folder, trusted()), self.clock)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "releases")


def test_without_a_release_the_library_that_came_with_the_program_is_used(place: Place) -> None:
    library = place.start()
    assert library.choose().library is library.shipped
    assert library.refresh(Hub().fetch) is None
    assert library.tag == ""


def test_what_the_hub_has_is_used_and_not_asked_for_again_also_after_a_restart(place: Place) -> None:
    library, hub = place.start(), Hub(release(1))
    library.choose()

    fresh = library.refresh(hub.fetch)

    assert fresh is not None and fresh.library.release.number == 1
    assert library.refresh(hub.fetch) is None
    again = place.start()
    assert again.choose().library.release == fresh.library.release
    assert again.refresh(hub.fetch) is None
    tag = sha256(release(1)).hexdigest()
    assert hub.asked == ["", tag, tag]


@pytest.mark.parametrize(
    "bad",
    [
        release(3, key=stranger()),
        release(3)[:-1],
        release(3).replace(b"Thanks for", b"Thanks, for", 1),
        release(1),
        b"no release",
    ],
    ids=["of a stranger", "cut", "altered", "older", "something else"],
)
def test_what_must_not_be_used_is_said_and_the_last_good_one_stays(place: Place, bad: bytes) -> None:
    library, hub = place.start(), Hub(release(2, other_content()))
    library.choose()
    good = library.refresh(hub.fetch)
    hub.file = bad

    told = library.refresh(hub.fetch)

    assert good is not None and told is not None
    assert told.library.release == good.library.release
    assert [notice.startswith("A release was not used: ") for notice in told.notices] == [True]
    assert library.refresh(hub.fetch) is None, "it was fetched and refused once and is not fetched again"


def test_the_notice_goes_when_a_sound_release_comes(place: Place) -> None:
    library, hub = place.start(), Hub(b"no release")
    library.choose()
    library.refresh(hub.fetch)
    hub.file = release(1)
    fresh = library.refresh(hub.fetch)
    assert fresh is not None and (fresh.notices, fresh.library.release.number) == ((), 1)


def test_a_release_of_a_later_day_is_kept_and_used_when_its_day_has_come(place: Place) -> None:
    library, hub = place.start(), Hub(release(1, valid_from=NOON + timedelta(hours=3)))
    library.choose()
    waiting = library.refresh(hub.fetch)
    assert waiting is not None and waiting.library is library.shipped
    place.now += timedelta(hours=2)
    assert library.refresh(hub.fetch) is None
    place.now += timedelta(hours=2)
    fresh = library.refresh(hub.fetch)
    assert fresh is not None and fresh.library.release.number == 1


def test_a_call_finds_the_library_that_it_began_with(place: Place) -> None:
    library, hub = place.start(), Hub(release(1))
    library.choose()
    first = library.refresh(hub.fetch)
    hub.file = release(2, other_content())
    library.refresh(hub.fetch)
    assert first is not None
    found = library.with_hash(first.library.release.content_hash)
    assert found is not None and found.release == first.library.release
    assert library.with_hash(library.shipped.release.content_hash) is library.shipped
    assert library.with_hash("0" * 64) is None


def test_pictures_are_those_of_the_release_that_asks(place: Place) -> None:
    library = place.start()
    library.choose()
    hub = Hub(release(2, content({"pictures/router.svg": b"<svg>two</svg>"})))
    library.refresh(hub.fetch)
    hub.file = release(3, content({"pictures/router.svg": b"<svg>three</svg>"}))
    library.refresh(hub.fetch)
    pictures = [library.picture(number, "router.svg") for number in (1, 2, 3, 4)]
    assert pictures == [b"<svg>shipped</svg>", b"<svg>two</svg>", b"<svg>three</svg>", b""]
