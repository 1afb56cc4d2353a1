"""An event on which the hub fails every time."""

from __future__ import annotations

import msgspec
from uuid_utils import uuid7

from app.cache.opening import open_store
from app.sync.uploader import MAX_TRIES
from tests.fakes.fault_proxy import Fault, FaultProxy, Passing
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.nursery import KEY, now
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work


def run(work: Work) -> Outcome:
    """One poisonous event among many; the rest must flow, and it must be set aside and shown."""
    outcome = Outcome()
    ids = [str(uuid7()) for _ in range(work.of(60, 600))]
    poison = ids[len(ids) // 3]
    alone: list[int] = []

    def choose(passing: Passing) -> Fault:
        if not passing.has_events:
            return Fault.NONE
        sent = [event["id"] for event in msgspec.json.decode(passing.body)]
        if poison not in sent:
            return Fault.NONE
        alone.append(len(sent))
        return Fault.FAILED

    with Hub(work.place("hub")) as hub, FaultProxy(hub.url) as proxy:
        proxy.choose = choose
        folder = work.place("desktop")
        with Desktop(folder, "desk-1", hub, url=proxy.url) as desktop:
            desktop.start(count=len(ids), ids=ids, batch=3, seed=work.seed)
            flowed = desktop.wait_for("the rest is sent", lambda: desktop.is_done and 0 <= desktop.unsent <= 1, 60)
            aside = desktop.wait_for("it is set aside", lambda: desktop.set_aside == 1, 120)
            desktop.until_sent(30)
        hub.stop()
        store = open_store(desktop.path, KEY, desktop.device, now)
        refused = store.refused()
        store.close()
        rest = [event for event in desktop.confirmed if event.id != poison]
        judge(outcome, compare(rest, hub.rows()), gaps_explained=1)
    tries = sum(count == 1 for count in alone)
    outcome.say(f"the rest at the hub after {flowed:.1f} s; set aside {aside:.1f} s later, after {tries} tries alone")
    outcome.expect(tries <= MAX_TRIES, f"it was tried {tries} times")
    outcome.expect([one.event.id for one in refused] == [poison], "what was set aside is not the poisonous event")
    outcome.expect(bool(refused and refused[0].problem), "it is not said why it was set aside")
    return outcome
