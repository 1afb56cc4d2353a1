"""A shift of 80 calls, one right after the other: what the window feels like at its end as against its beginning.

Measured: how long an event waits in the UI thread (a stall), resident memory, open handles and widgets from the
10th call to the last. The window, store, library, desk and sync are real; every other five calls the hub cannot be
reached. Then 200 calls ring within one second. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app import bootstrap
from app.desk.view import Phase
from app.hub.process import EmbeddedHub, start_embedded
from tests.bench._desktop import ADA, PIN, Desktop, many_numbers, play, start_hub
from tests.bench._measuring import ROOT, conditions, quiet_place, resident_mb
from tests.bench._stalls import Heart, Stall

CALLS = 80
SETTLED = 10
"""From this call on nothing should grow any more."""
TOGETHER = 5
"""So many calls with the hub, as many without."""
POPS = 200
LIMIT_MS = 50
BOUNDS = (1, 2, 5, 10, 16.7, 25, 50, 100, 200, 500)
NOTE = "Called about the bill, and asked whether the older plan is still sold; wants a letter."
WORST = 8
_BACK_S = 400.0
"""The desktop tries again after at most five minutes."""
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True, slots=True)
class Size:
    """What the process holds after a call."""

    megabytes: float
    handles: int
    threads: int
    widgets: int


@dataclass
class Shift:
    """What was found. `sizes` has one entry a call."""

    sizes: list[Size] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    stalls: list[Stall] = field(default_factory=list)
    crowd: list[float] = field(default_factory=list)
    crowd_stalls: list[Stall] = field(default_factory=list)
    crowd_seconds: float = 0.0
    seconds: float = 0.0


class HubLine:
    """The line to the hub, which can be cut."""

    def __init__(self, hub: EmbeddedHub) -> None:
        parts = urlsplit(hub.url)
        command = [sys.executable, str(ROOT / "tests/bench/_hub_line.py"), parts.hostname or "", str(parts.port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{self._process.stdout.readline().strip()}"

    def tell(self, word: str) -> None:
        """ "cut" or "join"."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()


@contextmanager
def line_to(hub: EmbeddedHub) -> Iterator[HubLine]:
    """The desktop opened in here reaches its hub by this line."""
    line = HubLine(hub)
    start, names = start_embedded, vars(bootstrap)
    names["start_embedded"] = lambda place: replace(hub, url=line.url, process=None)
    try:
        yield line
    finally:
        names["start_embedded"] = start
        line.close()


