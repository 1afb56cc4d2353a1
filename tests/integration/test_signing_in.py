"""Ways in that are not plain: without the hub, after a changed password, through the company, with a wrong clock."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from uuid_utils import uuid7

from app.desk.shift import SecretWanted, Shift, SignInProblem, StoreSecret
from app.domain.event import EventType, NewEvent
from app.hub import schema
from app.hub.administration.standing import set_standing
from app.hub.administration.tables import person_standing
from app.hub.identity.company import CompanySettings, keep_settings
from app.security.vault import Cost, Vault, VaultState
from app.shifts import StoreGate
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from tests.fakes.hub import RunningHub, cheap_passwords
from tests.fakes.keyring import MemoryKeyring
from tests.fakes.provider import CLIENT, Provider, running_provider

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
NEVER = "http://127.0.0.1:9"


class Place:
    """A desktop's folder; `ahead` is what its clock is off, `away` that the hub cannot be reached."""

    def __init__(self, folder: Path, hub: RunningHub, keyring: MemoryKeyring | None, ends: ExitStack) -> None:
        self.folder, self.hub, self.keyring, self.ends = folder, hub, keyring, ends
        self.away = False
        self.ahead = timedelta()
        self.browse: Callable[[str], bool] = lambda address: False

    def gate(self) -> StoreGate:
        """A program that has just started."""
        transport = HttpTransport(NEVER if self.away else self.hub.url)
        self.ends.callback(transport.close)
        gate = StoreGate(
            self.vault(),
            lambda: HubCrm(transport, "test"),
            clock=lambda: self.hub.clock() + self.ahead,
            random=random.random,
            browse=lambda address: self.browse(address),
        )
        self.ends.callback(gate.stop)
        return gate

    def vault(self) -> Vault:
        return Vault(self.folder, self.keyring, CHEAP)

    @property
    def password(self) -> str:
        return self.hub.sign_ins.agent.password

    def change_password(self, to: str) -> None:
        """As an administrator or Ana does at the hub."""
        with self.hub.store.write() as connection:
            changed = update(schema.person).where(schema.person.c.user_name == "ana")
            connection.execute(changed.values(password=cheap_passwords().hash(to)))

    def recorded(self) -> list[str]:
        return [row["id"] for row in self.hub.recorded()]

    def arrive(self, event: str) -> None:
        """Waits until the hub has it."""
        deadline = time.monotonic() + 20
        while event not in self.recorded():
            assert time.monotonic() < deadline, "the event did not arrive"
            time.sleep(0.02)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    (tmp_path / "hub").mkdir()
    hub = RunningHub(tmp_path / "hub")
    yield hub
    hub.stop()


@pytest.fixture(params=["keyring", "password"])
def place(request: pytest.FixtureRequest, hub: RunningHub, tmp_path: Path) -> Iterator[Place]:
    """A desktop with a keyring, and one without."""
    with ExitStack() as ends:
        yield Place(tmp_path / "desk", hub, MemoryKeyring() if request.param == "keyring" else None, ends)


@pytest.fixture
def provider(place: Place) -> Iterator[Provider]:
    """The company's sign-in, at which Ana is signed in, and a browser that goes there by itself."""
    with running_provider() as provider, ExitStack() as browsers:
        provider.now = lambda: place.hub.clock().timestamp()
        with place.hub.store.write() as connection:
            keep_settings(connection, CompanySettings(provider.issuer, CLIENT))

        def browse(address: str) -> bool:
            back = provider.browse(address)
            thread = threading.Thread(target=lambda: httpx.get(back, trust_env=False, timeout=10))
            browsers.callback(thread.join, 10)
            thread.start()
            return True

        place.browse = browse
        yield provider


def note(shift: Shift, place: Place) -> str:
    """Records an event; its id."""
    event = NewEvent(
        str(uuid7()), EventType.NOTE_SAVED, place.hub.clock(), "call-1", shift.session.id, {"text": "hello"}
    )
    shift.recorder.record([event])
    shift.sync.wake()
    return event.id


# Without the hub


