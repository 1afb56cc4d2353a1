"""The gate with everything real: hub over HTTP, vault, encrypted store, sync."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.desk.shift import SignInProblem
from app.domain.event import EventType, NewEvent
from app.security.vault import Cost, Vault
from app.shifts import StoreGate
from app.sync.crm import Rejection
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from tests.fakes.hub import RunningHub
from tests.fakes.keyring import MemoryKeyring

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
NEVER = "http://127.0.0.1:9"


class Place:
    """One desktop's folder, and gates onto it as restarts make them."""

    def __init__(self, folder: Path, hub: RunningHub, keyring: MemoryKeyring | None) -> None:
        self.folder, self.hub, self.keyring = folder, hub, keyring
        self.opened: list[StoreGate] = []
        self.transports: list[HttpTransport] = []

    def gate(self, address: str | None = None) -> StoreGate:
        """A program that has just started; `address` replaces the hub's."""
        transport = HttpTransport(address or self.hub.url)
        self.transports.append(transport)
        gate = StoreGate(
            Vault(self.folder, self.keyring, CHEAP),
            lambda: HubCrm(transport, "test"),
            clock=lambda: datetime.now(UTC),
            random=random.random,
        )
        self.opened.append(gate)
        return gate

    @property
    def password(self) -> str:
        """Ana's."""
        return self.hub.sign_ins.agent.password


