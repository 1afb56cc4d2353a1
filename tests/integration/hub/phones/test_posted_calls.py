"""Calls that phone systems post: who may, what becomes of them, and what comes twice, late or from a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.hub.phones.extensions import assign
from app.hub.phones.sources import add_source, remove_source
from app.hub.phones.tables import phone_source
from tests.fakes.hub import NOW, Desk, RunningHub
from tests.fakes.listening import listening
from tests.fakes.phone_posts import (
    AIRCALL_TOKEN,
    AUTH_TOKEN,
    CUSTOMER,
    SHARED,
    aircall_event,
    own_event,
    post_json,
    post_twilio,
    twilio_fields,
)

TWILIO, AIRCALL, OWN = "/v1/phones/twilio", "/v1/phones/aircall", "/v1/phones/own"


@pytest.fixture
def site(hub: RunningHub) -> Iterator[RunningHub]:
    """A hub with one source of each kind, and two agents' phones."""
    for kind, name, secret in (
        ("twilio", "twilio", AUTH_TOKEN),
        ("aircall", "aircall", AIRCALL_TOKEN),
        ("json", "own", SHARED),
    ):
        add_source(hub.store, NOW, name=name, kind=kind, secret=secret)
    assign(hub.store, NOW, {"1001": "ana", "ana": "ana", "456": "ana", "user789@example.com": "noor"})
    yield hub


def calls(desk: Desk) -> list[dict[str, Any]]:
    answer = desk.client.get("/v1/calls/current")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["calls"]
    return found


def test_a_call_that_twilio_tells_of_reaches_its_agent_and_nobody_else(site: RunningHub) -> None:
    ana, noor = site.sign_in("ana"), site.sign_in("noor", "desk-2")
    path = TWILIO + "?queue=retention&dnis=%2B448081570100&account=104230&menu=cancel"
    with listening(ana) as hers, listening(noor) as his:
        for status in ("ringing", "in-progress", "completed"):
            assert post_twilio(site.client(), path, twilio_fields(status, NOW)).status_code == 204
        told = [hers.next() for _ in range(3)]
        assert his.has_nothing()
    events = [json.loads(one["data"]) for one in told]
    assert {one["event"] for one in told} == {"call"}
    assert [event["state"] for event in events] == ["ringing", "answered", "ended"]
    first = events[0]
    assert (first["leg_id"], first["linked_id"], first["ani_e164"]) == ("CA1", "CA0", CUSTOMER)
    assert (first["queue"], first["dnis"]) == ("retention", "+448081570100")
    assert first["attached"] == {"account": "104230", "menu": "cancel"}


def test_a_secret_that_was_changed_in_the_database_costs_the_other_systems_nothing(site: RunningHub) -> None:
    ana = site.sign_in("ana")
    with site.store.write() as connection:
        changed = update(phone_source).where(phone_source.c.name == "aircall")
        connection.execute(changed.values(secret=b"x" * 40))

    assert post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW)).status_code == 204
    assert [call["leg_id"] for call in calls(ana)] == ["CA1"]
    assert site.client().post(AIRCALL, json={}).status_code == 403


def test_the_calls_under_way_can_be_read_again_until_they_end(site: RunningHub) -> None:
    ana, noor = site.sign_in("ana"), site.sign_in("noor", "desk-2")
    post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW))
    post_twilio(site.client(), TWILIO, twilio_fields("in-progress", NOW))

    assert [(call["leg_id"], call["state"]) for call in calls(ana)] == [("CA1", "answered")]
    assert calls(noor) == []

    post_twilio(site.client(), TWILIO, twilio_fields("completed", NOW))
    assert calls(ana) == []


def test_a_call_that_rings_for_longer_than_any_does_is_no_longer_told(site: RunningHub) -> None:
    ana = site.sign_in("ana")
    post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW))
    site.clock.move(timedelta(minutes=6))

    assert calls(ana) == []


@pytest.mark.parametrize("order", [("ringing", "completed", "in-progress"), ("completed", "ringing", "in-progress")])
def test_what_comes_after_the_end_does_not_raise_the_call_again(site: RunningHub, order: tuple[str, ...]) -> None:
    ana = site.sign_in("ana")
    for status in order:
        assert post_twilio(site.client(), TWILIO, twilio_fields(status, NOW)).status_code == 204

    assert calls(ana) == []