def worked_yesterday(place: Place) -> None:
    gate = place.gate()
    gate.sign_in("ana", place.password)
    gate.sign_out()
    place.hub.clock.move(timedelta(hours=15))


def test_the_next_day_begins_without_the_hub_and_its_events_go_out_once_it_is_back(place: Place) -> None:
    worked_yesterday(place)
    place.away = True
    away = place.gate()
    shift = away.sign_in("ana", place.password)
    assert (shift.session.person.id, shift.resumed, "without it" in shift.notice) == ("person-ana", False, True)
    event = note(shift, place)
    place.hub.clock.move(timedelta(hours=3))
    away.stop()

    place.away = False
    back = place.gate()
    back.sign_in("ana", place.password)

    place.arrive(event)
    (row,) = [row for row in place.hub.recorded() if row["id"] == event]
    assert (row["person"], row["session"]) == ("person-ana", shift.session.id)


def test_a_week_without_the_hub_is_the_most(place: Place) -> None:
    worked_yesterday(place)
    place.away = True
    place.hub.clock.move(timedelta(days=7))
    with pytest.raises(SignInProblem, match="as long as it may"):
        place.gate().sign_in("ana", place.password)


def test_turning_the_clock_back_uses_the_lease_up(place: Place) -> None:
    worked_yesterday(place)
    place.away = True
    place.hub.clock.move(timedelta(days=5))
    place.gate().sign_in("ana", place.password)
    place.ahead = -timedelta(days=365)
    for _ in range(3):
        place.gate().sign_in("ana", place.password)
    with pytest.raises(SignInProblem, match="as long as it may"):
        place.gate().sign_in("ana", place.password)


def test_a_wrong_password_begins_nothing_without_the_hub(place: Place) -> None:
    worked_yesterday(place)
    place.away = True
    with pytest.raises(SignInProblem):
        place.gate().sign_in("ana", "not it")
    assert place.gate().resume() is None


def test_who_was_disabled_meanwhile_has_his_events_refused_and_begins_nothing_more(place: Place) -> None:
    worked_yesterday(place)
    place.away = True
    away = place.gate()
    shift = away.sign_in("ana", place.password)
    event = note(shift, place)
    away.stop()
    with place.hub.store.write() as connection:
        connection.execute(person_standing.insert().values(person="person-ana", disabled_at=1, must_change=0))

    place.away = False
    with pytest.raises(SignInProblem):
        place.gate().sign_in("ana", place.password)
    with place.hub.store.write() as connection:
        connection.execute(update(person_standing).values(disabled_at=None))
    assert event not in place.recorded()


def test_a_session_that_the_hub_ends_takes_the_lease_with_it(place: Place) -> None:
    gate = place.gate()
    shift = gate.sign_in("ana", place.password)
    with place.hub.store.write() as connection:
        connection.execute(person_standing.insert().values(person="person-ana", disabled_at=1, must_change=0))
    place.hub.clock.move(timedelta(minutes=16))
    with pytest.raises(Exception, match="disabled"):
        shift.crm.accounts_by_phone("+442079460958")
    gate.sign_out()
    place.away = True
    with pytest.raises(SignInProblem, match="as long as it may"):
        place.gate().sign_in("ana", place.password)


# Clocks


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
@pytest.mark.parametrize("days", [-400, 400])
def test_a_restart_with_a_clock_that_jumped_goes_on_with_the_session(place: Place, days: int) -> None:
    first = place.gate()
    session = first.sign_in("ana", place.password).session
    first.stop()
    place.ahead = timedelta(days=days)
    shift = place.gate().resume()
    assert shift is not None and shift.session.id == session.id
    assert shift.crm.changes(None).accounts


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
def test_a_session_that_is_really_over_does_not_go_on(place: Place) -> None:
    first = place.gate()
    first.sign_in("ana", place.password)
    first.stop()
    place.hub.clock.move(timedelta(hours=13))
    assert place.gate().resume() is None


# A password that was changed at the hub


