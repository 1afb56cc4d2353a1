"""The desktop renews its sign-in by itself, with a real hub, a real store, and a network that fails at bad moments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.cache.errors import StoreError
from app.cache.store import LocalStore
from app.hub.demo_named import ADA_PHONE
from app.sync.crm import Credentials, CrmUnreachable, SignInRefused
from app.sync.hub_crm import HubCrm
from app.sync.transport import Answer, Bounds, HttpTransport, Stream
from tests.fakes.hub import RunningHub

RENEW = "/v1/sessions/renew"


class Passing:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Network:
    """A transport that counts, and loses what it is told to: before the hub has it, or the answer after."""

    def __init__(self, inner: HttpTransport) -> None:
        self.inner = inner
        self.sent: list[str] = []
        self.lose: Callable[[str], str] = lambda path: ""
        self.before: Callable[[str], None] = lambda path: None

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
        self.sent.append(path)
        self.before(path)
        lost = self.lose(path)
        if lost == "request":
            raise CrmUnreachable("lost")
        answer = self.inner.send(method, path, headers=headers, query=query, body=body, bounds=bounds)
        if lost == "answer":
            raise CrmUnreachable("lost")
        return answer

    def stream(
        self, path: str, *, headers: Mapping[str, str], silence_seconds: float
    ) -> AbstractContextManager[Stream | Answer]:
        return self.inner.stream(path, headers=headers, silence_seconds=silence_seconds)

    def close(self) -> None:
        self.inner.close()


class Desktop:
    """Ana's desktop; time passes for it and its hub alike."""

    def __init__(self, hub: RunningHub, folder: Path) -> None:
        self.hub, self.folder, self.passing = hub, folder, Passing()
        self.network = Network(HttpTransport(hub.url))
        self.store = self.open_store()
        self.crm = self.new_crm()
        self.store.save_sign_in(self.crm.sign_in("ana", hub.sign_ins.agent.password, "desk-1"))

    def open_store(self) -> LocalStore:
        return LocalStore.open(self.folder / "ana.db", b"k" * 32, "desk-1", lambda: datetime.now(UTC))

    def new_crm(self) -> HubCrm:
        crm = HubCrm(self.network, "test", elapsed=self.passing)
        crm.keep_with(self.store.save_sign_in)
        return crm

    def pass_time(self, minutes: float) -> None:
        self.passing.seconds += minutes * 60
        self.hub.clock.move(timedelta(minutes=minutes))

    def restart(self) -> None:
        """As after a crash: what is not on the disk is gone."""
        self.store.close()
        self.store = self.open_store()
        self.crm = self.new_crm()
        self.crm.resume(self.kept())

    def kept(self) -> Credentials:
        kept = self.store.sign_in()
        assert kept is not None
        return kept

    def works(self) -> bool:
        return bool(self.crm.accounts_by_phone(ADA_PHONE))

    def renewals(self) -> int:
        return self.network.sent.count(RENEW)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    (tmp_path / "hub").mkdir()
    hub = RunningHub(tmp_path / "hub")
    desktop = Desktop(hub, tmp_path)
    yield desktop
    desktop.store.close()
    desktop.network.close()
    hub.stop()


def lost(what: str) -> Callable[[str], str]:
    """Loses renewals only."""
    return lambda path: what if path == RENEW else ""


def test_a_shift_of_twelve_hours_needs_no_second_sign_in(desktop: Desktop) -> None:
    for _ in range(70):
        desktop.pass_time(10)
        assert desktop.works()
    assert desktop.network.sent.count("/v1/sessions") == 1
    assert 30 <= desktop.renewals() <= 70


def test_a_token_is_renewed_before_it_is_over_so_that_nothing_is_refused(desktop: Desktop) -> None:
    desktop.pass_time(12)
    assert desktop.works()
    assert desktop.network.sent[-2:] == [RENEW, "/v1/accounts"]
    assert desktop.works()
    assert desktop.renewals() == 1


def test_after_a_sleep_the_refusal_renews_it(desktop: Desktop) -> None:
    desktop.hub.clock.move(timedelta(hours=2))  # the desktop's counter stands still while it sleeps
    assert desktop.works()
    assert desktop.renewals() == 1


