"""A transferred call in the sums that reports read: both agents are shown, the team has one call, it is paid once."""

from __future__ import annotations

import random
from typing import Any

import pytest

from app.hub.projector import rebuild
from tests.fakes.hub import Desk, RunningHub

PERIOD = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
OFFER = {"account": "acc-4230", "offer": "data-pack", "kind": "upsell"}
SHOWN = ("calls", "extended", "accepted", "successes", "points", "handed_on", "closed_for_others")


def extended(ana: Desk, call: str) -> list[dict[str, Any]]:
    return [
        ana.event("call.offered", call, {"direction": "inbound"}),
        ana.event("call.answered", call, {"by": "agent"}),
        ana.event("offer.extended", call, OFFER),
        ana.event("call.transferred", call, {"way": "out", "by": "agent", "handover": "handed-1"}),
        ana.event("call.wrapped", call, {"talk_s": 140}),
    ]


def closed(ira: Desk, call: str, linked: str) -> list[dict[str, Any]]:
    came = {"way": "in", "handover": "handed-1", "linked": linked, "went": "on", "verified": False}
    return [
        ira.event("call.offered", call, {"direction": "inbound"}),
        ira.event("call.answered", call, {"by": "agent"}),
        ira.event("call.transferred", call, came),
        ira.event("offer.accepted", call, OFFER | {"points": 3}),
        ira.event("call.wrapped", call, {"talk_s": 200}),
    ]


def figures(hub: RunningHub) -> dict[str, tuple[int, ...]]:
    sam = hub.sign_in("sam", "lead-pc").client
    report: dict[str, Any] = sam.get("/v1/reports/agents", params=PERIOD).json()
    rows = [row for row in report["rows"] if row["calls"]] + [report["total"]]
    return {row["agent"]: tuple(row[name] for name in SHOWN) for row in rows}


BOTH = {"person-ana": (1, 1, 1, 0, 0, 1, 0), "person-ira": (1, 0, 0, 1, 3, 0, 1), "": (1, 1, 1, 1, 3, 1, 1)}


def test_extended_by_one_and_closed_by_another_under_the_same_call(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    ana.send(*extended(ana, "call-1"))
    ira.send(*closed(ira, "call-1", "call-1"))
    assert figures(hub) == BOTH


def test_the_closer_s_events_may_come_first(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    ira.send(*closed(ira, "call-1", "call-1"))
    assert figures(hub)["person-ira"] == (1, 1, 1, 1, 3, 0, 0)
    ana.send(*extended(ana, "call-1"))
    assert figures(hub) == BOTH
    hub.hub.projector.close()
    rebuild(hub.store)
    assert figures(hub) == BOTH


def test_a_call_that_came_to_the_closer_under_a_name_of_its_own_is_one_call_too(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    ana.send(*extended(ana, "call-1"))
    ira.send(*closed(ira, "call-2", "call-1"))
    assert figures(hub) == BOTH


@pytest.mark.parametrize("seed", range(4))
def test_names_that_are_linked_in_any_order_and_parts_come_to_the_same(hub: RunningHub, seed: int) -> None:
    chance = random.Random(seed)
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    # The names sort either way round, and the last call goes back and forth.
    events = [(ana, event) for call in ("call-1", "call-9") for event in extended(ana, call)]
    events += [(ira, event) for event in closed(ira, "call-2", "call-1") + closed(ira, "call-3", "call-9")]
    events += [(ana, event) for event in closed(ana, "call-0", "call-3")[:3]]
    chance.shuffle(events)
    while events:
        part = [events.pop() for _ in range(min(len(events), chance.randint(1, 4)))]
        for desk in (ana, ira):
            if mine := [event for sender, event in part if sender is desk]:
                desk.send(*mine)
                figures(hub)
    twice = {who: tuple(2 * count for count in counts) for who, counts in BOTH.items()}
    assert figures(hub) == twice
    hub.hub.projector.close()
    assert rebuild(hub.store) == 2
    assert figures(hub) == twice


def test_a_transfer_that_names_no_call_or_nonsense_joins_nothing(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    ana.send(*extended(ana, "call-1"))
    for number, linked in enumerate(("", "x" * 129, "call\n1", "call-that-nobody-has")):
        ira.send(*closed(ira, f"other-{number}", linked))
    found = figures(hub)
    assert (found["person-ira"], found[""]) == ((4, 4, 4, 4, 12, 0, 0), (5, 5, 4, 4, 12, 0, 0))