@pytest.mark.parametrize("place", ["password"], indirect=True)
def test_after_a_changed_password_the_one_before_is_asked_for_once(place: Place) -> None:
    first = place.gate()
    session = first.sign_in("ana", place.password).session
    first.stop()
    place.change_password("a new and longer one")

    gate = place.gate()
    with pytest.raises(SecretWanted) as asked:
        gate.sign_in("ana", "a new and longer one")
    assert asked.value.wanted is StoreSecret.OLD_PASSWORD
    with pytest.raises(SecretWanted, match="either"):
        gate.unlock("a wrong guess")
    shift = gate.unlock(place.password)
    assert shift.session.device_id == session.device_id
    gate.sign_out()

    assert place.gate().sign_in("ana", "a new and longer one").session.device_id == session.device_id


@pytest.mark.parametrize("place", ["password"], indirect=True)
def test_who_has_forgotten_it_begins_a_fresh_store_and_the_old_one_is_kept(place: Place) -> None:
    first = place.gate()
    session = first.sign_in("ana", place.password).session
    first.stop()
    place.change_password("a new and longer one")
    before = {path: path.read_bytes() for path in place.folder.glob("*.db")}

    gate = place.gate()
    with pytest.raises(SecretWanted):
        gate.sign_in("ana", "a new and longer one")
    shift = gate.unlock("", afresh=True)

    assert "kept as it was" in shift.notice
    assert shift.session.device_id != session.device_id
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("place", ["keyring"], indirect=True)
def test_with_a_keyring_a_changed_password_asks_nothing(place: Place) -> None:
    first = place.gate()
    session = first.sign_in("ana", place.password).session
    first.stop()
    place.change_password("a new and longer one")
    assert place.gate().sign_in("ana", "a new and longer one").session.device_id == session.device_id


def test_nothing_is_opened_before_the_first_half_of_a_sign_in(place: Place) -> None:
    with pytest.raises(SignInProblem, match="Sign in first"):
        place.gate().unlock("anything")


# Through the company


def test_the_first_company_sign_in_chooses_a_passphrase_for_this_pc(place: Place, provider: Provider) -> None:
    gate = place.gate()
    assert gate.company_is_there()
    with pytest.raises(SecretWanted) as asked:
        gate.sign_in_with_company()
    assert asked.value.wanted is StoreSecret.NEW_PASSPHRASE
    with pytest.raises(SecretWanted, match="10 characters"):
        gate.unlock("short")
    shift = gate.unlock("correct horse")
    assert shift.session.person.display_name == "Ana R."
    assert shift.crm.changes(None).accounts
    gate.check_password("correct horse")


def signed_in_through_the_company(place: Place) -> Shift:
    gate = place.gate()
    with pytest.raises(SecretWanted):
        gate.sign_in_with_company()
    shift = gate.unlock("correct horse")
    gate.sign_out()
    return shift


def test_later_only_where_there_is_no_keyring_the_passphrase_is_asked_for(place: Place, provider: Provider) -> None:
    session = signed_in_through_the_company(place).session
    gate = place.gate()
    if place.vault().state("ana") is VaultState.KEYRING:
        shift = gate.sign_in_with_company()
    else:
        with pytest.raises(SecretWanted) as asked:
            gate.sign_in_with_company()
        assert asked.value.wanted is StoreSecret.PASSPHRASE
        with pytest.raises(SecretWanted, match="either"):
            gate.unlock("battery staple")
        shift = gate.unlock("correct horse")
    assert shift.session.device_id == session.device_id


def test_without_the_hub_the_passphrase_begins_a_session(place: Place, provider: Provider) -> None:
    signed_in_through_the_company(place)
    place.away = True
    with pytest.raises(SignInProblem):
        place.gate().sign_in("ana", "battery staple")
    assert place.gate().sign_in("ana", "correct horse").session.person.id == "person-ana"


