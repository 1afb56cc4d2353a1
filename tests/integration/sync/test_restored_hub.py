"""A real hub whose SQLite file is put back to an earlier copy: it gets again what it lacks, and nothing twice."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from app.cache.store import LocalStore
from app.domain.event import Event
from app.hub.administration.tables import withdrawn_device
from app.offline_sessions import OfflineBook
from app.sync.crm import Credentials, SignInRefused
from app.sync.device_hub import DeviceHub
from app.sync.engine import SyncEngine
from app.sync.hub_crm import HubCrm
from app.sync.lease import FileLease
from app.sync.reconcile import LOSSES, Reconciler
from app.sync.transport import Answer, Bounds, HttpTransport
from tests.fakes.accounts import an_event
from tests.fakes.hub import RunningHub


class Line:
    """A transport to wherever the hub runs now; `requests` so far."""

    def __init__(self, address: str) -> None:
        self.to = HttpTransport(address)
        self.requests: list[str] = []

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        self.requests.append(f"{method} {path}")
        return self.to.send(method, path, headers=headers, query=query, body=body, bounds=bounds)

    def moved(self, address: str) -> None:
        self.to.close()
        self.to = HttpTransport(address)


class Site:
    """A hub that can be copied, put back and started anew, and one desktop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "hub").mkdir()
        self.hub = self._started()
        self.line = Line(self.hub.url)
        self.store = LocalStore.open(folder / "cuecard.db", bytes(32), "device-1")
        self.crm = HubCrm(self.line, "Desk 7")  # type: ignore[arg-type]  # no pushes in these tests
        self.book = OfflineBook(self.store, lambda: datetime.now(UTC))
        self.crm.hand_in(self.book)
        self.seconds = 0.0
        self.engine = self.started_engine()

    def started_engine(self) -> SyncEngine:
        return SyncEngine(
            self.store,
            self.crm,
            FileLease(self.store.path),
            lambda state: None,
            clock=lambda: datetime.now(UTC),
            random=random.random,
            elapsed=lambda: self.seconds,
            fetch_accounts=False,
            reconciler=Reconciler(self.store, DeviceHub(self.crm), self.book.reopen),
        )

    def sign_in(self, user: str = "ana") -> Credentials:
        credentials = self.crm.sign_in(user, self.hub.sign_ins.of(user).password, self.store.device_id)
        self.store.save_sign_in(credentials)
        return credentials

    def record(self, count: int, session: str) -> list[Event]:
        return self.store.record([an_event(session=session, time=datetime.now(UTC)) for _ in range(count)])

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Runs the engine until nothing waits (or as told), by the clock that the test moves."""
        done = until or (lambda: self.store.backlog().unsent == 0)
        for _ in range(200):
            wait = self.engine.step()
            if done() and wait > 0:
                return
            self.seconds += wait
        pytest.fail("the engine did not get there")

    def back_up(self) -> Path:
        copy = self.folder / "backup.sqlite"
        copy.unlink(missing_ok=True)
        connection = sqlite3.connect(self.folder / "hub" / "hub.sqlite")
        connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        return copy

    def restore(self, copy: Path) -> None:
        self.hub.stop()
        for file in (self.folder / "hub").glob("hub.sqlite-*"):
            file.unlink()
        shutil.copy(copy, self.folder / "hub" / "hub.sqlite")
        self.hub = self._started()
        self.line.moved(self.hub.url)

    def _started(self) -> RunningHub:
        hub = RunningHub(self.folder / "hub")
        hub.clock.now = datetime.now(UTC)
        return hub

    @property
    def at_hub(self) -> list[int]:
        return sorted(row["sequence"] for row in self.hub.recorded())

    def close(self) -> None:
        self.engine.stop(10)
        self.line.to.close()
        self.store.close()
        self.hub.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def test_after_a_restore_the_hub_gets_again_what_it_lacks_and_nothing_twice(site: Site) -> None:
    session = site.sign_in().session.id
    site.record(30, session)
    site.run()
    backup = site.back_up()
    site.record(40, session)
    site.run()
    site.restore(backup)
    assert site.at_hub == list(range(1, 31))

    site.seconds += 3601
    site.run()

    assert site.at_hub == list(range(1, 71))
    assert site.store.backlog().set_aside == 0


def test_what_was_confirmed_by_many_checks_is_sent_again_too(site: Site) -> None:
    session = site.sign_in().session.id
    backup = site.back_up()
    for _ in range(3):
        site.record(5, session)
        site.run()
        site.seconds += 3601
        site.run(lambda: True)
    site.restore(backup)

    site.seconds += 3601
    site.run()

    assert site.at_hub == list(range(1, 16))


def test_a_restart_on_the_restored_file_is_noticed_by_the_next_event_that_is_sent(site: Site) -> None:
    session = site.sign_in().session.id
    site.record(10, session)
    site.run()
    backup = site.back_up()
    site.record(10, session)
    site.run()
    site.restore(backup)

    site.record(1, session)
    site.run(lambda: site.at_hub == list(range(1, 22)))


def test_new_events_that_were_sent_before_the_check_hide_nothing(site: Site) -> None:
    session = site.sign_in().session.id
    site.record(10, session)
    site.run()
    backup = site.back_up()
    site.record(10, session)
    site.run()
    site.restore(backup)
    # A Cuecard of the version before, which knows of no checks, sends in between.
    old = SyncEngine(
        site.store, site.crm, FileLease(site.store.path), lambda state: None, clock=_now, random=random.random
    )
    site.engine.stop()
    site.record(5, session)
    while site.store.backlog().unsent:
        old.step()
    old.stop()
    assert site.at_hub == [*range(1, 11), *range(21, 26)]

    site.engine = site.started_engine()
    site.run()

    assert site.at_hub == list(range(1, 26))


def test_what_was_set_aside_is_no_gap_and_nothing_is_sent_again_for_it(site: Site) -> None:
    session = site.sign_in().session.id
    site.record(5, session)
    site.record(1, "never issued")
    site.record(5, session)
    site.run()
    assert site.store.backlog().set_aside == 1
    posts = site.line.requests.count("POST /v1/events")

    site.seconds += 3601
    site.run(lambda: True)

    assert site.line.requests.count("POST /v1/events") == posts
    assert [sequence for sequence in range(1, 12) if sequence not in site.at_hub] == [6]


def test_a_backup_from_before_the_sign_in_gets_the_session_back_and_then_its_events(site: Site) -> None:
    backup = site.back_up()
    session = site.sign_in().session.id
    site.record(20, session)
    site.run()
    site.restore(backup)
    site.record(5, session)

    site.run(lambda: site.at_hub == list(range(1, 26)))

    assert site.store.backlog().set_aside == 0
    assert {row["session"] for row in site.hub.recorded()} == {session}
    assert "session-restored" in {row["kind"] for row in site.hub.audited()}


def test_a_session_begun_offline_is_countersigned_anew_where_the_backup_is_older_than_that(site: Site) -> None:
    site.book.met(site.sign_in())
    site.crm.register_key(site.book.public_key())
    site.run(lambda: True)
    backup = site.back_up()
    offline = site.book.begin()
    site.store.save_sign_in(offline)
    site.record(20, offline.session.id)
    site.run()
    site.restore(backup)
    site.record(5, offline.session.id)

    site.run(lambda: site.at_hub == list(range(1, 26)))

    assert site.store.backlog().set_aside == 0
    assert {row["session"] for row in site.hub.recorded()} == {offline.session.id}


def test_a_colleague_who_signed_in_after_the_restore_does_not_cost_the_first_ones_events(site: Site) -> None:
    backup = site.back_up()
    his = site.sign_in("ana").session.id
    site.record(5, his)
    site.run()
    site.record(5, his)
    site.restore(backup)

    hers = site.sign_in("ana").session.id
    site.record(5, hers)
    site.run(lambda: site.at_hub == list(range(1, 16)))

    assert site.store.backlog().set_aside == 0


def test_an_hour_without_trouble_costs_two_small_questions(site: Site) -> None:
    session = site.sign_in().session.id
    site.record(50, session)
    site.run()
    site.seconds += 3601
    site.run(lambda: True)
    site.line.requests.clear()

    site.seconds += 3601
    site.run(lambda: True)

    assert site.line.requests == ["GET /v1/devices/current", "GET /v1/devices/current/sequences"]


def test_a_voucher_puts_nothing_back_that_was_ended_or_that_somebody_changed(site: Site) -> None:
    credentials = site.sign_in()
    site.run(lambda: True)
    hub = DeviceHub(site.crm)
    voucher = hub.device(credentials.device_token).voucher
    assert voucher

    assert hub.hand_in([voucher]) == 0
    backup = site.back_up()
    with site.hub.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM token")
    wrong = voucher[:60] + ("A" if voucher[60] != "A" else "B") + voucher[61:]
    assert hub.hand_in([wrong, "", "no voucher", "ü"]) == 0
    site.hub.clock.move(timedelta(days=91))
    assert hub.hand_in([voucher]) == 0
    site.restore(backup)
    assert hub.hand_in([voucher]) == 0


def test_a_voucher_opens_nothing_for_a_device_that_is_withdrawn(site: Site) -> None:
    site.sign_in()
    with site.hub.store.write() as connection:
        connection.execute(insert(withdrawn_device).values(device=site.store.device_id, withdrawn_at=1))
    backup = site.back_up()
    with site.hub.store.write() as connection:
        connection.execute(delete(withdrawn_device))
    later = site.sign_in()
    hub = DeviceHub(site.crm)
    voucher = hub.device(later.device_token).voucher
    site.restore(backup)

    assert hub.hand_in([voucher]) == 0
    with pytest.raises(SignInRefused):
        hub.device(later.device_token)


def test_the_token_of_a_person_gets_no_voucher(site: Site) -> None:
    credentials = site.sign_in()

    assert DeviceHub(site.crm).device(credentials.token).voucher == ""


def test_the_numbers_of_other_devices_are_nobodys_business(site: Site) -> None:
    session = site.sign_in().session.id
    events = site.record(3, session)
    site.run()
    lead = site.hub.sign_ins.lead
    other = site.crm.sign_in(lead.user, lead.password, "device-2")

    found = DeviceHub(site.crm).recorded(other.device_token, events[0].id, events[-1].id)

    assert found.recorded == ()


def test_what_was_lost_with_a_damaged_store_stands_in_the_hubs_audit_trail(site: Site) -> None:
    site.sign_in()
    site.store.keep_fact(LOSSES, [{"kind": "damaged", "saved": 12, "lost": [[3, 4]], "next_sequence": 20}])

    site.run(lambda: True)

    (row,) = [row for row in site.hub.audited() if row["kind"] == "store-damaged"]
    assert (row["device"], row["about"]) == ("device-1", "damaged")
    assert row["detail"] == "events saved: 12; perhaps lost: 3-4; goes on at 20"
    assert not site.store.fact(LOSSES, list[object])


def _now() -> datetime:
    return datetime.now(UTC)
