"""What is pushed reaches whom it is meant for, once, also those who were away, also through another hub process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hub import RunningHub
from tests.fakes.listening import listening
from tests.fakes.postgres import PostgresServer


def test_a_push_reaches_those_it_is_for(hub: RunningHub) -> None:
    ana, noor = hub.sign_in("ana"), hub.sign_in("noor", "desk-2")
    with listening(ana) as blue, listening(noor) as green:
        hub.hub.push("alert", {"text": "outage in the north"}, team="blue")
        hub.hub.push("call", {"call": "call-1"}, person="person-noor")
        last = hub.hub.push("settings", {})
        assert [blue.next()["event"] for _ in range(2)] == ["alert", "settings"]
        got = [green.next() for _ in range(2)]
        assert [one["event"] for one in got] == ["call", "settings"]
        assert (got[1]["id"], got[1]["data"]) == (str(last), "{}")
        assert blue.has_nothing() and green.has_nothing()


def test_what_came_while_a_desktop_was_away_comes_when_it_is_back(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    with listening(ana) as desk:
        first = hub.hub.push("release", {"release": "1"})
        assert desk.next()["id"] == str(first)
    second = hub.hub.push("release", {"release": "2"})
    with listening(ana, **{"Last-Event-ID": str(first)}) as desk:
        assert desk.next()["id"] == str(second)


def test_what_was_acknowledged_does_not_come_again(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    numbers = [hub.hub.push("release", {"release": str(n)}) for n in range(3)]
    assert ana.client.post("/v1/push/seen", json={"number": numbers[1]}).status_code == 204
    assert ana.client.post("/v1/push/seen", json={"number": numbers[0]}).status_code == 204
    with listening(ana) as desk:
        assert desk.next()["id"] == str(numbers[2])
        assert desk.has_nothing()


def test_a_lead_tells_his_own_team_and_no_other(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "lead-pc"), hub.sign_in("ana")
    with listening(ana) as desk:
        told = sam.client.post("/v1/push/alerts", json={"team": "blue", "text": "Pizza at noon"})
        assert told.status_code == 201
        assert desk.next()["id"] == str(told.json()["number"])
    assert sam.client.post("/v1/push/alerts", json={"team": "green", "text": "x"}).status_code == 404
    assert ana.client.post("/v1/push/alerts", json={"team": "blue", "text": "x"}).status_code == 403


@pytest.mark.parametrize("last", ["-1", "soon", "9" * 30, "٣"])
def test_a_number_that_is_none_of_the_hub_s_gets_400(hub: RunningHub, last: str) -> None:
    ana = hub.sign_in("ana")
    answer = ana.client.get("/v1/push", headers={b"Last-Event-ID": last.encode()})
    assert answer.status_code == 400


def test_a_device_s_token_hears_nothing(hub: RunningHub) -> None:
    assert hub.client(hub.sign_in("ana").device_token).get("/v1/push").status_code == 403


def test_a_push_through_one_hub_process_reaches_those_at_another(tmp_path: Path, postgres: PostgresServer) -> None:
    database = postgres.new_database()
    one, other = RunningHub(tmp_path, database=database), RunningHub(tmp_path, database=database)
    try:
        with listening(other.sign_in("ana")) as desk:
            number = one.hub.push("alert", {"text": "x"}, team="blue")
            assert desk.next()["id"] == str(number)
    finally:
        one.stop()
        other.stop()


def test_the_metrics_count_answers_events_and_listeners(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    event = ana.event("call.answered", "call-1")
    ana.send(event)
    ana.send(event, ana.event("call.answered", "call-1", source="/devices/x"))
    with listening(ana):
        text = hub.client().get("/metrics").text
    lines: dict[str, Any] = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    outcomes = {
        name: lines[f'cuecard_hub_events_total{{outcome="{name}"}}'] for name in ("accepted", "duplicate", "rejected")
    }
    assert outcomes == {"accepted": "1", "duplicate": "1", "rejected": "1"}
    assert lines["cuecard_hub_push_connections"] == "1"
    assert lines['cuecard_hub_answers_total{status="200"}'] == "3"
    assert "person" not in text
