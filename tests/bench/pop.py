"""From the phone's event to the painted card, with 100,000 accounts on the device.

Measured: a call source reads a line from a local socket and tells the desk of a call; the clock stops when the window
has painted that caller's card, found in the encrypted store. Floor: the same socket and thread, but the line only has
the same window paint a card that is already there.
"""

from __future__ import annotations

import argparse
import random
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.desk.view import DeskView, Match, Phase
from tests.bench._desktop import Desktop, many_accounts, many_numbers, play, start_hub
from tests.bench._measuring import Reading, conditions, quiet_place, table

ACCOUNTS = 100_000
POPS = 400


class Line:
    """A local socket with a thread that reads it: a phone's connection. `on_line` runs in that thread."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._far, self._near = socket.socketpair()
        self._on_line = on_line
        self.read_at = 0
        self._reader = threading.Thread(target=self._read, name="phone line", daemon=True)
        self._reader.start()

    def send(self, line: str) -> None:
        """From the phone's side."""
        self._far.sendall(line.encode() + b"\n")

    def close(self) -> None:
        """Ends the thread."""
        self._far.close()
        self._reader.join()
        self._near.close()

    def _read(self) -> None:
        with self._near.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                self.read_at = time.perf_counter_ns()
                self._on_line(line.strip())


class Pops:
    """Rings and measures, on a desktop that is at rest before each call."""

    def __init__(self, desktop: Desktop, numbers: list[str]) -> None:
        self._desktop = desktop
        self._numbers = numbers
        self._leg = ""
        self._ringing_at = self._card_at = 0
        self.ringing: list[float] = []
        self.card: list[float] = []
        self.lookup: list[float] = []
        self.floor: list[float] = []
        self.views: list[DeskView] = []

    def play(self) -> None:
        """All pops, then the floor with the very same views."""
        desktop = self._desktop
        desktop.on_painted = self._look
        line = Line(self._ring)
        for number in self._numbers:
            self._ringing_at = self._card_at = 0
            line.send(number)
            desktop.until("the card is painted", lambda: self._card_at > 0)
            self.ringing.append((self._ringing_at - line.read_at) / 1e6)
            self.card.append((self._card_at - line.read_at) / 1e6)
            desktop.until("the CRM has confirmed it", lambda: not (desktop.view.card and desktop.view.card.as_of))
            desktop.phone.caller_hangs_up(self._leg)
            desktop.until("the desk is free", lambda: desktop.view.phase is Phase.READY and desktop.at_rest)
        line.close()
        self._look_up_alone()
        self._play_floor()

    def _look_up_alone(self) -> None:
        for number in self._numbers:
            began = time.perf_counter_ns()
            self._desktop.book.by_phone(number)
            self.lookup.append((time.perf_counter_ns() - began) / 1e6)

    def _play_floor(self) -> None:
        desktop, ready = self._desktop, self._desktop.view
        painted: list[int] = []
        desktop.on_painted = lambda view, at: painted.append(at)
        line = Line(lambda place: desktop.session.tasks.post(lambda: desktop.window.render(self.views[int(place)])))
        for place in range(len(self.views)):
            painted.clear()
            line.send(str(place))
            desktop.until("the view is painted", lambda: bool(painted))
            self.floor.append((painted[0] - line.read_at) / 1e6)
            painted.clear()
            desktop.in_window(lambda: desktop.window.render(ready))
            desktop.until("the desk is painted", lambda: bool(painted))
        line.close()

    def _ring(self, number: str) -> None:
        self._leg = self._desktop.phone.ring(number, "", "support", {"menu": "internet"})

    def _look(self, view: DeskView, at: int) -> None:
        if view.phase is not Phase.RINGING:
            return
        self._ringing_at = self._ringing_at or at
        if not self._card_at and view.card is not None and view.card.match is not Match.SEARCHING:
            self._card_at = at
            self.views.append(view)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Phone event to painted card.")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--pops", type=int, default=POPS)
    options = parser.parse_args()
    with quiet_place() as folder:
        pops = measure(folder, options.accounts, options.pops)
    print(
        f"{len(pops.card)} pops among {options.accounts:,} accounts in the encrypted store, window 1366x768 offscreen"
    )
    print(conditions())
    floor = Reading("floor: the same views, no lookup", tuple(pops.floor))
    card = Reading("phone event -> card painted", tuple(pops.card), "p99 < 16.7")
    ringing = Reading("phone event -> ringing painted", tuple(pops.ringing))
    print(table("ms", floor, card, ringing, Reading("the look-up in the store alone", tuple(pops.lookup), "p99 <= 1")))


def measure(folder: Path, accounts: int, pops: int) -> Pops:
    """One window, so many pops after a few that are not counted."""
    began = time.monotonic()
    hub = start_hub(folder, many_accounts(accounts))
    print(f"hub filled in {time.monotonic() - began:.0f} s", flush=True)
    warm = 10
    known = many_numbers(accounts)
    numbers, last = random.Random(1).sample(known, pops + warm), known[-1]
    made: list[Pops] = []

    def part(desktop: Desktop) -> None:
        desktop.until("all accounts are on the device", lambda: bool(desktop.book.by_phone(last)), 600)
        print(f"all on the device after {time.monotonic() - began:.0f} s", flush=True)
        desktop.until("everything is sent", lambda: desktop.at_rest)
        Pops(desktop, numbers[:warm]).play()
        made.append(Pops(desktop, numbers[warm:]))
        made[0].play()

    try:
        play(folder, part, seconds_to_sync=600)
    finally:
        hub.stop()
    return made[0]


if __name__ == "__main__":
    main()
