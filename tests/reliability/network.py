"""Lossy and slow lines: 30 % of packets lost in a network namespace, and a round trip of 2 s at 64 kbit/s."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from tests.fakes.fault_proxy import FaultProxy
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import ROOT, Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work, share

LOST_PERCENT = 30
_ROUND_TRIP_SECONDS = 2.0
_BYTES_PER_SECOND = 64_000 / 8
_HEALED_SECONDS = 120.0
_ANSWER_SECONDS = 0.1
_DESKTOPS = 3


def run(work: Work) -> Outcome:
    """Both; the first in a process of its own, since it has a network of its own."""
    outcome = Outcome()
    if why_not := _lacking():
        outcome.not_run.append(f"{LOST_PERCENT} % packet loss: {why_not}")
    else:
        found = _in_namespace(work)
        for name in ("figures", "wrong", "not_run"):
            getattr(outcome, name).extend(found[name])
    _slow_line(work, outcome)
    return outcome


def _lacking() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux"
    missing = [tool for tool in ("unshare", "ip", "nft") if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} is not there"
    rules = (
        "ip link set lo up && nft add table inet t && nft add chain inet t i '{ type filter hook input priority 0; }'"
    )
    rules += f" && nft add rule inet t i iif lo numgen random mod 100 '<' {LOST_PERCENT} drop"
    tried = subprocess.run(["unshare", "-n", "sh", "-c", rules], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"the rule cannot be set here ({tried.stderr.strip()[:80]})"


def _in_namespace(work: Work) -> dict[str, list[str]]:
    folder = work.place("namespace")
    seconds = work.minutes * 60 if work.is_long else 4.0
    command = [sys.executable, "-m", "tests.reliability.network", str(folder), str(work.seed), str(seconds)]
    done = subprocess.run(
        ["unshare", "-n", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=seconds + 900,
    )
    if done.returncode:
        return {"figures": [], "wrong": [f"with packet loss: {done.stderr.strip()[-600:]}"], "not_run": []}
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def _inside(work: Work, seconds: float) -> Outcome:
    outcome = Outcome()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with Hub(work.place("hub")) as hub:
        folder = work.place("desktops")
        desktops = [Desktop(folder, f"desk-{number}", hub) for number in range(_DESKTOPS)]
        try:
            for desktop in desktops:
                desktop.start(count=-1, batch=4, per_second=10.0, seed=work.chance.randrange(1 << 30))
            rule = f"add rule inet loss in iif lo numgen random mod 100 < {LOST_PERCENT} drop"
            for line in ("add table inet loss", "add chain inet loss in { type filter hook input priority 0; }", rule):
                subprocess.run(["nft", line], check=True)
            threading.Event().wait(seconds)
            through = sum(len(desktop.confirmed) - max(0, desktop.unsent) for desktop in desktops)
            subprocess.run(["nft", "flush", "ruleset"], check=True)
            outcome.say(
                f"{LOST_PERCENT} % of all packets lost for {seconds:.0f} s; {through} events came through meanwhile"
            )
            _heal(desktops, outcome)
        finally:
            for desktop in desktops:
                desktop.close()
        hub.stop()
        judge(outcome, compare([event for desktop in desktops for event in desktop.confirmed], hub.rows()))
    return outcome


def _slow_line(work: Work, outcome: Outcome) -> None:
    seconds = work.minutes * 60 if work.is_long else 4.0
    with Hub(work.place("hub")) as hub, FaultProxy(hub.url) as proxy:
        folder = work.place("slow")
        desktops = [Desktop(folder, f"desk-{number}", hub, url=proxy.url) for number in range(_DESKTOPS)]
        try:
            for desktop in desktops:
                desktop.start(count=-1, batch=4, per_second=10.0, seed=work.chance.randrange(1 << 30))
            proxy.one_way_seconds, proxy.bytes_per_second = _ROUND_TRIP_SECONDS / 2, _BYTES_PER_SECOND
            threading.Event().wait(seconds)
            proxy.one_way_seconds = proxy.bytes_per_second = 0.0
            outcome.say(f"a round trip of {_ROUND_TRIP_SECONDS:.0f} s at 64 kbit/s for {seconds:.0f} s")
            _heal(desktops, outcome)
        finally:
            for desktop in desktops:
                desktop.close()
        hub.stop()
        judge(outcome, compare([event for desktop in desktops for event in desktop.confirmed], hub.rows()))


def _heal(desktops: list[Desktop], outcome: Outcome) -> None:
    for desktop in desktops:
        desktop.record_no_more()
    healing = max(desktop.until_sent(300) for desktop in desktops)
    waits = [seconds for desktop in desktops for seconds in desktop.waits]
    slowest, p99 = max(waits), share(waits, 0.99)
    outcome.say(
        f"all at the hub {healing:.1f} s after healing; a record took {share(waits, 0.5) * 1000:.1f} ms, "
        f"p99 {p99 * 1000:.0f} ms, at most {slowest * 1000:.0f} ms"
    )
    outcome.expect(healing <= _HEALED_SECONDS, f"it took {healing:.0f} s after healing")
    outcome.expect(p99 <= _ANSWER_SECONDS, f"recording took {p99 * 1000:.0f} ms meanwhile")


if __name__ == "__main__":
    inside = _inside(Work(Path(sys.argv[1]), int(sys.argv[2])), float(sys.argv[3]))
    sys.stdout.write(json.dumps(asdict(inside)))