class Agent:
    """Works the shift by keys."""

    def __init__(self, desktop: Desktop, line: HubLine, heart: Heart) -> None:
        self._desktop = desktop
        self._line = line
        self._heart = heart
        self._cut = False

    def work(self, calls: int, sizes: list[Size]) -> None:
        """So many calls, of three kinds by turns."""
        kinds = (self._accepts, self._declines, self._cancels)
        for number in range(calls):
            if number % TOGETHER == 0:
                self._switch(number // TOGETHER % 2 == 1)
            self._call(number, kinds[number % len(kinds)])
            with self._heart.resting():
                self._desktop.in_window(lambda: self._measure(sizes))
        self._line.tell("join")

    def _switch(self, cut: bool) -> None:
        self._cut = cut
        self._line.tell("cut" if cut else "join")
        if not cut:
            self._desktop.until("the hub is back", lambda: self._desktop.view.sync.online, _BACK_S)

    def _call(self, number: int, kind: Callable[[], None]) -> None:
        desktop, heart = self._desktop, self._heart
        heart.doing = f"call {number + 1}, ringing"
        leg = desktop.phone.ring(ADA, "Ada Lovelace", "retention", {"menu": "cancel"})
        desktop.until("the account pops", lambda: desktop.view.card is not None and bool(desktop.view.card.facts))
        heart.doing = f"call {number + 1}, answering"
        desktop.press(Qt.Key.Key_F10)
        desktop.until("the call is answered", lambda: desktop.view.phase is Phase.ON_CALL)
        heart.doing = f"call {number + 1}, identity"
        self._identify()
        desktop.digit("1")
        desktop.at_step("why")
        desktop.digit("1")
        desktop.at_step("listen")
        desktop.press(Qt.Key.Key_2)
        desktop.press(Qt.Key.Key_5)
        desktop.press(Qt.Key.Key_Return)
        desktop.at_step("smaller_plan")
        heart.doing = f"call {number + 1}, note"
        desktop.press(Qt.Key.Key_F4)
        for letter in NOTE:
            desktop.write(letter)
        desktop.press(Qt.Key.Key_F4)
        heart.doing = f"call {number + 1}, {kind.__name__}"
        kind()
        heart.doing = f"call {number + 1}, wrap-up"
        desktop.close_call(leg)

    def _identify(self) -> None:
        """By PIN; where the hub cannot be asked, the agent vouches for it."""
        desktop = self._desktop
        if not self._cut:
            for letter in PIN:
                desktop.write(letter)
            desktop.press(Qt.Key.Key_Return)
        else:
            desktop.until("it is known that the hub is away", lambda: not desktop.view.sync.online)
            desktop.press(Qt.Key.Key_V, _ALT)
        desktop.until("the caller is verified", lambda: bool(desktop.view.card and desktop.view.card.verified))

    def _accepts(self) -> None:
        desktop = self._desktop
        desktop.press(Qt.Key.Key_F5)
        desktop.press(Qt.Key.Key_F6)
        desktop.at_step("plan_terms")
        desktop.press(Qt.Key.Key_Escape)
        desktop.press(Qt.Key.Key_Return)
        desktop.until("the consent is open", desktop.consent_open)
        desktop.digit("1")
        desktop.at_step("ordered")

    def _declines(self) -> None:
        desktop = self._desktop
        desktop.press(Qt.Key.Key_F5)
        desktop.press(Qt.Key.Key_F7)
        desktop.digit("1")
        desktop.until("the next offer is open", lambda: desktop.step != "smaller_plan")

    def _cancels(self) -> None:
        desktop = self._desktop
        desktop.press(Qt.Key.Key_F8)
        desktop.until("the cancellation is open", lambda: desktop.step != "smaller_plan")

    def _measure(self, sizes: list[Size]) -> None:
        gc.collect()
        handles = len(list(Path("/proc/self/fd").iterdir()))
        sizes.append(Size(resident_mb(os.getpid()), handles, threading.active_count(), len(QApplication.allWidgets())))


def crowd(desktop: Desktop, pops: int) -> float:
    """So many calls ring within one second, spread evenly; the seconds that took. Then all hang up."""
    legs = []
    began = time.monotonic()
    for place, number in enumerate(many_numbers(pops)):
        legs.append(desktop.phone.ring(number, f"Caller {place}", "support", {}))
        time.sleep(max(0.0, began + (place + 1) / pops - time.monotonic()))
    took = time.monotonic() - began
    desktop.until("a call is shown", lambda: desktop.view.phase is Phase.RINGING)
    for leg in legs:
        desktop.phone.caller_hangs_up(leg)
    desktop.until("the desk is free", lambda: desktop.view.phase is Phase.READY, 60)
    return took


def measure(folder: Path, calls: int, pops: int) -> Shift:
    """One window, one shift."""
    hub = start_hub(folder)
    shift = Shift()
    hearts: list[Heart] = []

    def part(desktop: Desktop) -> None:
        desktop.in_window(lambda: hearts.append(Heart()))
        heart = hearts[0]
        began = time.monotonic()
        Agent(desktop, line, heart).work(calls, shift.sizes)
        shift.seconds = time.monotonic() - began
        shift.beats, shift.stalls = heart.beats[:], heart.stalls[:]
        heart.doing = "crowd"
        at = len(heart.beats)
        shift.crowd_seconds = crowd(desktop, pops)
        shift.crowd, shift.crowd_stalls = heart.beats[at:], heart.stalls[len(shift.stalls) :]
        heart.stop()

    try:
        with line_to(hub) as line:
            play(folder, part)
    finally:
        hub.stop()
    return shift


def histogram(beats: list[float]) -> str:
    """How many beats were how late."""
    counts = Counter(next((bound for bound in BOUNDS if late <= bound), float("inf")) for late in beats)
    return "\n".join(f"  up to {bound:>6} ms {counts[bound]:>7}" for bound in (*BOUNDS, float("inf")) if counts[bound])


def told(stalls: list[Stall]) -> str:
    """The worst of them, with what was at work most often."""
    lines = []
    for stall in sorted(stalls, key=lambda one: -one.late)[:WORST]:
        parts = f"{stall.cpu:.0f} ms at work, {stall.queued:.0f} ms without a core"
        lines.append(f"  {stall.late:6.0f} ms late, {parts}: {stall.doing}")
        lines += [f"      {times} x {stack}" for stack, times in Counter(stall.stacks).most_common(3)]
    return "\n".join(lines)


def main() -> None:
    """Measures and prints."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("Memory and handles are read from /proc, which only Linux has.")
    parser = argparse.ArgumentParser(description="A shift of calls: stalls, memory, handles.")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--pops", type=int, default=POPS)
    options = parser.parse_args()
    with quiet_place() as folder:
        shift = measure(folder, options.calls, options.pops)
    print(conditions(f"{options.calls} calls in {shift.seconds:.0f} s, hub away in every other {TOGETHER}"))
    over = [stall for stall in shift.stalls if stall.late > LIMIT_MS]
    ours = [stall for stall in over if stall.late - stall.queued > LIMIT_MS]
    print(
        f"beats of the UI thread: {len(shift.beats)}; late by more than {LIMIT_MS} ms: {len(over)} (goal: none), "
        f"without the wait for a core {len(ours)}, by its own work {sum(one.cpu > LIMIT_MS for one in over)}; "
        f"longest work {max((one.cpu for one in shift.stalls), default=0):.0f} ms"
    )
    print(f"{histogram(shift.beats)}\n{told(shift.stalls)}")
    print(
        f"{options.pops} calls ringing within {shift.crowd_seconds:.1f} s: worst {max(shift.crowd):.0f} ms (goal: 100)"
    )
    print(f"{histogram(shift.crowd)}\n{told(shift.crowd_stalls)}")
    for number in sorted({1, min(SETTLED, options.calls), options.calls}):
        size = shift.sizes[number - 1]
        print(
            f"after call {number:>3}: {size.megabytes:6.1f} MB, {size.handles} handles, {size.threads} threads, "
            f"{size.widgets} widgets"
        )
    growth = shift.sizes[-1].megabytes / shift.sizes[min(SETTLED, options.calls) - 1].megabytes - 1
    print(f"memory from call {SETTLED} to the last: {growth:+.1%} (goal: under 10 %)")


if __name__ == "__main__":
    main()
