"""The hub's rows of the table of bad inputs, over real HTTP: 20 to 23, 26, 27."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import zstandard

from tests.fakes.hub import Desk, RunningHub


@pytest.fixture
def ana(hub: RunningHub) -> Desk:
    return hub.sign_in("ana")


# A token of three parts that claims to need no signature.
UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJzb24tYW5hIn0."


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer cct_made-up", f"Bearer {UNSIGNED}", "Basic YW5hOmFuYQ==", "Bearer ü"],
)
def test_row_20_no_unknown_or_forged_token_gets_401(hub: RunningHub, authorization: str) -> None:
    client = hub.client()
    for method, path in (("GET", "/v1/me"), ("GET", "/v1/accounts?phone=1"), ("POST", "/v1/events")):
        answer = client.request(method, path, headers={b"Authorization": authorization.encode()})
        assert answer.status_code == 401
        assert answer.json()["status"] == 401


def test_row_20_an_expired_token_gets_401_and_one_for_sending_opens_nothing_else(hub: RunningHub, ana: Desk) -> None:
    hub.clock.now = hub.clock.now.replace(year=2027)
    assert ana.client.get("/v1/me").status_code == 401
    assert ana.client.post("/v1/events", json=[]).status_code == 401
    assert hub.client(ana.device_token).post("/v1/events", json=[]).status_code == 401


def test_row_21_an_agent_gets_no_lead_report_and_a_lead_no_other_team_s(hub: RunningHub, ana: Desk) -> None:
    period = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
    assert ana.client.get("/v1/reports/agents", params=period).status_code == 403
    sam = hub.sign_in("sam", "lead-pc").client
    own = sam.get("/v1/reports/agents", params=period | {"team": "blue"})
    assert own.json()["team_name"] == "Blue"
    for team in ("green", "no-such-team"):
        other = sam.get("/v1/reports/agents", params=period | {"team": team})
        assert (other.status_code, "rows" in other.json()) == (404, False)


def test_row_22_an_agent_session_that_the_hub_did_not_issue_is_rejected_and_audited(hub: RunningHub, ana: Desk) -> None:
    made_up = ana.event("call.answered", "call-1", agentsession="01980000-0000-7000-8000-000000000000")
    good = ana.event("call.answered", "call-2")
    answer = ana.send(made_up, good)
    assert answer["accepted"] == [good["id"]]
    assert [(one["id"], one["problem"]["status"]) for one in answer["rejected"]] == [(made_up["id"], 403)]
    assert [(row["kind"], row["about"]) for row in hub.audited()] == [("event-403", made_up["id"])]
    assert [row["id"] for row in hub.recorded()] == [good["id"]]


def test_row_22_another_device_s_session_source_team_or_role_is_rejected(hub: RunningHub, ana: Desk) -> None:
    noor = hub.sign_in("noor", "desk-2")
    forged = [
        ana.event("call.answered", "call-1", agentsession=noor.session["id"]),
        ana.event("call.answered", "call-1", source="/devices/desk-2"),
        ana.event("call.answered", "call-1", agentteam="green"),
        ana.event("call.answered", "call-1", agentrole="lead"),
        ana.event("call.answered", "call-1", agent="person-ira"),
    ]
    answer = ana.send(*forged)
    assert sorted(one["id"] for one in answer["rejected"]) == sorted(event["id"] for event in forged)
    assert {one["problem"]["status"] for one in answer["rejected"]} == {403}
    assert hub.recorded() == []
    assert len(hub.audited()) == 5


def test_row_22_what_an_event_says_truly_of_its_agent_is_taken(ana: Desk) -> None:
    event = ana.event("call.answered", "call-1", agentteam="blue", agentrole="agent", agent="person-ana")
    assert ana.send(event)["accepted"] == [event["id"]]


def test_row_23_the_same_id_with_another_body_is_rejected_with_409_and_audited(hub: RunningHub, ana: Desk) -> None:
    event = ana.event("offer.extended", "call-1", {"offer": "data-pack"})
    ana.send(event)
    changed = event | {"data": {"offer": "plan-down-one"}}
    later = ana.event("offer.accepted", "call-1")
    answer = ana.send(changed, later)
    assert answer["accepted"] == [later["id"]]
    assert answer["duplicates"] == []
    assert [one["problem"]["status"] for one in answer["rejected"]] == [409]
    kept = next(json.loads(row["body"]) for row in hub.recorded() if row["id"] == event["id"])
    assert kept["data"] == {"offer": "data-pack"}
    assert [row["kind"] for row in hub.audited()] == ["event-409"]


def test_row_23_two_bodies_of_one_id_in_one_batch_keep_the_first(hub: RunningHub, ana: Desk) -> None:
    event = ana.event("offer.extended", "call-1", {"offer": "data-pack"})
    answer = ana.send(event, event, event | {"data": {}})
    assert (answer["accepted"], answer["duplicates"]) == ([event["id"]], [])
    assert [one["problem"]["status"] for one in answer["rejected"]] == [409]
    assert len(hub.recorded()) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "cuecard.made.up.v1"}, 422),
        ({"type": "com.example.thing"}, 422),
        ({"time": "yesterday"}, 422),
        ({"time": "2026-03-02T14:02:00"}, 422),
        ({"sequence": 17}, 422),
        ({"sequence": "0"}, 422),
        ({"sequence": "9" * 40}, 422),
        ({"specversion": "0.3"}, 422),
        ({"subject": ""}, 422),
        ({"subject": "a\0b"}, 422),
        ({"data": []}, 422),
        ({"data": {"text": "x" * 70_000}}, 413),
        ({"id": "4221"}, 422),
    ],
)
def test_an_event_that_does_not_fit_is_rejected_alone(ana: Desk, change: dict[str, Any], status: int) -> None:
    wrong, right = ana.event("call.answered", "call-1") | change, ana.event("call.answered", "call-2")
    answer = ana.send(wrong, right)
    assert answer["accepted"] == [right["id"]]
    assert [(one["id"], one["problem"]["status"]) for one in answer["rejected"]] == [(wrong["id"], status)]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "2038-01-19T03:14:08Z", "9999-12-31T23:59:59-12:00"])
def test_row_30_strange_times_are_kept_as_sent(hub: RunningHub, ana: Desk, time: str) -> None:
    event = ana.event("call.answered", "call-1", time=time)
    assert ana.send(event)["accepted"] == [event["id"]]
    assert json.loads(hub.recorded()[0]["body"])["time"] == time


@pytest.mark.parametrize(
    "body",
    [
        {"user": 7, "password": "x", "device_id": "d"},
        {"user": "ana"},
        {"user": "a" * 65, "password": "x", "device_id": "d"},
        {"user": "ana", "password": "x", "device_id": "../../x"},
        {"user": "ana", "password": "x" * 2000, "device_id": "d"},
    ],
)
def test_a_sign_in_of_the_wrong_shape_gets_400(hub: RunningHub, body: dict[str, Any]) -> None:
    assert hub.client().post("/v1/sessions", json=body).status_code == 400


def test_a_query_that_does_not_fit_gets_400_and_is_not_repeated(hub: RunningHub, ana: Desk) -> None:
    answer = ana.client.get("/v1/accounts/changes", params={"limit": "+442079460123"})
    assert answer.status_code == 400
    assert "7946" not in answer.text
    for period in ({}, {"from": "2026-03-02", "to": "2026-03-03"}, {"from": "2026-03-02T00:00:00Z", "to": "'; DROP"}):
        sam = hub.sign_in("sam", "lead-pc").client
        assert sam.get("/v1/reports/agents", params=period).status_code == 400


def test_unknown_routes_and_methods_are_refused_politely(ana: Desk) -> None:
    assert ana.client.get("/v1/nothing").status_code == 404
    assert ana.client.put("/v1/events").status_code == 405


def test_row_27_bombs_are_stopped_at_the_cap(hub: RunningHub, ana: Desk) -> None:
    zeros = b" " * (64 * 1024 * 1024)
    for encoding, bomb in (("gzip", gzip.compress(zeros)), ("zstd", zstandard.compress(zeros))):
        answer = ana.client.post("/v1/events", content=bomb, headers={"Content-Encoding": encoding})
        assert answer.status_code == 413
    assert ana.client.post("/v1/events", content=b"x", headers={"Content-Encoding": "gzip"}).status_code == 400
    assert ana.client.post("/v1/events", content=b"x", headers={"Content-Encoding": "zstd"}).status_code == 400
    assert ana.client.post("/v1/events", content=b"[]", headers={"Content-Encoding": "br"}).status_code == 415


def test_row_27_a_body_without_end_gets_413_at_the_cap(hub: RunningHub, ana: Desk) -> None:
    with _post(hub, ana, "Transfer-Encoding: chunked") as sender:
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        sent = 0
        # The hub answers and hangs up while we are still sending.
        with pytest.raises(OSError):
            while sent < 100 * 1024 * 1024:
                sender.sendall(chunk)
                sent += len(chunk)
    assert ana.client.get("/v1/me").status_code == 200


def test_row_27_a_body_declared_too_large_gets_413_before_it_is_sent(hub: RunningHub, ana: Desk) -> None:
    with _post(hub, ana, f"Content-Length: {10**9}") as sender:
        assert sender.recv(100).startswith(b"HTTP/1.1 413 ")


def _post(hub: RunningHub, ana: Desk, header: str) -> socket.socket:
    """A connection on which the head of a POST of events has been sent."""
    parts = urlsplit(hub.url)
    sender = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)
    head = f"POST /v1/events HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {ana.token}\r\n{header}\r\n\r\n"
    sender.sendall(head.encode())
    return sender


def test_nothing_personal_reaches_a_log(hub: RunningHub, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ana = hub.sign_in("ana")
        ana.client.get("/v1/accounts", params={"phone": "+442079460123"})
        ana.client.post("/v1/accounts/acc-4221/verify", json={"method": "pin", "factor": "4711"})
        ana.client.post("/v1/sessions", json={"user": "ana", "password": "secret-word", "device_id": "d"})
        ana.client.post("/v1/events", content=b"[" * 200_000)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    for word in ("7946", "Ada", "4711", "secret-word", "cct_"):
        assert word not in ours


def test_row_24_an_accept_without_an_extend_or_after_a_decline_is_taken(hub: RunningHub, ana: Desk) -> None:
    offer = {"account": "acc-4230", "offer": "data-pack", "kind": "upsell"}
    batch = [
        ana.event("call.answered", "call-1"),
        ana.event("offer.accepted", "call-1", offer),
        ana.event("call.answered", "call-2"),
        ana.event("offer.declined", "call-2", offer),
        ana.event("offer.accepted", "call-2", offer),
    ]
    assert ana.send(*batch)["rejected"] == []
    sam = hub.sign_in("sam", "lead-pc").client
    period = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
    total = sam.get("/v1/reports/agents", params=period).json()["total"]
    assert (total["calls"], total["extended"], total["accepted"]) == (2, 2, 2)


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_row_24_an_accept_after_the_wrap_up_of_the_agent_s_leg_is_rejected_alone(
    hub: RunningHub, ana: Desk, in_one_batch: bool
) -> None:
    first = [ana.event("call.answered", "call-1"), ana.event("call.wrapped", "call-1", {"talk_s": 60})]
    late = ana.event("offer.accepted", "call-1", {"offer": "data-pack"})
    called_back = [ana.event("call.answered", "call-1"), ana.event("offer.accepted", "call-1", {"offer": "data-pack"})]
    if in_one_batch:
        answer = ana.send(*first, late, *called_back)
    else:
        ana.send(*first)
        hub.hub.projector.settle(10)
        answer = ana.send(late)
        assert ana.send(*called_back)["rejected"] == []
    assert [(one["id"], one["problem"]["status"]) for one in answer["rejected"]] == [(late["id"], 422)]
    assert late["id"] not in {row["id"] for row in hub.recorded()}
