"""Clocks of desktops that are wrong by a year, jump back, or change to summer time."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import NotRun, Outcome, Work

_LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")
_JUMPS = {"+400 days": "+400d", "-400 days": "-400d", "back 2 h": "-2h", "right again": "+0"}
_SUMMER = "Europe/Berlin"
_SUMMER_ENDS = datetime(2026, 10, 25, 1, tzinfo=UTC)


def run(work: Work) -> Outcome:
    """The desktop's clock jumps between its starts and while it runs; the sign-in must last and the order be right."""
    outcome = Outcome()
    library = _library()
    clock = work.folder / "clock"
    environment = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        # What counts seconds goes on: no computer's does otherwise.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # A site with summer time: what is written down must not know of it.
        "TZ": _SUMMER,
    }
    count = work.of(40, 400)
    clock.write_text("+0")
    with Hub(work.place("hub")) as hub, Desktop(work.place("desk"), "desk-1", hub, environment=environment) as desktop:
        desktop.start(count=count, batch=3, seed=work.seed)
        desktop.until_sent(60)
        for name, jump in _JUMPS.items():
            # While it runs ..
            clock.write_text(jump)
            desktop.stop()
            # .. and over a start, which goes on with the same sign-in.
            desktop.start(count=count, batch=3, seed=work.seed)
            desktop.until_sent(60)
            outcome.expect(desktop.set_aside <= 0, f"{name}: {desktop.set_aside} events were refused")
            outcome.expect(not desktop.problem, f"{name}: {desktop.problem}")
        _summer_time(desktop, clock, count, outcome)
        clock.write_text("+0")
        desktop.start(count=-1, batch=2, per_second=100.0, seed=work.seed)
        for jump in (*_JUMPS.values(), "+0"):
            reached = len(desktop.confirmed) + count // 2
            clock.write_text(jump)
            desktop.wait_for("it goes on", lambda reached=reached: len(desktop.confirmed) >= reached, 60)  # type: ignore[misc]
        desktop.record_no_more()
        desktop.until_sent(60)
        aside, notices = desktop.set_aside, desktop.notices
        hub.stop()
        judge(outcome, compare(desktop.confirmed, hub.rows()))
        times = [event.time for event in desktop.confirmed]
    back = sum(later < earlier for earlier, later in pairwise(times))
    outcome.say(f"jumps {', '.join(_JUMPS)}, and {_SUMMER}'s change of the clock, before and while it ran")
    outcome.say(
        f"{back} events are older than the one before by their clock; spread {(max(times) - min(times)).days} days"
    )
    outcome.say(f"one sign-in for all of it; {aside} set aside, {len(notices)} taken for damage")
    outcome.expect(max(times) - min(times) > timedelta(days=790), "the clock did not jump: nothing was tested")
    outcome.expect(aside <= 0, f"{aside} events were refused")
    return outcome


def _summer_time(desktop: Desktop, clock: Path, count: int, outcome: Outcome) -> None:
    """Over the hour that comes twice in October: the site's clock goes back, ours must not."""
    ahead = (_SUMMER_ENDS - timedelta(seconds=2) - datetime.now(UTC)) // timedelta(seconds=1)
    clock.write_text(f"{ahead:+d}")
    desktop.stop()
    before = len(desktop.confirmed)
    desktop.start(count=count, batch=1, per_second=count / 4, seed=0)
    desktop.until_sent(120)
    times = [event.time for event in desktop.confirmed[before:]]
    outcome.expect(times == sorted(times), "the change of the clock is to be seen in the times")
    outcome.expect(times[0] < _SUMMER_ENDS < times[-1], "the clock was not changed while it recorded")
    outcome.say(f"summer time ends: {times[0]:%H:%M:%S} to {times[-1]:%H:%M:%S} UTC, rising")
    desktop.stop()


def _library() -> Path:
    if sys.platform == "linux":
        for pattern in _LIBRARIES:
            for found in sorted(Path("/").glob(pattern.lstrip("/"))):
                return found
    raise NotRun(f"libfaketime is not installed{'' if os.name == 'posix' else ' (Linux only)'}")
