"""The hub over real HTTP: what the desktop relies on."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import msgspec
import zstandard

from app.domain.account import Account, Detail
from app.hub.demo_named import ADA_PHONE, ADA_PIN, SHARED_PHONE
from app.hub.routes.events import EVENTS_TYPE
from tests.fakes.hub import RunningHub


def test_health_readiness_and_capabilities_need_no_sign_in(hub: RunningHub) -> None:
    client = hub.client()
    assert client.get("/v1/health").json()["status"] == "ok"
    assert client.get("/v1/ready").json()["status"] == "ok"
    capabilities = client.get("/v1/capabilities").json()
    assert (capabilities["max_batch"], capabilities["max_bytes"]) == (2000, 4194304)
    assert capabilities["encodings"] == ["zstd", "gzip"]
    assert capabilities["server_time"] == "2026-03-02T14:02:00Z"


def test_the_openapi_text_describes_every_route_with_what_it_takes(hub: RunningHub) -> None:
    text = hub.client().get("/openapi.json").json()
    assert text["openapi"].startswith("3.1")
    assert {"/v1/sessions", "/v1/events", "/v1/orders", "/v1/accounts/{account_id}/verify"} <= set(text["paths"])
    taken = text["paths"]["/v1/events"]["post"]["requestBody"]["content"][EVENTS_TYPE]["schema"]
    assert taken["items"]["properties"]["agentsession"] == {"type": "string"}


def test_signing_in_gives_the_session_and_two_tokens(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    assert ana.session["person"]["display_name"] == "Ana R."
    assert (ana.session["team_name"], ana.session["site_region"], ana.session["currency"]) == ("Blue", "GB", "GBP")
    assert ana.client.get("/v1/me").json() == ana.session
    assert ana.token != ana.device_token


def test_user_names_are_told_apart_without_regard_to_case(hub: RunningHub) -> None:
    who = {"user": "ANA", "password": hub.sign_ins.agent.password, "device_id": "desk-1"}
    assert hub.client().post("/v1/sessions", json=who).status_code == 201


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(hub: RunningHub) -> None:
    client = hub.client()
    known = client.post("/v1/sessions", json={"user": "ana", "password": "wrong", "device_id": "desk-1"})
    unknown = client.post("/v1/sessions", json={"user": "nobody", "password": "wrong", "device_id": "desk-1"})
    assert known.status_code == unknown.status_code == 401
    assert known.content == unknown.content
    assert known.headers["content-type"] == "application/problem+json"


def test_too_many_wrong_passwords_are_put_off_and_the_wait_is_told(hub: RunningHub) -> None:
    client = hub.client()
    wrong = {"user": "ana", "password": "wrong", "device_id": "desk-1"}
    assert [client.post("/v1/sessions", json=wrong).status_code for _ in range(8)] == [401] * 8
    right = wrong | {"password": hub.sign_ins.agent.password}
    put_off = client.post("/v1/sessions", json=right)
    assert put_off.status_code == 429
    assert put_off.headers["retry-after"] == "900"
    hub.clock.move(timedelta(seconds=901))
    assert client.post("/v1/sessions", json=right).status_code == 201


def test_a_token_ends_after_twelve_hours_and_at_sign_out(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    assert ana.client.delete("/v1/sessions/current").status_code == 204
    assert ana.client.get("/v1/me").status_code == 401
    later = hub.sign_in("ana")
    hub.clock.move(timedelta(hours=12))
    assert later.client.get("/v1/me").status_code == 401


def test_events_of_an_agent_who_has_left_still_go_out_by_the_device_s_token(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    event = ana.event("call.answered", "call-1")
    ana.client.delete("/v1/sessions/current")
    hub.clock.move(timedelta(days=3))
    assert ana.send(event)["accepted"] == [event["id"]]
    assert hub.recorded()[0]["person"] == "person-ana"


def test_the_next_agent_s_credential_sends_the_earlier_agent_s_events_as_hers(hub: RunningHub) -> None:
    ana = hub.sign_in("ana", "shared-pc")
    ira = hub.sign_in("ira", "shared-pc")
    ira.send(ana.event("call.answered", "call-1"))
    assert [row["person"] for row in hub.recorded()] == ["person-ana"]


def test_a_device_s_token_opens_nothing_but_sending(hub: RunningHub) -> None:
    device = hub.client(hub.sign_in("ana").device_token)
    assert device.get("/v1/me").status_code == 403
    assert device.get("/v1/accounts", params={"phone": ADA_PHONE}).status_code == 403


def test_accounts_are_found_by_number_in_full(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    found = msgspec.convert(ana.get("/v1/accounts", params={"phone": ADA_PHONE}).json()["accounts"], list[Account])
    assert [(account.name, account.number, account.detail) for account in found] == [
        ("Ada Lovelace", "4221", Detail.FULL)
    ]
    shared = ana.get("/v1/accounts", params={"phone": SHARED_PHONE}).json()["accounts"]
    assert [account["number"] for account in shared] == ["4222", "4223", "4224"]
    assert ana.get("/v1/accounts", params={"phone": "+442079460999'; DROP TABLE account"}).json() == {"accounts": []}


def test_one_account_is_read_by_its_id(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    assert ana.get("/v1/accounts/acc-4221").json()["name"] == "Ada Lovelace"
    assert ana.get("/v1/accounts/acc-none").status_code == 404


def test_changes_come_masked_and_page_by_page(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    first = ana.get("/v1/accounts/changes", params={"limit": 15}).json()
    second = ana.get("/v1/accounts/changes", params={"limit": 15, "cursor": first["cursor"]}).json()
    assert (len(first["accounts"]), first["more"], len(second["accounts"]), second["more"]) == (15, True, 5, False)
    ada = next(account for account in first["accounts"] if account["number"] == "4221")
    assert (ada["name"], ada["first_name"], ada["street"], ada["email"]) == ("A•• L•••••••", None, None, None)
    assert ana.get("/v1/accounts/changes", params={"cursor": second["cursor"]}).json()["accounts"] == []


def test_a_cursor_of_another_database_is_gone(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    for cursor in ("other.3", "nonsense", f"{hub.store.identity}.{'9' * 17}", f"{hub.store.identity}.-1"):
        assert ana.get("/v1/accounts/changes", params={"cursor": cursor}).status_code == 410


def test_a_caller_s_pin_is_answered_yes_no_or_unknown(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client

    def tried(method: str, factor: str) -> str:
        answer = ana.post("/v1/accounts/acc-4221/verify", json={"method": method, "factor": factor})
        return str(answer.json()["answer"])

    assert tried("pin", ADA_PIN) == "yes"
    assert tried("pin", "0000") == "no"
    assert tried("branch-id", "123456") == "unknown"
    missing = ana.post("/v1/accounts/acc-none/verify", json={"method": "pin", "factor": "1"})
    assert missing.status_code == 404


def test_after_five_wrong_factors_even_the_right_one_is_unknown_for_a_while(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    url = "/v1/accounts/acc-4221/verify"
    wrong = [ana.post(url, json={"method": "pin", "factor": "0000"}).json()["answer"] for _ in range(6)]
    assert wrong == ["no"] * 5 + ["unknown"]
    right = {"method": "pin", "factor": ADA_PIN}
    assert ana.post(url, json=right).json()["answer"] == "unknown"
    hub.clock.move(timedelta(minutes=16))
    assert ana.post(url, json=right).json()["answer"] == "yes"


def test_an_order_sent_twice_is_one_order(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    order = {"id": "order-1", "account": "acc-4221", "action": "place_order", "details": {"offer": "data-pack"}}
    first = ana.post("/v1/orders", json=order)
    again = ana.post("/v1/orders", json=order)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert ana.post("/v1/orders", json=order | {"action": "start_cancellation"}).status_code == 409
    other = ana.post("/v1/orders", json=order | {"id": "order-2"})
    assert other.json()["reference"] != first.json()["reference"]
    assert ana.post("/v1/orders", json=order | {"id": "order-3", "action": "drop_table"}).status_code == 422


def test_a_batch_is_recorded_once_however_often_it_is_sent(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    batch = [ana.event("call.offered", "call-1"), ana.event("call.answered", "call-1")]
    first = ana.send(*batch)
    again = ana.send(*batch)
    ids = [event["id"] for event in batch]
    assert (first["accepted"], first["duplicates"], first["rejected"]) == (ids, [], [])
    assert (again["accepted"], again["duplicates"], again["rejected"]) == ([], ids, [])
    assert sorted(row["id"] for row in hub.recorded()) == sorted(ids)


def test_batches_may_come_packed_by_zstd_or_gzip(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    for encoding, pack in (("zstd", zstandard.compress), ("gzip", gzip.compress)):
        event = ana.event("note.saved", "call-1")
        headers = {"Content-Type": EVENTS_TYPE, "Content-Encoding": encoding}
        answer = ana.client.post("/v1/events", content=pack(json.dumps([event]).encode()), headers=headers)
        assert answer.json()["accepted"] == [event["id"]]


def test_a_full_batch_of_two_thousand_events_is_taken(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    batch = [ana.event("step.entered", f"call-{place}") for place in range(2000)]
    assert len(ana.send(*batch)["accepted"]) == 2000
    assert len(ana.send(*batch)["duplicates"]) == 2000
    over = ana.client.post("/v1/events", json=[*batch, ana.event("step.entered", "call-x")])
    assert over.status_code == 413