def test_a_new_token_is_on_the_disk_before_it_is_used(desktop: Desktop) -> None:
    desktop.pass_time(12)
    tokens: list[str] = []
    desktop.network.before = lambda path: tokens.append(desktop.kept().token) if path == "/v1/accounts" else None
    first = desktop.kept().token
    assert desktop.works()
    assert tokens == [desktop.kept().token] and tokens != [first]


def test_the_next_refresh_token_is_on_the_disk_before_it_is_sent(desktop: Desktop) -> None:
    desktop.pass_time(12)
    drawn: list[str] = []
    desktop.network.before = lambda path: drawn.append(desktop.kept().next_refresh) if path == RENEW else None
    assert desktop.works()
    assert drawn == [desktop.kept().refresh] and drawn[0]


@pytest.mark.parametrize("what", ["request", "answer"])
def test_a_renewal_that_is_lost_throws_nobody_out(desktop: Desktop, what: str) -> None:
    desktop.network.lose = lost(what)
    desktop.pass_time(12)
    assert desktop.works()  # with the token that is good for three minutes yet
    desktop.pass_time(4)
    with pytest.raises(CrmUnreachable):
        desktop.works()
    desktop.network.lose = lost("")
    assert desktop.works()
    desktop.pass_time(15)
    assert desktop.works()
    assert desktop.hub.audited() == []


@pytest.mark.parametrize("what", ["request", "answer"])
def test_a_crash_in_the_middle_of_a_renewal_throws_nobody_out(desktop: Desktop, what: str) -> None:
    desktop.pass_time(16)
    desktop.network.lose = lost(what)
    with pytest.raises(CrmUnreachable):
        desktop.works()
    desktop.network.lose = lost("")
    desktop.restart()
    assert desktop.works()
    desktop.pass_time(16)
    assert desktop.works()
    assert desktop.hub.audited() == []


def test_many_threads_make_one_renewal_and_none_of_them_fails(desktop: Desktop) -> None:
    desktop.pass_time(16)
    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(lambda _: desktop.works(), range(48)))
    assert desktop.renewals() == 1


def test_while_one_thread_renews_in_time_the_others_go_on(desktop: Desktop) -> None:
    desktop.pass_time(12)
    renewing, may_go_on = threading.Event(), threading.Event()

    def hold(path: str) -> None:
        if path == RENEW:
            renewing.set()
            assert may_go_on.wait(20)

    desktop.network.before = hold
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(desktop.works)
        assert renewing.wait(20)
        assert desktop.works()  # another thread's call, not held up
        may_go_on.set()
        assert first.result(20)
    assert desktop.renewals() == 1


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_jumps_changes_nothing(desktop: Desktop, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    jumped = time.time() + days * 86_400
    monkeypatch.setattr(time, "time", lambda: jumped)
    for _ in range(3):
        desktop.pass_time(14)
        assert desktop.works()
    assert desktop.kept().session.id == desktop.crm.credentials.session.id  # type: ignore[union-attr]


def test_a_sign_out_during_a_renewal_is_not_undone_by_it(desktop: Desktop) -> None:
    desktop.pass_time(16)

    def leave(path: str) -> None:
        if path == RENEW:
            desktop.network.before = lambda path: None
            desktop.store.end_sign_in()
            desktop.crm._tokens.forget()

    desktop.network.before = leave
    with pytest.raises(SignInRefused):
        desktop.works()
        desktop.works()
    assert desktop.store.sign_in() is None


def test_a_full_disk_stops_a_renewal_before_it_is_asked_and_it_works_again_with_room(desktop: Desktop) -> None:
    def full(credentials: Credentials) -> None:
        raise StoreError("The disk is full.")

    desktop.pass_time(16)
    desktop.crm.keep_with(full)
    with pytest.raises(CrmUnreachable, match="disk"):
        desktop.works()
    assert desktop.renewals() == 0
    desktop.crm.keep_with(desktop.store.save_sign_in)
    assert desktop.works()


def test_a_session_that_is_over_asks_for_a_sign_in(desktop: Desktop) -> None:
    desktop.pass_time(12 * 60 + 1)
    with pytest.raises(SignInRefused):
        desktop.works()
