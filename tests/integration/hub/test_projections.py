"""The sums that reports read: the same as counting every event, however late, twice or corrected they come."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.hub import schema
from app.hub.projector import SLOT, catch_up, rebuild
from app.hub.store import Store
from app.reports.brief import OFFER_COUNTS
from tests.fakes.hub import NOW, Desk, RunningHub

PERIOD = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
OFFER = {"account": "acc-4230", "offer": "data-pack", "kind": "upsell"}


def a_call(desk: Desk, call: str) -> list[dict[str, Any]]:
    return [
        desk.event("call.offered", call, {"direction": "inbound"}),
        desk.event("call.answered", call, {"by": "agent"}),
        desk.event("step.entered", call, {"script": "care", "step": "hello"}),
        desk.event("offer.eligible", call, OFFER),
        desk.event("offer.extended", call, OFFER),
        desk.event("offer.accepted", call, OFFER | {"points": 3}),
        desk.event("call.wrapped", call, {"talk_s": 140}),
    ]


def total(hub: RunningHub, **period: str) -> dict[str, Any]:
    sam = hub.sign_in("sam", "lead-pc").client
    counted: dict[str, Any] = sam.get("/v1/reports/agents", params=PERIOD | period).json()["total"]
    return counted


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    tables = (schema.call_tally, schema.offer_tally, schema.step_tally)
    with store.read() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)) if any(row[-3:]))
            for table in tables
        }


def test_a_correction_that_comes_later_takes_its_event_out_of_the_sums(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    call = a_call(ana, "call-1")
    ana.send(*call)
    assert (total(hub)["accepted"], total(hub)["points"]) == (1, 3)
    ana.send(ana.event("event.corrected", "call-1", {"corrects": call[5]["id"]}))
    assert (total(hub)["extended"], total(hub)["accepted"], total(hub)["points"]) == (1, 0, 0)


def test_an_event_that_comes_days_late_counts_in_its_call(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    *most, accepted, _ = a_call(ana, "call-1")
    ana.send(*most)
    assert total(hub)["accepted"] == 0
    hub.clock.move(timedelta(days=5))
    ana.send(accepted)
    assert total(hub)["accepted"] == 1


def test_a_period_may_begin_and_end_at_any_moment(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    hub.clock.move(timedelta(hours=2))
    for minute in range(0, 60, 7):
        ana.send(*({**event, "time": f"2026-03-02T15:{minute:02}:30Z"} for event in a_call(ana, f"call-{minute}")))
    assert total(hub)["calls"] == 9
    for begin, end, calls in (("15:07:30", "15:21:30", 2), ("15:07:31", "15:52:00", 6), ("15:00:31", "15:00:32", 0)):
        assert total(hub, **{"from": f"2026-03-02T{begin}Z", "to": f"2026-03-02T{end}Z"})["calls"] == calls


def test_offers_and_steps_are_counted_per_call(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*a_call(ana, "call-1"), *a_call(ana, "call-2"))
    total(hub)
    slot = int(NOW.timestamp() * 10**6) // SLOT * SLOT
    sums = everything(hub.store)
    counts = dict(zip(OFFER_COUNTS, (2, 0, 2, 2, 0, 0, 0, 6), strict=True))
    assert sums["offer_tally"] == [("blue", slot, who, "data-pack", *counts.values()) for who in ("", "person-ana")]
    assert sums["step_tally"] == [("blue", slot, "care", "hello", 2, 2, 2)]


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_and_parts_the_sums_are_those_of_a_rebuild(hub: RunningHub, seed: int) -> None:
    chance = random.Random(seed)
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    events = [(desk, event) for n in range(8) for desk in (ana, ira) for event in a_call(desk, f"call-{n}")]
    for desk, event in list(events):
        if chance.random() < 0.2:
            events.append((desk, desk.event("event.corrected", event["subject"], {"corrects": event["id"]})))
    chance.shuffle(events)
    while events:
        part = [events.pop() for _ in range(min(len(events), chance.randint(1, 12)))]
        for desk in (ana, ira):
            if mine := [event for sender, event in part if sender is desk]:
                desk.send(*mine)
    before = total(hub)
    kept = everything(hub.store)
    hub.hub.projector.close()
    assert rebuild(hub.store) == 8
    assert everything(hub.store) == kept
    assert not catch_up(hub.store)
    assert total(hub) == before


def test_a_reversal_told_by_another_takes_the_points_of_who_was_accepted(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    ana.send(*a_call(ana, "call-1"), *a_call(ana, "call-2"))
    ira.send(ira.event("offer.reversed", "call-1", {"offer": "data-pack", "by": "customer"}))
    sam = hub.sign_in("sam", "lead-pc").client
    report = sam.get("/v1/reports/agents", params=PERIOD).json()
    points = {row["agent"]: (row["accepted"], row["points"]) for row in report["rows"]}
    assert (points["person-ana"], points["person-ira"], report["total"]["points"]) == ((2, 3), (0, 0), 3)
    with hub.store.read() as connection:
        tally = schema.offer_tally.c
        assert sorted(connection.execute(select(tally.person, tally.points))) == [("", 3), ("person-ana", 3)]


def test_a_call_through_two_teams_is_one_call_of_each_and_each_agent_s_own(hub: RunningHub) -> None:
    ana, ira, noor = hub.sign_in("ana"), hub.sign_in("ira", "desk-2"), hub.sign_in("noor", "desk-3")
    first, second, third = a_call(ana, "call-1"), a_call(ira, "call-1"), a_call(noor, "call-1")
    for desk, part in ((ana, first), (noor, third), (ira, second)):
        desk.send(*part)
    for lead, agents in (("sam", ("person-ana", "person-ira")), ("mia", ("person-noor",))):
        report = hub.sign_in(lead, f"{lead}-pc").client.get("/v1/reports/agents", params=PERIOD).json()
        assert (report["total"]["calls"], report["total"]["accepted"]) == (1, 1)
        assert {row["agent"]: row["calls"] for row in report["rows"] if row["calls"]} == dict.fromkeys(agents, 1)


def test_a_report_says_how_old_its_figures_are(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*a_call(ana, "call-1"))
    total(hub)
    hub.hub.projector.close()
    hub.clock.move(timedelta(minutes=5))
    ana.send(*a_call(ana, "call-2"))
    sam = hub.sign_in("sam", "lead-pc").client
    report = sam.get("/v1/reports/agents", params=PERIOD).json()
    assert (report["as_of"], report["total"]["calls"]) == ("2026-03-02T14:02:00+00:00", 1)
    catch_up(hub.store)
    report = sam.get("/v1/reports/agents", params=PERIOD).json()
    assert (report["as_of"], report["total"]["calls"]) == ("2026-03-02T14:07:00+00:00", 2)


def test_after_a_quiet_hour_the_reports_are_not_an_hour_behind(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*a_call(ana, "call-1"))
    total(hub)
    hub.hub.projector.close()
    hub.clock.move(timedelta(hours=1))
    assert hub.hub.projection_lag() == 0
    ana.send(*a_call(ana, "call-2"))
    hub.clock.move(timedelta(seconds=2))
    assert hub.hub.projection_lag() == 2