@pytest.fixture(params=["keyring", "password"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A desktop with a keyring, and one without."""
    (tmp_path / "hub").mkdir()
    hub = RunningHub(tmp_path / "hub")
    hub.clock.now = datetime.now(UTC)
    place = Place(tmp_path / "desk", hub, MemoryKeyring() if request.param == "keyring" else None)
    yield place
    for gate in place.opened:
        gate.stop()
    for transport in place.transports:
        transport.close()
    hub.stop()


def recorded(gate: StoreGate) -> NewEvent:
    """One event of the signed-in agent, recorded."""
    shift = gate.shift
    assert shift is not None
    event = NewEvent(
        "01a20000-0000-7000-8000-000000000001",
        EventType.NOTE_SAVED,
        datetime.now(UTC),
        "call-1",
        shift.session.id,
        {"text": "hello"},
    )
    shift.recorder.record([event])
    return event


def test_a_restart_goes_on_with_the_session_and_its_events(place: Place) -> None:
    first = place.gate()
    session = first.sign_in("ana", place.password).session
    event = recorded(first)
    first.stop()

    second = place.gate()
    shift = second.resume() if place.keyring is not None else second.sign_in("ana", place.password)

    assert shift is not None
    assert shift.session.person == session.person
    events = shift.recorder.recorded_since(session.signed_in_at, session.person.id)
    assert event.id in [each.id for each in events]


def test_without_a_keyring_a_restart_asks_for_the_password(place: Place) -> None:
    first = place.gate()
    first.sign_in("ana", place.password)
    first.stop()
    assert (place.gate().resume() is None) == (place.keyring is None)


def test_a_wrong_password_opens_nothing(place: Place) -> None:
    with pytest.raises(SignInProblem, match="wrong"):
        place.gate().sign_in("ana", "not it")


def test_without_network_the_password_of_the_last_sign_in_opens_the_session(place: Place) -> None:
    first = place.gate()
    session = first.sign_in("ana", place.password).session
    first.stop()
    away = place.gate(NEVER)
    with pytest.raises(SignInProblem):
        away.sign_in("ana", "not it")
    shift = away.sign_in("ana", place.password)
    assert (shift.session.id, shift.resumed) == (session.id, True)


def test_without_network_nobody_signs_in_who_was_never_here(place: Place) -> None:
    with pytest.raises(SignInProblem, match="reached"):
        place.gate(NEVER).sign_in("ana", place.password)


def test_after_signing_out_nobody_is_signed_in_after_a_restart(place: Place) -> None:
    first = place.gate()
    first.sign_in("ana", place.password)
    first.sign_out()
    assert place.gate().resume() is None


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
def test_a_key_that_is_gone_is_said_and_the_old_store_is_kept_untouched(place: Place) -> None:
    assert place.keyring is not None
    first = place.gate()
    first.sign_in("ana", place.password)
    recorded(first)
    first.stop()
    before = {path: path.read_bytes() for path in place.folder.glob("*.db")}
    place.keyring.secrets.clear()

    second = place.gate()
    with pytest.raises(SignInProblem, match="keyring"):
        second.resume()
    shift = second.sign_in("ana", place.password)

    assert "new store was begun" in shift.notice
    assert {path: path.read_bytes() for path in before} == before


def test_a_lead_gets_the_report_of_his_team(place: Place) -> None:
    gate = place.gate()
    gate.sign_in("sam", place.hub.sign_ins.lead.password)
    now = datetime.now(UTC)
    report = gate.reports().agents(now.replace(hour=0), now, "")
    assert report.team_name == "Blue"
    assert "Ana R." in [row.name for row in report.rows]


def test_the_screen_lock_opens_by_the_password_of_the_sign_in_also_after_a_restart_and_without_network(
    place: Place,
) -> None:
    gate = place.gate()
    with pytest.raises(SignInProblem, match="Sign in first"):
        gate.check_password(place.password)
    gate.sign_in("ana", place.password)
    gate.check_password(place.password)
    with pytest.raises(SignInProblem, match="not the password"):
        gate.check_password(f"{place.password}x")
    gate.stop()

    place.hub.stop()
    again = place.gate(NEVER)
    if again.resume() is None:
        again.sign_in("ana", place.password)
    again.check_password(place.password)
    with pytest.raises(SignInProblem):
        again.check_password("")


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
def test_a_damaged_store_is_told_to_the_agent_and_the_hub_and_its_unsent_events_go_out(place: Place) -> None:
    first = place.gate()
    first.sign_in("ana", place.password)
    first.stop()
    (path,) = place.folder.glob("*.db")
    away = place.gate(NEVER)
    assert away.resume() is not None
    event = recorded(away)
    away.stop()
    damaged = bytearray(path.read_bytes())
    damaged[5_000] ^= 8
    path.write_bytes(damaged)

    gate = place.gate()
    shift = gate.resume()

    assert shift is not None
    assert "damaged" in shift.notice
    wait_for(lambda: event.id in [row["id"] for row in place.hub.recorded()])
    wait_for(lambda: "store-damaged" in [row["kind"] for row in place.hub.audited()])
    (aside,) = place.folder.glob("*.damaged-*")
    assert aside.read_bytes() == bytes(damaged)
    gate.stop()
    again = place.gate().resume()
    assert again is not None
    assert again.notice == ""


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
def test_the_panel_tells_what_waits_and_writes_what_was_set_aside_into_a_file(place: Place, tmp_path: Path) -> None:
    first = place.gate()
    first.sign_in("ana", place.password)
    first.stop()
    gate = place.gate(NEVER)
    shift = gate.resume()
    assert shift is not None
    event = recorded(gate)

    wait_for(lambda: "reached" in shift.sync.details().why)
    (waiting,) = shift.sync.details().waiting
    assert (waiting.type, waiting.count) == ("note.saved", 1)

    store = gate._open.store  # type: ignore[union-attr]
    store.set_aside([Rejection(event.id, 422, "=HYPERLINK(1)")])
    (refused,) = shift.sync.details().set_aside
    assert (refused.id, refused.status) == (event.id, 422)
    assert shift.sync.export_set_aside(tmp_path / "aside.csv") == 1
    table = (tmp_path / "aside.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in table
    shift.sync.export_set_aside(tmp_path / "aside.jsonl")
    (line,) = (tmp_path / "aside.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["event"]["data"] == {"text": "hello"}
    assert "cct_" not in table + line
    assert shift.sync.try_again([event.id]) == 1
    assert shift.sync.details().set_aside == ()


def wait_for(condition: Callable[[], bool]) -> None:
    """Waits until the program's own threads have got there."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
def test_the_hub_is_told_once_of_a_store_whose_key_is_gone(place: Place) -> None:
    assert place.keyring is not None
    first = place.gate()
    first.sign_in("ana", place.password)
    first.stop()
    place.keyring.secrets.clear()

    for _ in range(2):
        gate = place.gate()
        gate.sign_in("ana", place.password)
        recorded(gate)
        wait_for(lambda: any(row["sequence"] == 1 for row in place.hub.recorded()))
        gate.stop()

    assert [row["about"] for row in place.hub.audited() if row["kind"] == "store-damaged"] == ["key-missing"]
