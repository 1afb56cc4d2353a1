"""A switch that the hub listens to for a whole site: each desktop hears of its own agent's calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.hub.phones.errors import PhoneSetupError
from app.hub.phones.extensions import assign
from app.hub.phones.lease import LASTS, take_lease
from app.hub.phones.legs import calls_of, legs_of_source
from app.hub.phones.phones import switch_address
from app.hub.phones.switch import Switch
from tests.fakes.ami import LOOPBACK, Manager, transcript
from tests.fakes.hub import NOW, RunningHub
from tests.fakes.listening import listening
from tests.fakes.postgres import PostgresServer
from tests.phones.real import wait_until

RINGALL = transcript("ringall")


@pytest.fixture
def switch() -> Iterator[Manager]:
    made = Manager()
    yield made
    made.close()


@pytest.fixture
def site(hub: RunningHub) -> RunningHub:
    assign(hub.store, NOW, {"1001": "ana", "sip/1002": "noor"})
    return hub


def listen_to(hub: RunningHub, switch: Manager, secret: str = "right") -> Switch:
    hub.hub.phones.listen_to(f"ami://cuecard@{LOOPBACK}:{switch.port}", lambda name: secret)
    return hub.hub.phones.switches[-1]


def connected(switch: Switch) -> Callable[[], bool]:
    return lambda: switch.state is not None and switch.state.connected


def body(told: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told["data"])
    return found


def test_each_agent_hears_of_his_own_leg_and_who_lost_learns_it(site: RunningHub, switch: Manager) -> None:
    ana, noor = site.sign_in("ana"), site.sign_in("noor", "desk-2")
    with listening(ana) as hers, listening(noor) as his:
        wait_until(connected(listen_to(site, switch)), "the switch")
        switch.say(*RINGALL)
        one: list[dict[str, Any]] = []
        other: list[dict[str, Any]] = []
        while not one or one[-1]["state"] != "ended":
            one.append(body(hers.next()))
        while not other or other[-1]["state"] != "ended":
            other.append(body(his.next()))
    assert {event["agent"] for event in one} == {"SIP/1001"} and {event["agent"] for event in other} == {"SIP/1002"}
    assert {event["linked_id"] for event in one} == {event["linked_id"] for event in other}
    assert one[-1]["end_reason"] == "elsewhere"
    assert [event["seq"] for event in one] == sorted(event["seq"] for event in one)


def test_what_is_under_way_is_known_until_the_switch_says_otherwise(site: RunningHub, switch: Manager) -> None:
    began = [raw for raw in transcript("answered") if b"Hangup" not in raw and b"BridgeLeave" not in raw]
    listening_to = listen_to(site, switch)
    wait_until(connected(listening_to), "the switch")
    switch.say(*began)
    wait_until(lambda: [call.state for call in calls_of(site.store, "person-ana", NOW)] == ["answered"], "the call")

    # The hub is away while the customer hangs up; the next one asks the switch what is on, and nothing is.
    listening_to.close()
    assert legs_of_source(site.store, listening_to._name)
    listen_to(site, switch)

    wait_until(lambda: calls_of(site.store, "person-ana", NOW) == [], "the end")


def test_calls_of_phones_that_are_nobody_s_are_told_to_nobody(hub: RunningHub, switch: Manager) -> None:
    wait_until(connected(listen_to(hub, switch)), "the switch")
    assign(hub.store, NOW, {"1002": "noor"})
    noor = hub.sign_in("noor")
    with listening(noor) as his:
        switch.say(*RINGALL)
        assert body(his.next())["agent"] == "SIP/1002"
    assert {leg.person for leg in legs_of_source(hub.store, hub.hub.phones.switches[0]._name)} <= {"person-noor"}


def test_a_wrong_secret_is_said_in_the_log_and_the_hub_goes_on(
    hub: RunningHub, switch: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    listen_to(hub, switch, "wrong")

    wait_until(lambda: "refuses the manager user" in caplog.text, "the refusal")
    assert hub.client().get("/v1/health").status_code == 200


def test_one_process_of_two_listens_and_the_other_takes_over(
    tmp_path: Path, postgres: PostgresServer, switch: Manager
) -> None:
    database = postgres.new_database()
    one, other = RunningHub(tmp_path, database=database), RunningHub(tmp_path, database=database)
    try:
        assign(one.store, NOW, {"1001": "ana", "1002": "noor"})
        first = listen_to(one, switch)
        wait_until(connected(first), "the first")
        second = listen_to(other, switch)
        name = first._name
        assert not take_lease(one.store, name, "a third", NOW)
        assert second.state is None and switch.logins == 1

        first.close()
        wait_until(connected(second), "the second")
        with listening(one.sign_in("ana")) as hers:
            switch.say(*RINGALL)
            assert body(hers.next())["agent"] == "SIP/1001"
    finally:
        one.stop()
        other.stop()


def test_a_lease_that_nobody_renews_runs_out(hub: RunningHub) -> None:
    assert take_lease(hub.store, "pbx", "one", NOW)
    assert take_lease(hub.store, "pbx", "one", NOW + timedelta(seconds=8))
    assert not take_lease(hub.store, "pbx", "other", NOW + timedelta(seconds=12))
    assert take_lease(hub.store, "pbx", "other", NOW + timedelta(seconds=9) + LASTS)
    assert not take_lease(hub.store, "pbx", "one", NOW + timedelta(seconds=10) + LASTS)


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("baresip://127.0.0.1", "Asterisk only"),
        ("ami://cuecard@pbx/SIP/1001", "for everybody"),
        ("ami://pbx", "no manager user"),
        ("ami://cuecard@pbx:x", "port is no number"),
        ("ami://[", "no address"),
    ],
)
def test_what_names_no_switch_is_said_before_the_hub_starts(phone: str, words: str) -> None:
    with pytest.raises(PhoneSetupError, match=words):
        switch_address(phone)