@pytest.mark.parametrize("place", ["password"], indirect=True)
def test_a_forgotten_passphrase_leads_to_a_fresh_store(place: Place, provider: Provider) -> None:
    session = signed_in_through_the_company(place).session
    gate = place.gate()
    with pytest.raises(SecretWanted):
        gate.sign_in_with_company()
    with pytest.raises(SecretWanted, match="10 characters"):
        gate.unlock("short", afresh=True)
    shift = gate.unlock("battery staple", afresh=True)
    assert shift.session.device_id != session.device_id
    assert len(list(place.folder.glob("*.db"))) == 2


def test_a_sign_in_that_is_given_up_leaves_the_form(place: Place, provider: Provider) -> None:
    gate = place.gate()

    def browse(address: str) -> bool:
        gate.give_up()
        return True

    place.browse = browse
    with pytest.raises(SignInProblem, match="given up"):
        gate.sign_in_with_company()


def test_a_hub_without_company_sign_in_says_so(place: Place) -> None:
    gate = place.gate()
    assert not gate.company_is_there()
    with pytest.raises(SignInProblem, match="password"):
        gate.sign_in_with_company()


def test_the_hub_that_is_away_offers_nothing(place: Place) -> None:
    place.away = True
    assert not place.gate().company_is_there()


def test_agent_b_sees_nothing_of_a_and_a_s_events_go_out_as_a_s(place: Place) -> None:
    """Row 15."""
    place.hub.clock.now = datetime.now(UTC)
    first = place.gate()
    ana = first.sign_in("ana", place.password)
    place.away = True
    event = note(ana, place)
    first.stop()
    place.away = False
    second = place.gate()
    noor = second.sign_in("noor", place.hub.sign_ins.of("noor").password)
    assert noor.recorder.recorded_since(place.hub.clock() - timedelta(days=1), "person-ana") == []
    if place.keyring is None:
        second.sign_out()
        place.gate().sign_in("ana", place.password)
    place.arrive(event)
    assert [row["person"] for row in place.hub.recorded() if row["id"] == event] == ["person-ana"]


# A password for once only


def given_once(place: Place, password: str) -> None:
    """As an administrator gives Ana a password for once."""
    place.change_password(password)
    with place.hub.store.write() as connection:
        set_standing(connection, "person-ana", must_change=1)


def test_a_password_for_once_is_changed_before_anything_else(place: Place) -> None:
    given_once(place, "for-once-only")
    gate = place.gate()
    with pytest.raises(SecretWanted, match="10 characters or more") as asked:
        gate.sign_in("ana", "for-once-only")
    assert asked.value.wanted is StoreSecret.OWN_PASSWORD

    with pytest.raises(SecretWanted, match="10 characters"):
        gate.unlock("short")
    with pytest.raises(SecretWanted, match="the old one"):
        gate.unlock("for-once-only")
    with pytest.raises(SecretWanted):
        gate.unlock("", afresh=True)
    shift = gate.unlock("my own password")

    assert shift.session.person.id == "person-ana"
    place.arrive(note(shift, place))
    gate.sign_out()
    with pytest.raises(SignInProblem):
        place.gate().sign_in("ana", "for-once-only")
    assert place.gate().sign_in("ana", "my own password").session.person.id == "person-ana"


def test_a_store_from_before_a_password_for_once_is_asked_for_its_own_secret(hub: RunningHub, tmp_path: Path) -> None:
    with ExitStack() as ends:
        place = Place(tmp_path / "desk", hub, None, ends)
        worked_yesterday(place)
        before = place.password
        given_once(place, "for-once-only")
        gate = place.gate()
        with pytest.raises(SecretWanted):
            gate.sign_in("ana", "for-once-only")
        with pytest.raises(SecretWanted) as asked:
            gate.unlock("my own password")
        assert asked.value.wanted is StoreSecret.OLD_PASSWORD

        shift = gate.unlock(before)

        place.arrive(note(shift, place))


def test_who_gives_up_choosing_is_asked_again_at_the_next_sign_in(place: Place) -> None:
    given_once(place, "for-once-only")
    for gate in (place.gate(), place.gate()):
        with pytest.raises(SecretWanted) as asked:
            gate.sign_in("ana", "for-once-only")
        assert asked.value.wanted is StoreSecret.OWN_PASSWORD
