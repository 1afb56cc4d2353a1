"""A desktop at a real hub: a release that was approved there is used by itself, and so are managed settings."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.person import Person, Role
from app.hub.library.releases import Asking, approve_release, bring_back, publish_release
from app.hub.library.settings import set_settings
from app.kept_fresh import KeptFresh
from app.library_in_use import InUse, LibraryInUse
from app.releases import ReleaseFolder
from app.scripts.library import load_library
from app.security.vault import Cost, Vault
from app.settings.book import SettingsBook
from app.settings.schema import Value
from app.shifts import StoreGate
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from tests.fakes.hub import RunningHub
from tests.fakes.keyring import MemoryKeyring
from tests.fakes.releases import other_content, release, stranger, trusted
from tests.fakes.small_library import small_library

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
TRAINER = Person("person-t", "Tess T.", "Tess", "blue", (Role.TRAINER,))
APPROVER = Person("person-a", "Leo L.", "Leo", "blue", (Role.APPROVER, Role.ADMIN))


class Office:
    """The hub, and the people who publish there."""

    def __init__(self, hub: RunningHub) -> None:
        self.hub = hub

    def asking(self, person: Person) -> Asking:
        return Asking(person, "pc", datetime.now(UTC))

    def release(self, file: bytes) -> str:
        made = publish_release(self.hub.store, self.asking(TRAINER), file)
        approve_release(self.hub.store, self.asking(APPROVER), made.id)
        self.hub.hub.board.look()
        return made.id

    def go_back(self, to: str, file: bytes) -> None:
        bring_back(self.hub.store, self.asking(TRAINER), to, file)
        self.hub.hub.board.look()

    def set(self, team: str, **values: Value) -> None:
        set_settings(self.hub.store, self.asking(APPROVER), team, values)
        self.hub.hub.board.look()


class Desktop:
    """Ana's desktop. `used` are the libraries that it came to use, `changed` the settings that changed."""

    def __init__(self, hub: RunningHub, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.used: queue.Queue[InUse] = queue.Queue()
        self.changed: queue.Queue[tuple[str, Value]] = queue.Queue()
        self.book = SettingsBook(folder)
        self.book.listen(lambda name, value: self.changed.put((name, value)))
        shipped = load_library(small_library()).library
        assert shipped is not None
        releases = ReleaseFolder(folder / "releases", trusted())
        self.library = LibraryInUse(shipped, small_library(), releases, lambda: datetime.now(UTC))
        self.library.choose()
        kept_fresh = KeptFresh(self.library, self.book, self.used.put, lambda: 0.01, spread=0.0)
        self._transport = HttpTransport(hub.url)
        self._gate = StoreGate(
            Vault(folder / "stores", MemoryKeyring(), CHEAP),
            lambda: HubCrm(self._transport, "test"),
            clock=lambda: datetime.now(UTC),
            random=lambda: 0.01,
            alongside=kept_fresh.begin,
        )
        self._gate.sign_in("ana", hub.sign_ins.of("ana").password)

    def next(self) -> InUse:
        """The next library that it came to use."""
        return self.used.get(timeout=10)

    def stop(self) -> None:
        self._gate.stop()
        self._transport.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "hub").mkdir()
    hub = RunningHub(tmp_path / "hub")
    hub.clock.now = datetime.now(UTC)
    yield Office(hub)
    hub.stop()


@pytest.fixture
def desktop(office: Office, tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(office.hub, tmp_path / "desk")
    yield desktop
    desktop.stop()


def test_a_release_is_used_once_it_is_approved_and_going_back_reaches_the_desktop_too(
    office: Office, desktop: Desktop
) -> None:
    first = office.release(release(1))
    assert desktop.next().library.release.number == 1
    office.release(release(2, other_content()))
    assert desktop.next().library.release.number == 2
    office.go_back(first, release(3))
    back = desktop.next().library.release
    assert back.number == 3
    assert desktop.library.with_hash(back.content_hash) is not None


def test_a_release_that_nobody_may_use_here_is_said_and_not_used(office: Office, desktop: Desktop) -> None:
    office.release(release(1))
    good = desktop.next()
    office.release(release(2, key=stranger()))
    told = desktop.next()
    assert told.library.release == good.library.release
    assert "does not trust" in told.notices[0]


def test_what_was_approved_before_the_shift_began_is_used_from_its_beginning(office: Office, tmp_path: Path) -> None:
    office.release(release(1))
    desktop = Desktop(office.hub, tmp_path / "late")
    try:
        assert desktop.next().library.release.number == 1
    finally:
        desktop.stop()


def test_managed_settings_reach_the_desktops_of_the_team(office: Office, desktop: Desktop) -> None:
    office.set("", lock_after_minutes=7)
    assert desktop.changed.get(timeout=10) == ("lock_after_minutes", 7)
    office.set("green", lock_after_minutes=1)
    office.set("blue", lock_after_minutes=2, sound=True)
    assert {desktop.changed.get(timeout=10) for _ in range(2)} == {("lock_after_minutes", 2), ("sound", True)}
    office.set("blue")
    assert {desktop.changed.get(timeout=10) for _ in range(2)} == {("lock_after_minutes", 7), ("sound", False)}
