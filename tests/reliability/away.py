"""Three days without a network: 15 agents with 80 calls a day, then all of it goes out at once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.bench._hub_calls import CALL
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.postgres import postgres_server
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work

GOAL_SECONDS = 10.0
_CALLS_A_DAY, _DAYS = 80, 3


def run(work: Work) -> Outcome:
    """On SQLite and on PostgreSQL."""
    outcome = Outcome()
    _away(work, work.place("sqlite"), "", "SQLite", outcome)
    if work.is_long:
        with postgres_server(("fsync=on",)) as server:
            _away(work, work.place("postgresql"), server.new_database(), "PostgreSQL", outcome)
    return outcome


def _away(work: Work, folder: Path, database: str, name: str, outcome: Outcome) -> None:
    agents = work.of(3, 15)
    times = [at for at in _moments(datetime.now(UTC), _DAYS) for _ in CALL]
    with Hub(folder, database) as hub, FaultProxy(hub.url) as proxy:
        desktops = [Desktop(folder, f"desk-{number}", hub, url=proxy.url) for number in range(agents)]
        try:
            for desktop in desktops:
                desktop.start(count=0)
                desktop.stop()
            proxy.parted = True
            for desktop in desktops:
                desktop.start(count=len(times), times=times, batch=4, seed=work.seed)
            for desktop in desktops:
                desktop.wait_for("all is recorded", lambda one=desktop: one.is_done, 600)  # type: ignore[misc]
                # The program is started again each morning.
                desktop.stop()
                outcome.expect(len(desktop.confirmed) == len(times), f"{desktop.device} has not queued all")
            outcome.expect(hub.count() == 0, "something was sent without a network")
            proxy.parted = False
            # The agents start their program, or press "Try now": all of them at the same moment.
            begun = time.monotonic()
            threads = [threading.Thread(target=partial(desktop.start, count=0)) for desktop in desktops]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            opened = time.monotonic() - begun
            for desktop in desktops:
                desktop.until_sent(300)
            took = time.monotonic() - begun
        finally:
            for desktop in desktops:
                desktop.close()
        outcome.say(f"{name}: {agents} agents, {_CALLS_A_DAY} calls a day, {_DAYS} days, {agents * len(times)} events")
        judge(outcome, compare([event for desktop in desktops for event in desktop.confirmed], hub.rows()))
        outcome.say(f"drained in {took:.1f} s, of it {opened:.1f} s for opening the stores (goal {GOAL_SECONDS:.0f})")
        outcome.expect(took <= GOAL_SECONDS, f"{name}: draining took {took:.1f} s")


def _moments(now: datetime, days: int) -> list[datetime]:
    """When the calls came: eight hours on each of the days that end now."""
    between = timedelta(hours=8) / _CALLS_A_DAY
    return [now - timedelta(days=days - day) + between * call for day in range(days) for call in range(_CALLS_A_DAY)]
