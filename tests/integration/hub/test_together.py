"""Many at once, and the lead's figures at the end of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from tests.fakes.hub import Desk, RunningHub

PERIOD = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}


def a_call(desk: Desk, call: str) -> list[dict[str, Any]]:
    offer = {"account": "acc-4230", "offer": "data-pack", "kind": "upsell"}
    return [
        desk.event("call.offered", call, {"direction": "inbound"}),
        desk.event("call.answered", call, {"by": "agent"}),
        desk.event("offer.eligible", call, offer),
        desk.event("offer.extended", call, offer),
        desk.event("offer.accepted", call, offer | {"option": "500", "points": 3}),
        desk.event("call.wrapped", call, {"talk_s": 140}),
    ]


def test_a_batch_sent_by_ten_at_once_is_recorded_once(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    batch = [event for number in range(20) for event in a_call(ana, f"call-{number}")]
    with ThreadPoolExecutor(10) as senders:
        answers = list(senders.map(lambda _: ana.send(*batch), range(10)))
    ids = [event["id"] for event in batch]
    accepted = [event_id for answer in answers for event_id in answer["accepted"]]
    assert sorted(accepted) == sorted(ids)
    assert all(sorted(answer["accepted"] + answer["duplicates"]) == sorted(ids) for answer in answers)
    assert len(hub.recorded()) == len(batch)


def test_one_call_makes_the_lead_s_figures_one_of_one(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*a_call(ana, "call-1"))
    report = hub.sign_in("sam", "lead-pc").client.get("/v1/reports/agents", params=PERIOD).json()
    row = next(row for row in report["rows"] if row["name"] == "Ana R.")
    for name in ("extend_rate", "accept_rate", "opportunity_rate", "success_rate"):
        assert (row[name]["numerator"], row[name]["denominator"]) == (1, 1)
    assert report["total"]["points"] == 3
    assert report["as_of"] == "2026-03-02T14:02:00+00:00"


def test_a_lead_sees_own_agents_only(hub: RunningHub) -> None:
    for user, device in (("ana", "desk-1"), ("noor", "desk-2")):
        desk = hub.sign_in(user, device)
        desk.send(*a_call(desk, f"{user}-1"))
    blue = hub.sign_in("sam", "lead-pc").client.get("/v1/reports/agents", params=PERIOD).json()
    green = hub.sign_in("mia", "lead-pc").client.get("/v1/reports/agents", params=PERIOD).json()
    assert [row["name"] for row in blue["rows"]] == ["Ana R.", "Bo K.", "Cy D.", "Ira M."]
    assert [row["name"] for row in green["rows"]] == ["Joel T.", "Noor B."]
    assert (blue["total"]["calls"], green["total"]["calls"]) == (1, 1)


def test_a_call_counts_whole_in_the_period_in_which_it_was_answered(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    offered, answered, *rest = a_call(ana, "call-1")
    hub.clock.move(timedelta(hours=12))
    ana.send(
        offered | {"time": "2026-03-02T23:59:58Z"},
        answered | {"time": "2026-03-02T23:59:59Z"},
        *(event | {"time": "2026-03-03T00:02:00Z"} for event in rest),
    )
    sam = hub.sign_in("sam", "lead-pc").client
    next_day = {"from": "2026-03-03T00:00:00Z", "to": "2026-03-04T00:00:00Z"}
    first, second = (sam.get("/v1/reports/agents", params=period).json()["total"] for period in (PERIOD, next_day))
    assert (first["calls"], first["accepted"], second["calls"]) == (1, 1, 0)


def test_two_devices_with_one_event_id_are_two_events(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana", "desk-1"), hub.sign_in("ira", "desk-2")
    event = ana.event("call.answered", "call-1")
    twin = ira.event("call.answered", "call-2", id=event["id"])
    assert ana.send(event)["accepted"] == ira.send(twin)["accepted"] == [event["id"]]
    assert len(hub.recorded()) == 2
