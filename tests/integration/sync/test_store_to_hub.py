"""The store, the engine and a real hub over HTTP."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cache.store import LocalStore
from app.desk.ports import SyncState
from app.sync.engine import SyncEngine
from app.sync.hub_crm import HubCrm
from app.sync.lease import FileLease
from app.sync.transport import HttpTransport
from tests.fakes.accounts import a_sign_in, an_event
from tests.fakes.fault_server import FaultServer, Reply, Request, fault_server
from tests.fakes.hub import RunningHub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    hub = RunningHub(tmp_path)
    yield hub
    hub.stop()


class Desktop:
    """A store with its engine, pointed at some address."""

    def __init__(self, folder: Path, address: str) -> None:
        self.store = LocalStore.open(folder / "cuecard.db", bytes(32), "device-1")
        self.transport = HttpTransport(address, connect_seconds=2, read_seconds=5)
        self.crm = HubCrm(self.transport, "Desk 7")
        self.states: list[SyncState] = []
        self.engine = SyncEngine(
            self.store,
            self.crm,
            FileLease(self.store.path),
            self.states.append,
            clock=lambda: datetime.now(UTC),
            random=random.random,
        )

    def close(self) -> None:
        self.engine.stop(10)
        self.transport.close()
        self.store.close()


@pytest.fixture
def desktop(tmp_path: Path, hub: RunningHub) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path, hub.url)
    yield desktop
    desktop.close()


def test_what_agents_recorded_is_at_the_hub_once_each_and_accounts_are_here(hub: RunningHub, desktop: Desktop) -> None:
    password = hub.sign_ins.of("ana").password
    credentials = desktop.crm.sign_in("ana", password, desktop.store.device_id)
    desktop.store.save_sign_in(credentials)
    recorded = desktop.store.record(
        [an_event(session=credentials.session.id, time=datetime.now(UTC), account=f"acc-{n}") for n in range(2_500)]
    )

    desktop.engine.start()
    assert desktop.engine.wait_until_sent(30)
    desktop.close()

    at_hub = sorted((row["sequence"], row["id"]) for row in hub.recorded())
    assert at_hub == [(event.sequence, event.id) for event in recorded]
    assert (desktop.states[-1].unsent, desktop.states[-1].problem) == (0, "")


def test_the_index_of_accounts_comes_with_the_sign_in(hub: RunningHub, desktop: Desktop) -> None:
    password = hub.sign_ins.of("ana").password
    desktop.store.save_sign_in(desktop.crm.sign_in("ana", password, desktop.store.device_id))

    while desktop.engine.step() == 0.0:
        assert not desktop.states[-1].problem

    assert [account.number for account in desktop.store.by_phone("+442079460200")] == ["4222", "4223", "4224"]


def test_a_lead_who_is_shown_no_accounts_has_no_problem(hub: RunningHub, desktop: Desktop) -> None:
    password = hub.sign_ins.lead.password
    desktop.store.save_sign_in(desktop.crm.sign_in(hub.sign_ins.lead.user, password, desktop.store.device_id))

    desktop.engine.step()
    desktop.engine.step()

    assert (desktop.states[-1].problem, desktop.states[-1].online) == ("", True)


def test_the_answer_cut_off_after_the_commit_counts_nothing_twice(
    hub: RunningHub, desktop: Desktop, tmp_path: Path
) -> None:
    password = hub.sign_ins.of("ana").password
    credentials = desktop.crm.sign_in("ana", password, desktop.store.device_id)
    desktop.store.save_sign_in(credentials)
    events = desktop.store.record([an_event(session=credentials.session.id, time=datetime.now(UTC))])

    with fault_server() as between:
        between.reply = lambda request: forwarded(hub, request)
        far = HubCrm(HttpTransport(between.address), "Desk 7")
        far.resume(credentials)
        engine = SyncEngine(
            desktop.store, far, FileLease(desktop.store.path), desktop.states.append, clock=_now, random=lambda: 0.0
        )
        engine.step()
        far._transport.close()
    assert desktop.states[-1].unsent == 1
    assert [row["id"] for row in hub.recorded()] == [events[0].id]
    engine.stop()

    desktop.engine.step()

    assert desktop.store.backlog().unsent == 0
    assert len(hub.recorded()) == 1


def forwarded(hub: RunningHub, request: Request) -> Reply:
    """Passes a request on to the hub and then answers with half of what it said."""
    kept = {name: request.headers[name] for name in ("authorization", "content-type", "content-encoding")}
    answer = hub.client().post(request.path, content=request.body, headers=kept)
    half = answer.content[: len(answer.content) // 2]
    return Reply(200, {"Content-Type": "application/json", "Content-Length": str(len(answer.content))}, [half])


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("status", [200, 302, 401, 404, 500, 502])
def test_whatever_stands_in_the_hubs_place_nothing_is_marked_as_sent(tmp_path: Path, status: int) -> None:
    with fault_server() as impostor, fault_server() as elsewhere:
        impostor.reply = lambda _: page(status, elsewhere)
        desktop = Desktop(tmp_path, impostor.address)
        desktop.store.record([an_event()])
        desktop.crm.resume(a_sign_in())

        desktop.engine.step()

        assert (desktop.states[-1].unsent, desktop.states[-1].set_aside) == (1, 0)
        assert desktop.states[-1].problem
        assert elsewhere.requests == []
        desktop.close()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_gateway_that_refuses_in_json_sets_nothing_aside(tmp_path: Path, status: int) -> None:
    with fault_server() as gateway:
        gateway.reply = lambda _: Reply(status, pieces=[b'{"message": "Request blocked"}'])
        desktop = Desktop(tmp_path, gateway.address)
        desktop.store.record([an_event() for _ in range(3)])
        desktop.crm.resume(a_sign_in())

        desktop.engine.step()

        assert (desktop.states[-1].unsent, desktop.states[-1].set_aside) == (3, 0)
        assert "no Cuecard hub" in desktop.states[-1].problem
        desktop.close()


def page(status: int, elsewhere: FaultServer) -> Reply:
    return Reply(status, {"Content-Type": "text/html", "Location": elsewhere.address}, [b"<h1>Welcome</h1>"])


def test_two_processes_take_turns_at_one_store(tmp_path: Path) -> None:
    first, second = FileLease(tmp_path / "cuecard.db"), FileLease(tmp_path / "cuecard.db")

    assert first.take()
    assert first.take()
    assert not second.take()
    first.give_back()
    assert second.take()
    second.give_back()
