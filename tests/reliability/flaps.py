"""Networks that come and go, answers that are cut off after the commit, and what proxies and portals say."""

from __future__ import annotations

import threading

from tests.fakes.fault_proxy import Fault, FaultProxy, Passing
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work

CUT_SHARE = 0.3
_OTHERS = (Fault.CUT_BEFORE, Fault.TRUNCATED, Fault.TWICE, Fault.TOO_MANY, Fault.BUSY, Fault.PORTAL)
_OTHERS_SHARE = 0.3
_DESKTOPS = 3
_HEALED_SECONDS = 120.0


def run(work: Work) -> Outcome:
    """Flaps while desktops record; then heals, waits until all is sent, and compares."""
    outcome = Outcome()
    flaps = work.of(40, 1000)
    chance = work.chance

    def choose(passing: Passing) -> Fault:
        if not passing.has_events:
            return Fault.NONE
        drawn = chance.random()
        if drawn < CUT_SHARE:
            return Fault.CUT_AFTER
        return chance.choice(_OTHERS) if drawn < CUT_SHARE + _OTHERS_SHARE else Fault.NONE

    with Hub(work.place("hub")) as hub, FaultProxy(hub.url) as proxy:
        folder = work.place("desktops")
        desktops = [Desktop(folder, f"desk-{number}", hub, url=proxy.url) for number in range(_DESKTOPS)]
        try:
            for desktop in desktops:
                desktop.start(count=-1, batch=4, per_second=25.0, seed=chance.randrange(1 << 30))
            proxy.choose = choose
            pause = threading.Event()
            for _ in range(flaps):
                proxy.parted = True
                pause.wait(chance.random() * 0.05)
                proxy.parted = False
                # Mostly long enough for a batch, and its answer, or half of it.
                pause.wait(chance.random() * 0.25)
            proxy.choose = lambda _passing: Fault.NONE
            for desktop in desktops:
                desktop.record_no_more()
            healing = max(desktop.until_sent(_HEALED_SECONDS) for desktop in desktops)
        finally:
            for desktop in desktops:
                desktop.close()
        hub.stop()
        judge(outcome, compare([event for desktop in desktops for event in desktop.confirmed], hub.rows()))
        waits = [seconds for desktop in desktops for seconds in desktop.waits]
        aside = sum(desktop.set_aside for desktop in desktops)
    outcome.say(f"{flaps} flaps; " + ", ".join(f"{kind} {count}" for kind, count in sorted(proxy.faults.items())))
    outcome.say(
        f"all at the hub {healing:.1f} s after healing, {aside} set aside, worst record {max(waits) * 1000:.0f} ms"
    )
    outcome.expect(aside == 0, f"{aside} events were set aside")
    outcome.expect(proxy.faults[Fault.CUT_AFTER] > 0, "no answer was cut off after a commit")
    return outcome
