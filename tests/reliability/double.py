"""Two processes on one store that record the same things at once, and a key that is pressed twice."""

from __future__ import annotations

import threading
from functools import partial

from uuid_utils import uuid7

from tests.e2e.killed import AgentProcess
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work

_ADA, _PIN = "+442079460123", "4711"
_TO_THE_OFFER: tuple[tuple[str, ...], ...] = (
    ("ring", _ADA, "cancel"),
    ("answer",),
    ("until step", "identify"),
    ("verify", _PIN),
    ("digit", "1"),
    ("until step", "why"),
    ("digit", "1"),
    ("until step", "listen"),
    ("write", "25"),
    ("enter",),
    ("until step", "smaller_plan"),
)


def run(work: Work) -> Outcome:
    """Both."""
    outcome = Outcome()
    with Hub(work.place("hub")) as hub:
        _two_processes(work, hub, outcome)
        _double_click(work, hub, outcome)
    return outcome


def _two_processes(work: Work, hub: Hub, outcome: Outcome) -> None:
    """Two windows of one agent each record the same events: each event once, one number each, one sender."""
    ids = [str(uuid7()) for _ in range(work.of(100, 2000))]
    folder = work.place("two")
    with Desktop(folder, "desk-two", hub) as first:
        first.start(count=0)
        first.stop()
    with Desktop(folder, "desk-two", hub) as first, Desktop(folder, "desk-two", hub) as second:
        both = (first, second)
        threads = [threading.Thread(target=partial(one.start, count=len(ids), ids=ids)) for one in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for desktop in both:
            desktop.until_sent(120)
        said = [{(event.id, event.sequence) for event in desktop.confirmed} for desktop in both]
        outcome.expect(said[0] == said[1], "the two were told different numbers for the same event")
        outcome.expect(len(first.confirmed) == len(ids), "an event was not recorded")
        rows = [row for row in hub.rows() if row.source == first.source]
        # The time is that of whoever was first, and both were told so.
        judge(outcome, compare(first.confirmed, rows))
        outcome.say(f"two processes, {len(ids)} events recorded by both: {len(rows)} at the hub")
        outcome.expect(len(rows) == len(ids), f"{len(rows)} events are at the hub")


def _double_click(work: Work, hub: Hub, outcome: Outcome) -> None:
    """The real window: the key for "I said it" pressed twice before anything was painted, and "accepted" twice."""
    folder = work.place("window")
    with AgentProcess(folder / "desk", hub.url) as window:
        window.do("start shift", "ana", hub.sign_ins.of("ana").password)
        for order in _TO_THE_OFFER:
            window.do(*order)
        window.send("extend")
        window.send("extend")
        window.send("accept")
        window.send("accept")
        # The answers to the four keys come first.
        for _ in range(5):
            window.do("until sent")
        kinds = [kind for _, _, kind in window.standing["events"]]
    at_hub = [row.type for row in hub.rows() if row.source != "/devices/desk-two"]
    extended = sum("offer.extended" in kind for kind in at_hub), kinds.count("offer.extended")
    outcome.say(f"the key pressed twice in the window: {extended[0]} extend at the hub, {extended[1]} on the device")
    outcome.expect(extended == (1, 1), f"two presses made {extended[0]} events at the hub, {extended[1]} on the device")
