"""What every CRM adapter must do (app/sync/crm.py), by the same tests: the fake in memory, our hub over HTTP on SQLite
and on PostgreSQL, and Tryton, a CRM of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uuid_utils

from app.domain.account import Account, Detail
from app.domain.event import Event, EventType
from app.domain.person import Person, Role
from app.hub.demo_named import ADA_PHONE, ADA_PIN, SHARED_PHONE, named_customers
from app.sync.contract import Trial, Verdict, run_contract
from app.sync.crm import (
    Ability,
    Credentials,
    Crm,
    CrmRefused,
    CrmUnsupported,
    OrderRequest,
    SignInRefused,
    VerifyAnswer,
)
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from app.sync.tryton.outcomes import marked
from tests.fakes.crm import Login, MemoryCrm
from tests.fakes.hub import NOW, RunningHub
from tests.fakes.postgres import PostgresServer, postgres_server
from tests.fakes.tryton import AGENT_PASSWORD, RunningTryton, make_database

DEVICE = "device-1"
ADA = "acc-4221"


@dataclass(frozen=True)
class World:
    """A CRM with the demo's named customers, where "ana" may sign in.

    `recorded` are the ids of the events in it, `ada` is the id of Ada's account. `whole` where it knows everything of
    an account.
    """

    crm: Crm
    password: str
    another: Callable[[], Crm]
    recorded: Callable[[], list[str]]
    ada: str = ADA
    whole: bool = True

    def sign_in(self, device: str = DEVICE) -> Credentials:
        return self.crm.sign_in("ana", self.password, device)


@pytest.fixture(params=["memory", "hub", "hub on PostgreSQL", "Tryton"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "memory":
        yield in_memory()
    elif request.param == "Tryton":
        yield in_tryton(request.getfixturevalue("tryton"))
    else:
        url = "" if request.param == "hub" else request.getfixturevalue("postgres").new_database()
        yield from at_our_hub(tmp_path, url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTryton]:
    """One server for all tests: it takes seconds to start."""
    folder = tmp_path_factory.mktemp("tryton")
    make_database(folder / "template")
    running = RunningTryton(
        folder / "run", folder / "template", [customer.account for customer in named_customers(NOW)]
    )
    yield running
    running.stop()


def at_our_hub(folder: Path, database: str) -> Iterator[World]:
    hub = RunningHub(folder, database=database)
    transports: list[HttpTransport] = []

    def desktop() -> HubCrm:
        transports.append(HttpTransport(hub.url))
        return HubCrm(transports[-1], "Desk 7")

    def recorded() -> list[str]:
        return [row["id"] for row in hub.recorded()]

    yield World(desktop(), hub.sign_ins.of("ana").password, desktop, recorded)
    for transport in transports:
        transport.close()
    hub.stop()


def in_tryton(tryton: RunningTryton) -> World:
    def ids_in_notes() -> list[str]:
        return [event_id for note in tryton.notes() if (event_id := marked(note["message"])) is not None]

    earlier = set(ids_in_notes())

    def recorded() -> list[str]:
        return [event_id for event_id in ids_in_notes() if event_id not in earlier]

    return World(tryton.crm(), AGENT_PASSWORD, tryton.crm, recorded, str(tryton.ids["4221"]), whole=False)


def in_memory() -> World:
    customers = named_customers(NOW)
    factors = {(c.account.id, method): factor for c in customers for method, factor in c.factors.items()}
    ana = Person("ana", "Ana R.", "Ana", "north", (Role.AGENT,))
    crm = MemoryCrm([c.account for c in customers], {"ana": Login(ana, "right")}, factors)
    return World(crm, "right", crm.another, lambda: [event_id for _, event_id in crm.stored])


def events_of(credentials: Credentials, count: int, first: int = 1) -> list[Event]:
    device = credentials.session.device_id
    return [
        Event(
            id=str(uuid_utils.uuid7()),
            source=f"/devices/{device}",
            sequence=first + number,
            type=EventType.NOTE_SAVED,
            time=NOW,
            subject="call-1",
            agent_session=credentials.session.id,
            data={"text": "Zoë wants a quieter “router”", "number": number, "none": None},
        )
        for number in range(count)
    ]


def ids(events: Sequence[Event]) -> tuple[str, ...]:
    return tuple(event.id for event in events)


def test_a_wrong_password_and_an_unknown_user_are_refused_in_the_same_words(world: World) -> None:
    with pytest.raises(SignInRefused) as wrong_password:
        world.crm.sign_in("ana", "guess", DEVICE)
    with pytest.raises(SignInRefused) as unknown_user:
        world.crm.sign_in("nobody", "guess", DEVICE)

    assert str(wrong_password.value) == str(unknown_user.value)
    assert wrong_password.value.status == 401


def test_a_sign_in_gives_a_session_of_that_person_on_that_device(world: World) -> None:
    credentials = world.sign_in()

    session = credentials.session
    assert (session.device_id, session.person.first_name) == (DEVICE, "Ana")
    assert session.person.may(Role.AGENT)
    assert session.expires_at > session.signed_in_at
    assert credentials.token != credentials.device_token
    assert world.sign_in().session.id != session.id


def test_nothing_is_told_to_who_is_not_signed_in(world: World) -> None:
    asks: list[Callable[[], object]] = [
        lambda: world.crm.accounts_by_phone(ADA_PHONE),
        lambda: world.crm.account(world.ada),
        lambda: world.crm.changes(None),
    ]
    if Ability.VERIFY in world.crm.abilities:
        asks.append(lambda: world.crm.verify(world.ada, "pin", ADA_PIN))
    if Ability.ORDERS in world.crm.abilities:
        asks.append(lambda: world.crm.place_order(OrderRequest("o-1", world.ada, "place_order", {})))
    for ask in asks:
        with pytest.raises(SignInRefused):
            ask()


def test_a_restart_goes_on_with_the_earlier_sign_in(world: World) -> None:
    credentials = world.sign_in()
    restarted = world.another()

    restarted.resume(credentials)

    assert restarted.account(world.ada) is not None


def test_signing_out_ends_the_token_but_what_is_unsent_can_still_be_sent(world: World) -> None:
    credentials = world.sign_in()
    (event,) = events_of(credentials, 1)
    other = world.another()
    other.resume(credentials)

    world.crm.sign_out()

    with pytest.raises(SignInRefused):
        other.account(world.ada)
    assert world.crm.post_events([event], credentials.device_token).accepted == (event.id,)


def test_a_number_finds_every_account_on_which_it_stands_whole_and_in_order(world: World) -> None:
    world.sign_in()

    (ada,) = world.crm.accounts_by_phone(ADA_PHONE)
    assert (ada.name, ada.first_name, ada.detail) == ("Ada Lovelace", "Ada" if world.whole else None, Detail.FULL)
    shared = world.crm.accounts_by_phone(SHARED_PHONE)
    assert [account.number for account in shared] == ["4222", "4223", "4224"]
    assert world.crm.accounts_by_phone("+442079469999") == ()


def test_one_account_comes_by_its_id_as_it_is_at_the_crm(world: World) -> None:
    world.sign_in()

    known = next(customer.account for customer in named_customers(NOW) if customer.account.id == ADA)

    found = world.crm.account(world.ada)
    assert found is not None
    if world.whole:
        assert replace(found, revision=known.revision, as_of=known.as_of) == known
    else:
        assert (found.name, found.number, found.phones, found.street, found.area) == (
            known.name,
            known.number,
            known.phones,
            known.street,
            known.area,
        )
        assert {"plan", "bill", "contract_end"} <= set(found.unknown)
    assert world.crm.account("no/such?account") is None


def sweep(crm: Crm) -> tuple[list[Account], str | None]:
    everyone: list[Account] = []
    cursor, more = None, True
    while more:
        page = crm.changes(cursor)
        everyone += page.accounts
        cursor, more = page.cursor, page.more
    return everyone, cursor


def test_changes_begin_with_everyone_masked_and_end_with_nothing_new(world: World) -> None:
    world.sign_in()
    everyone, cursor = sweep(world.crm)

    ada = next(account for account in everyone if account.id == world.ada)
    assert (ada.detail, ada.first_name, ada.street, ada.email) == (Detail.INDEX, None, None, None)
    assert "Lovelace" not in ada.name
    assert {"4222", "4223", "4224", "4230"} <= {account.number for account in everyone}
    # One that looks back a little tells again what is known; never anything new.
    known = {(account.id, account.revision) for account in everyone}
    assert {(account.id, account.revision) for account in world.crm.changes(cursor).accounts} <= known


def test_a_cursor_of_another_crm_is_gone(world: World) -> None:
    world.sign_in()

    with pytest.raises(CrmRefused) as refused:
        world.crm.changes("from somewhere else")

    assert refused.value.status == 410


def test_a_factor_is_right_wrong_or_not_on_file(world: World) -> None:
    world.sign_in()
    if Ability.VERIFY not in world.crm.abilities:
        with pytest.raises(CrmUnsupported):
            world.crm.verify(world.ada, "pin", ADA_PIN)
        return

    assert world.crm.verify(world.ada, "pin", ADA_PIN) is VerifyAnswer.YES
    assert world.crm.verify(world.ada, "pin", "0000") is VerifyAnswer.NO
    assert world.crm.verify(world.ada, "mother's maiden name", "Byron") is VerifyAnswer.UNKNOWN
    with pytest.raises(CrmRefused):
        world.crm.verify("acc-none", "pin", ADA_PIN)


def test_after_five_wrong_factors_not_even_the_right_one_is_told(world: World) -> None:
    world.sign_in()
    if Ability.VERIFY not in world.crm.abilities:
        with pytest.raises(CrmUnsupported):
            world.crm.verify(world.ada, "pin", ADA_PIN)
        return

    answers = [world.crm.verify(world.ada, "pin", f"000{n}") for n in range(5)]

    assert set(answers) == {VerifyAnswer.NO}
    assert world.crm.verify(world.ada, "pin", ADA_PIN) is VerifyAnswer.UNKNOWN


def test_events_are_stored_once_however_often_they_are_sent(world: World) -> None:
    events = events_of(world.sign_in(), 300)

    first = world.crm.post_events(events)
    again = world.crm.post_events(events)

    assert (set(first.accepted), first.duplicates, first.rejected) == (set(ids(events)), (), ())
    assert (again.accepted, set(again.duplicates), again.rejected) == ((), set(ids(events)), ())
    assert sorted(world.recorded()) == sorted(ids(events))
    assert first.server_time.tzinfo is not None


def test_a_known_id_with_another_content_is_refused_and_the_rest_of_the_batch_is_taken(world: World) -> None:
    credentials = world.sign_in()
    known, other = events_of(credentials, 2)
    world.crm.post_events([known])

    receipt = world.crm.post_events([replace(known, data={"text": "something else"}), other])

    assert receipt.accepted == (other.id,)
    ((refused_id, status),) = [(refusal.id, refusal.status) for refusal in receipt.rejected]
    assert (refused_id, status) == (known.id, 409)
    assert receipt.rejected[0].problem


def test_an_event_of_a_session_that_was_never_issued_is_refused_alone(world: World) -> None:
    credentials = world.sign_in()
    good, forged = events_of(credentials, 2)

    receipt = world.crm.post_events([good, replace(forged, agent_session=str(uuid_utils.uuid7()))])

    if Ability.EVENTS not in world.crm.abilities:
        # Nothing is counted by sessions there; what an agent recorded in one that is over still goes out.
        assert receipt.rejected == ()
        return
    assert (receipt.accepted, [refusal.id for refusal in receipt.rejected]) == ((good.id,), [forged.id])


def test_an_event_from_another_device_than_the_token_s_is_refused(world: World) -> None:
    credentials = world.sign_in()
    (event,) = events_of(credentials, 1)

    receipt = world.crm.post_events([replace(event, source="/devices/somebody-elses")])

    assert [refusal.id for refusal in receipt.rejected] == [event.id]
    assert world.recorded() == []


def test_an_earlier_sessions_events_go_with_that_sessions_device_token(world: World) -> None:
    earlier = world.sign_in()
    (event,) = events_of(earlier, 1)
    world.sign_in()

    assert world.crm.post_events([event], earlier.device_token).accepted == (event.id,)


def test_a_token_that_nobody_issued_sends_nothing(world: World) -> None:
    events = events_of(world.sign_in(), 1)

    with pytest.raises(SignInRefused):
        world.crm.post_events(events, "made-up")

    assert world.recorded() == []


def test_the_same_order_sent_twice_is_one_order(world: World) -> None:
    world.sign_in()
    order = OrderRequest(str(uuid_utils.uuid7()), world.ada, "place_order", {"offer": "data-pack", "option": "500"})
    if Ability.ORDERS not in world.crm.abilities:
        with pytest.raises(CrmUnsupported):
            world.crm.place_order(order)
        return

    reference = world.crm.place_order(order)

    assert reference
    assert world.crm.place_order(order) == reference
    assert world.crm.place_order(replace(order, id=str(uuid_utils.uuid7()))) != reference
    with pytest.raises(CrmRefused):
        world.crm.place_order(replace(order, id=str(uuid_utils.uuid7()), account="acc-none"))


def test_each_says_whether_it_keeps_events_or_outcomes_alone(world: World) -> None:
    assert world.crm.abilities & {Ability.EVENTS, Ability.OUTCOMES}


def test_each_keeps_the_contract_as_the_doctor_sees_it(world: World) -> None:
    trial = Trial(world.another, "ana", world.password, DEVICE, lambda: NOW, ADA_PHONE)

    findings = list(run_contract(trial, write=True))

    assert [finding for finding in findings if finding.verdict in (Verdict.BROKEN, Verdict.NOT_RUN)] == []
    unable = {finding.check for finding in findings if finding.verdict is Verdict.UNABLE}
    can_all = {Ability.VERIFY, Ability.ORDERS, Ability.CHANGES} <= world.crm.abilities
    assert (unable == set()) is can_all
