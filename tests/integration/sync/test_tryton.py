"""Tryton that answers badly, through a relay that spoils what the real one said; and the doctor's look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uuid_utils

from app.cli import main
from app.domain.event import Event, EventType, NewEvent
from app.hub.demo_named import ADA_PHONE, named_customers
from app.security.vault import Vault
from app.shifts import StoreGate
from app.sync.crm import Credentials, CrmUnreachable
from app.sync.open_crm import open_crm
from app.sync.tryton.crm import UNMATCHED, TrytonCrm
from tests.fakes.fault_server import FaultServer, Reply, Request, fault_server
from tests.fakes.hub import NOW
from tests.fakes.tryton import AGENT, AGENT_PASSWORD, DATABASE, RunningTryton, make_database


@pytest.fixture(scope="module")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTryton]:
    folder = tmp_path_factory.mktemp("tryton")
    make_database(folder / "template")
    running = RunningTryton(folder / "run", folder / "template", [each.account for each in named_customers(NOW)])
    yield running
    running.stop()


def wrapped(credentials: Credentials, account: str | None, sequence: int = 1) -> Event:
    whose = {"account": account} if account is not None else {}
    return Event(
        id=str(uuid_utils.uuid7()),
        source=f"/devices/{credentials.session.device_id}",
        sequence=sequence,
        type=EventType.CALL_WRAPPED,
        time=datetime.now(UTC),
        subject=f"call-{sequence}",
        agent_session=credentials.session.id,
        data={**whose, "disposition": "kept_for_now", "reason": "price", "summary": "Offered 20 % off. Accepted."},
    )


def spoiling(tryton: RunningTryton, server: FaultServer, method: str) -> list[str]:
    """Lets everything through, and answers 500 to the first call of `method` after Tryton has done it."""
    spoilt: list[str] = []

    def relay(request: Request) -> Reply:
        wanted = ("content-type", "authorization")
        headers: dict[str, str] = {name: value for name, value in request.headers.items() if name in wanted}
        answer = httpx.post(tryton.url + request.path, content=request.body, headers=headers, trust_env=False)
        if method.encode() in request.body and not spoilt:
            spoilt.append(method)
            return Reply(500, {"Content-Type": "text/html"}, [b"<h1>Internal Server Error</h1>"])
        kind = answer.headers.get("content-type", "text/plain")
        return Reply(answer.status_code, {"Content-Type": kind, "Date": answer.headers["date"]}, [answer.content])

    server.reply = relay
    return spoilt


def notes_of(tryton: RunningTryton, event: Event) -> list[str]:
    return [note["message"] for note in tryton.notes() if event.id in note["message"]]


def test_an_outcome_is_there_once_although_the_server_said_500_after_it_stored_it(tryton: RunningTryton) -> None:
    with fault_server() as server:
        spoilt = spoiling(tryton, server, "model.ir.note.create")
        crm = tryton.crm(server.address)
        event = wrapped(crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1"), str(tryton.ids["4221"]))

        with pytest.raises(CrmUnreachable):
            crm.post_events([event])
        again = crm.post_events([event])

    assert spoilt == ["model.ir.note.create"]
    assert (again.accepted, again.duplicates) == ((), (event.id,))
    assert len(notes_of(tryton, event)) == 1


def test_the_next_agent_sees_the_outcome_as_a_contact(tryton: RunningTryton) -> None:
    crm: TrytonCrm = tryton.crm()
    credentials = crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1")
    crm.post_events([wrapped(credentials, str(tryton.ids["4224"]))])

    account = crm.account(str(tryton.ids["4224"]))

    assert account is not None
    (contact,) = account.contacts
    assert (contact.outcome, contact.reason, contact.channel) == ("kept for now", "price", "phone")


def test_the_outcome_of_a_call_of_nobody_known_hangs_on_a_party_for_these(tryton: RunningTryton) -> None:
    crm = tryton.crm()
    event = wrapped(crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1"), None)

    assert crm.post_events([event]).accepted == (event.id,)
    assert crm.post_events([event]).duplicates == (event.id,)

    (party,) = tryton.rpc.call(tryton.admin, "model.party.party.search", [["code", "=", UNMATCHED]], 0, None, None)
    (note,) = [note for note in tryton.notes() if event.id in note["message"]]
    assert note["resource"] == f"party.party,{party}"


def test_what_tryton_has_no_place_for_is_acknowledged_and_not_written(tryton: RunningTryton) -> None:
    crm = tryton.crm()
    credentials = crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1")
    event = wrapped(credentials, str(tryton.ids["4221"]))
    other = Event(
        str(uuid_utils.uuid7()),
        event.source,
        2,
        EventType.STEP_ENTERED,
        event.time,
        event.subject,
        event.agent_session,
        {"script": "save", "step": "greeting"},
    )

    receipt = crm.post_events([event, other])

    assert receipt.accepted == (event.id, other.id)
    assert notes_of(tryton, other) == []


def test_a_changed_number_and_a_party_that_is_no_more_come_with_the_changes(tryton: RunningTryton) -> None:
    crm = tryton.crm()
    crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1")
    cursor = crm.changes(None).cursor
    leaving = tryton.add_party(replace(named_customers(NOW)[0].account, number="9001", phones=()))
    party = tryton.ids["4223"]
    (mechanism, *_) = tryton.rpc.call(
        tryton.admin, "model.party.contact_mechanism.search_read", [["party", "=", party]], 0, 1, None, ["id"]
    )
    tryton.rpc.call(tryton.admin, "model.party.contact_mechanism.write", [mechanism["id"]], {"value": "+442079460777"})
    tryton.rpc.call(tryton.admin, "model.party.party.write", [leaving], {"active": False})

    changes = crm.changes(cursor)

    assert "+442079460777" in {phone for account in changes.accounts for phone in account.phones}
    assert str(leaving) in changes.gone


def test_the_doctor_says_what_tryton_keeps_and_what_it_cannot(
    tryton: RunningTryton, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    monkeypatch.setenv("CUECARD_PASSWORD", AGENT_PASSWORD)

    status = main(
        ["doctor", "crm", f"tryton+{tryton.url}/{DATABASE}?region=GB", "--user", AGENT, "--phone", ADA_PHONE, "--write"]
    )

    told = capfdbinary.readouterr().out.decode()
    assert status == 0, told
    assert "can:    changes, outcomes" in told
    assert "unable" in told and "broken" not in told
    assert "Lovelace" not in told


def test_an_agent_works_a_shift_with_tryton_as_the_crm(tryton: RunningTryton, tmp_path: Path) -> None:
    opened = open_crm(f"tryton+{tryton.url}/{DATABASE}?company=Example&policy=uk", "desktop")
    gate = StoreGate(Vault(tmp_path, None), opened.connect, clock=lambda: datetime.now(UTC), random=lambda: 0.0)
    shift = gate.sign_in(AGENT, AGENT_PASSWORD)
    (ada,) = shift.crm.accounts_by_phone(ADA_PHONE)
    (event,) = shift.recorder.record(
        [
            NewEvent(
                str(uuid_utils.uuid7()),
                EventType.CALL_WRAPPED,
                datetime.now(UTC),
                "call-of-the-shift",
                shift.session.id,
                {"account": ada.id, "disposition": "solved", "reason": "", "summary": ""},
            )
        ]
    )
    shift.sync.wake()

    gate.sign_out()

    assert len(notes_of(tryton, event)) == 1
    assert shift.pushes is None
    opened.transport.close()


def test_what_was_recorded_in_a_session_that_is_over_goes_out_in_the_next(tryton: RunningTryton) -> None:
    crm = tryton.crm()
    earlier = crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1")
    event = wrapped(earlier, str(tryton.ids["4221"]))
    crm.sign_out()
    crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1")

    receipt = crm.post_events([event])

    assert (receipt.accepted, receipt.rejected) == ((event.id,), ())


def test_agents_find_parties_by_name_code_and_number(tryton: RunningTryton) -> None:
    crm = tryton.crm()
    crm.sign_in(AGENT, AGENT_PASSWORD, "desk-1")

    for text in ("lovelace", "4221", "020 7946 0123"):
        assert [account.number for account in crm.find_accounts(text, "GB")] == ["4221"], text
    named = crm.by_number("4222")
    assert named is not None and named.number == "4222"
    assert crm.find_accounts("%", "GB") == ()


@pytest.mark.parametrize(
    "address", ["tryton+http://127.0.0.1:1", "tryton+http://127.0.0.1:1/a/b", "tryton+http://127.0.0.1:1/db?colour=red"]
)
def test_an_address_that_names_no_database_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(ValueError, match=r"database|none of"):
        open_crm(address, "desktop")
