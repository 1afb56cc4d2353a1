"""Sessions that a device began without the hub: handed in, countersigned, or refused with their events (row 22)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from uuid_utils import uuid7

from app.hub.administration.messages import UserMove
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.tables import person_standing, withdrawn_device
from app.hub.administration.users import move_user
from app.hub.store import set_setting
from app.security.signatures import PrivateKey, new_key
from tests.fakes.hub import Desk, RunningHub


class OfflineDesk:
    """A desk with a registered key, which begins sessions on its own."""

    def __init__(self, hub: RunningHub, user: str = "ana", device: str = "desk-1") -> None:
        self.hub, self.key = hub, new_key()
        self.desk: Desk = hub.sign_in(user, device)
        self.device = hub.client(self.desk.device_token)
        assert self.register(self.key).status_code == 204

    def register(self, key: PrivateKey) -> httpx.Response:
        return self.desk.client.put("/v1/devices/current/key", json={"public_key": key.public.raw.hex()})

    def statement(self, **changed: Any) -> dict[str, Any]:
        """What the device says of a session that begins now."""
        return {
            "session": str(uuid7()),
            "person": self.desk.session["person"]["id"],
            "device": self.desk.device_id,
            "began_at": self.hub.clock().isoformat(),
        } | changed

    def hand_in(self, statement: Mapping[str, Any], key: PrivateKey | None = None) -> httpx.Response:
        text = msgspec.json.encode(statement)
        signature = (key or self.key).sign(text)
        body = {"statement": text.decode(), "signature": signature.hex()}
        return self.device.post("/v1/sessions/offline", json=body)


@pytest.fixture
def desk(hub: RunningHub) -> OfflineDesk:
    return OfflineDesk(hub)


def test_a_session_begun_offline_is_countersigned_and_its_events_go_out_as_the_agent_s(
    hub: RunningHub, desk: OfflineDesk
) -> None:
    hub.clock.move(timedelta(days=3))
    statement = desk.statement()
    event = desk.desk.event("call.answered", "call-1", agentsession=statement["session"])
    hub.clock.move(timedelta(hours=5))

    answer = desk.hand_in(statement)

    assert answer.status_code == 200, answer.text
    session = answer.json()["session"]
    assert (session["id"], session["person"]["display_name"]) == (statement["session"], "Ana R.")
    assert desk.desk.send(event)["accepted"] == [event["id"]]
    assert [row["person"] for row in hub.recorded()] == ["person-ana"]
    assert [row["detail"] for row in hub.audited()] == ["countersigned"]


def test_a_session_begun_before_a_move_counts_for_the_team_in_which_it_was(hub: RunningHub, desk: OfflineDesk) -> None:
    team = desk.desk.session["person"]["team"]
    before = desk.statement()
    hub.clock.move(timedelta(hours=2))
    other = "blue" if team != "blue" else "green"
    move_user(Office(hub.store, hub.hub.passwords, hub.clock(), MACHINE), UserMove("ana", other))
    hub.clock.move(timedelta(hours=1))
    after = desk.statement()

    assert desk.hand_in(before).json()["session"]["person"]["team"] == team
    assert desk.hand_in(after).json()["session"]["person"]["team"] == other


def test_handing_in_again_is_answered_the_same(desk: OfflineDesk) -> None:
    statement = desk.statement()
    assert desk.hand_in(statement).json()["session"] == desk.hand_in(statement).json()["session"]


def test_what_was_not_handed_in_has_its_events_rejected(desk: OfflineDesk) -> None:
    event = desk.desk.event("call.answered", "call-1", agentsession=desk.statement()["session"])
    assert [refused["problem"]["status"] for refused in desk.desk.send(event)["rejected"]] == [403]


def refused_for(desk: OfflineDesk, answer: httpx.Response, session: str) -> str:
    """The audited reason; nothing of the session may have come in."""
    assert answer.status_code == 403, answer.text
    event = desk.desk.event("call.answered", "call-1", agentsession=session)
    assert [refused["id"] for refused in desk.desk.send(event)["rejected"]] == [event["id"]]
    assert desk.hub.recorded() == []
    return str(next(row["detail"] for row in desk.hub.audited() if row["kind"] == "offline-session"))


def test_a_statement_signed_by_another_key_is_refused(desk: OfflineDesk) -> None:
    statement = desk.statement()
    assert "key" in refused_for(desk, desk.hand_in(statement, new_key()), statement["session"])


def test_a_session_of_another_device_is_refused(desk: OfflineDesk) -> None:
    statement = desk.statement(device="desk-2")
    assert "another device" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_person_who_never_signed_in_on_this_device_is_refused(desk: OfflineDesk) -> None:
    statement = desk.statement(person="person-noor")
    assert "outside of the time" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_session_begun_after_the_lease_is_refused(hub: RunningHub, desk: OfflineDesk) -> None:
    hub.clock.move(timedelta(days=7, minutes=1))
    statement = desk.statement()
    assert "outside of the time" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_session_begun_before_the_first_sign_in_is_refused(hub: RunningHub, desk: OfflineDesk) -> None:
    statement = desk.statement(began_at=(hub.clock() - timedelta(hours=1)).isoformat())
    assert "outside of the time" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_session_of_tomorrow_is_refused(hub: RunningHub, desk: OfflineDesk) -> None:
    statement = desk.statement(began_at=(hub.clock() + timedelta(days=1)).isoformat())
    assert "future" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_site_shortens_the_lease(hub: RunningHub) -> None:
    with hub.store.write() as connection:
        set_setting(connection, "lease_days", "1")
    desk = OfflineDesk(hub)
    hub.clock.move(timedelta(days=1, minutes=1))
    statement = desk.statement()
    assert "outside of the time" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_disabled_person_s_session_is_refused_and_so_are_its_events(hub: RunningHub, desk: OfflineDesk) -> None:
    with hub.store.write() as connection:
        connection.execute(person_standing.insert().values(person="person-ana", disabled_at=1, must_change=0))
    statement = desk.statement()
    assert "no longer let in" in refused_for(desk, desk.hand_in(statement), statement["session"])


def test_a_withdrawn_device_hands_nothing_in(hub: RunningHub, desk: OfflineDesk) -> None:
    with hub.store.write() as connection:
        connection.execute(withdrawn_device.insert().values(device="desk-1", withdrawn_at=1))
    assert desk.hand_in(desk.statement()).status_code in (401, 403)


def test_an_id_that_is_another_session_s_is_refused(hub: RunningHub, desk: OfflineDesk) -> None:
    hub.clock.move(timedelta(hours=1))
    answer = desk.hand_in(desk.statement(session=desk.desk.session["id"]))
    assert answer.status_code == 403


def test_a_device_s_first_key_stays(hub: RunningHub, desk: OfflineDesk) -> None:
    assert desk.register(desk.key).status_code == 204
    assert desk.register(new_key()).status_code == 409
    assert [row["detail"] for row in hub.audited()] == ["another key"]
    assert desk.hand_in(desk.statement()).status_code == 200


def test_a_device_s_token_registers_no_key(desk: OfflineDesk) -> None:
    body = {"public_key": new_key().public.raw.hex()}
    assert desk.device.put("/v1/devices/current/key", json=body).status_code == 403


@pytest.mark.parametrize("statement", ["", "[]", '{"session": "x"}', '{"session": 1}', "\ud800"])
def test_what_is_no_statement_gets_400(desk: OfflineDesk, statement: str) -> None:
    body = json.dumps({"signature": "0" * 128, "statement": statement})
    assert desk.device.post("/v1/sessions/offline", content=body).status_code == 400