def test_the_same_delivery_again_is_answered_alike_and_does_nothing(site: RunningHub) -> None:
    ana = site.sign_in("ana")
    with listening(ana) as desk:
        for _ in range(3):
            assert post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW)).status_code == 204
            assert post_json(site.client(), OWN, own_event("ringing", "event-1"), NOW).status_code == 204
        assert {json.loads(desk.next()["data"])["source"] for _ in range(2)} == {"twilio", "own"}
        site.hub.push("settings", {})
        assert desk.next()["event"] == "settings"


def test_an_id_that_was_delivered_with_another_state_does_nothing(site: RunningHub) -> None:
    ana = site.sign_in("ana")
    post_json(site.client(), OWN, own_event("ringing", "event-1"), NOW)
    post_json(site.client(), OWN, own_event("ended", "event-1"), NOW)

    assert [call["state"] for call in calls(ana)] == ["ringing"]


def test_a_request_of_six_minutes_ago_is_refused_and_audited(site: RunningHub) -> None:
    before = NOW - timedelta(minutes=6)

    assert post_twilio(site.client(), TWILIO, twilio_fields("ringing", before)).status_code == 403
    assert post_json(site.client(), OWN, own_event("ringing", "1"), before).status_code == 403
    assert site.client().post(AIRCALL, json=aircall_event("call.answered", before)).status_code == 403

    kept = [row for row in site.audited() if row["kind"] == "phone-refused"]
    assert [(row["about"], row["detail"]) for row in kept] == [
        ("twilio", "stale"),
        ("own", "stale"),
        ("aircall", "stale"),
    ]


def test_whoever_cannot_sign_is_refused_audited_without_what_he_sent_and_held_back(site: RunningHub) -> None:
    ana, client = site.sign_in("ana"), site.client()
    fields = twilio_fields("ringing", NOW)
    answers = [
        client.post(TWILIO, data=fields),
        post_twilio(client, TWILIO, fields, token="another"),
        post_twilio(client, TWILIO, fields, url="https://elsewhere.example.com" + TWILIO),
        post_twilio(client, TWILIO, fields, signature="not base64!"),
        post_twilio(client, "/v1/phones/nobody", fields),
        post_json(client, OWN, own_event("ringing", "1"), NOW, secret="t" * 40),
        client.post(OWN, json=own_event("ringing", "1")),
        client.post(AIRCALL, json=aircall_event("call.answered", NOW) | {"token": "wrong"}),
        client.post(AIRCALL, json=aircall_event("call.answered", NOW) | {"token": ""}),
    ]

    assert [answer.status_code for answer in answers] == [401, 403, 403, 403, 403, 403, 401, 403, 401]
    rows = [row for row in site.audited() if row["kind"] == "phone-refused"]
    assert len(rows) == len(answers)
    assert "7946" not in json.dumps([{**row, "digest": ""} for row in rows])
    assert calls(ana) == []

    flood = [post_twilio(client, TWILIO, fields, token="another").status_code for _ in range(20)]
    assert flood.count(429) >= 5
    assert len([row for row in site.audited() if row["kind"] == "phone-refused"]) < 25
    # Who signs is let in meanwhile, from the same address.
    assert post_twilio(client, TWILIO, fields).status_code == 204


def test_behind_a_proxy_the_public_address_is_what_is_signed(site: RunningHub) -> None:
    public = "https://hub.example.com/v1/phones/twilio"
    add_source(site.store, NOW, name="proxied", kind="twilio", secret=AUTH_TOKEN, public_url=public)
    site.hub.phones.door.look_again()
    path, fields = "/v1/phones/proxied?queue=care", twilio_fields("ringing", NOW)

    assert post_twilio(site.client(), path, fields).status_code == 403
    assert post_twilio(site.client(), path, fields, url=f"{public}?queue=care").status_code == 204
    # Twilio writes the usual port out for some requests.
    with_port = f"{public.replace('.com/', '.com:443/')}?queue=care"
    again = twilio_fields("in-progress", NOW)
    assert post_twilio(site.client(), path, again, url=with_port).status_code == 204


def test_what_is_signed_and_cannot_be_read_gets_a_sentence(site: RunningHub) -> None:
    unreadable = [
        *(b"{", b"[]", b'"text"', b"[" * 60_000, b"\xff" * 20),
        own_event("dancing", "1"),
        own_event("ringing", "1", surprise=1),
        own_event("ringing", "1", attached={str(n): "x" for n in range(21)}),
        [own_event("ringing", str(n)) for n in range(101)],
    ]
    for body in unreadable:
        answer = post_json(site.client(), OWN, body, NOW)
        assert answer.status_code == 400, body
        assert answer.headers["content-type"] == "application/problem+json" and "dancing" not in answer.text
    assert post_json(site.client(), OWN, b"[" * 100_000, NOW).status_code == 413
    assert post_twilio(site.client(), TWILIO, twilio_fields("dancing", NOW)).status_code == 400
    assert post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW, Timestamp="soon")).status_code == 400
    assert site.client().post(AIRCALL, content=b"{").status_code == 400


def test_aircall_rings_two_agents_and_the_one_who_loses_is_told(site: RunningHub) -> None:
    ana, noor = site.sign_in("ana"), site.sign_in("noor", "desk-2")
    ringing = [aircall_event("call.ringing_on_agent", NOW, user) for user in (456, 789)]
    for event in ringing:
        assert site.client().post(AIRCALL, json=event).status_code == 204
    assert [call["state"] for desk in (ana, noor) for call in calls(desk)] == ["ringing", "ringing"]

    with listening(noor) as his:
        site.client().post(AIRCALL, json=aircall_event("call.answered", NOW + timedelta(seconds=4), 456))
        lost = json.loads(his.next()["data"])
    assert (lost["state"], lost["end_reason"], lost["leg_id"]) == ("ended", "elsewhere", "99-789")
    assert [call["state"] for call in calls(ana)] == ["answered"] and calls(noor) == []

    hungup = aircall_event("call.hungup", NOW + timedelta(seconds=60), None, answered_at=1)
    site.client().post(AIRCALL, json=hungup)
    assert calls(ana) == []


def test_a_call_for_a_phone_that_is_nobody_s_is_said_without_the_number(
    site: RunningHub, caplog: pytest.LogCaptureFixture
) -> None:
    fields = twilio_fields("ringing", NOW, To="sip:+442079460777@pbx.example.com")

    assert post_twilio(site.client(), TWILIO, fields).status_code == 204

    assert "nobody's" in caplog.text and "0777" not in caplog.text
    assign(site.store, NOW, {"+442079460777": "ana"})


def test_a_source_that_was_removed_is_a_stranger(site: RunningHub) -> None:
    remove_source(site.store, NOW, "twilio")
    site.hub.phones.door.look_again()

    assert post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW)).status_code == 403


def test_a_secret_is_not_to_be_found_in_the_database(tmp_path: Path) -> None:
    hub = RunningHub(tmp_path)
    try:
        add_source(hub.store, NOW, name="own", kind="json", secret="find-me-" * 5)
        with hub.store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    finally:
        hub.stop()
    assert not [file for file in tmp_path.iterdir() if b"find-me-" in file.read_bytes()]


def test_many_at_once_are_all_passed_on_once(site: RunningHub) -> None:
    ana = site.sign_in("ana")

    def post(number: int) -> int:
        with httpx.Client(base_url=site.url, trust_env=False, timeout=20) as client:
            event = own_event("ringing", f"event-{number % 50}", call=f"leg-{number % 50}")
            return post_json(client, OWN, event, NOW).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(100)))

    assert set(answers) == {204}
    assert sorted(call["leg_id"] for call in calls(ana)) == sorted(f"leg-{number}" for number in range(50))


def test_only_an_agent_reads_his_calls(site: RunningHub) -> None:
    assert site.client().get("/v1/calls/current").status_code == 401


def test_a_call_of_whose_end_nobody_tells_is_ended_on_the_desktop_too(site: RunningHub) -> None:
    ana = site.sign_in("ana")
    with listening(ana) as desk:
        post_twilio(site.client(), TWILIO, twilio_fields("ringing", NOW))
        assert json.loads(desk.next()["data"])["state"] == "ringing"
        site.clock.move(timedelta(minutes=6))
        site.hub.phones.switchboard.tidy_soon()
        ended = json.loads(desk.next()["data"])
    assert (ended["leg_id"], ended["state"], ended["end_reason"]) == ("CA1", "ended", "unknown")
