"""Full disks and failing syncs, of a desktop and of the hub."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
from uuid_utils import uuid7

from app.hub.routes.events import EVENTS_TYPE
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work

_STORE_MB, _HUB_MB = 4, 24


def run(work: Work) -> Outcome:
    """Each part that this machine can."""
    outcome = Outcome()
    if can_mount(work.place("probe")):
        _full_at_a_desktop(work, outcome)
        _full_at_the_hub(work, outcome)
    else:
        outcome.not_run.append("full disks: mounting a small file system needs root")
    if sys.platform == "linux" and shutil.which("strace"):
        _syncs_fail_at_a_desktop(work, outcome)
        _syncs_fail_at_the_hub(work, outcome)
    else:
        outcome.not_run.append("failing syncs: strace is not there")
    return outcome


def _full_at_a_desktop(work: Work, outcome: Outcome) -> None:
    place = work.place("small-desktop")
    with Hub(work.place("hub")) as hub, small_disk(place, _STORE_MB), Desktop(place, "desk-full", hub) as desktop:
        desktop.start(count=-1, batch=2, per_second=100.0, seed=work.seed)
        desktop.wait_for("some are recorded", lambda: len(desktop.confirmed) > 50, 60)
        ballast = _filled(place)
        desktop.wait_for("events are refused", lambda: len(desktop.refused) >= 20, 120)
        until_full = len(desktop.confirmed)
        ballast.unlink()
        desktop.wait_for("it goes on", lambda: len(desktop.confirmed) >= until_full + 100, 120)
        desktop.record_no_more()
        desktop.until_sent(120)
        kinds = set(desktop.refused)
        outcome.say(
            f"desktop's disk full: {len(desktop.refused)} events refused ({', '.join(sorted(kinds))}), then "
            f"{len(desktop.confirmed) - until_full} more recorded without a restart"
        )
        outcome.expect(kinds <= {"StoreFull", "StoreError"}, f"refused as {kinds}")
        outcome.expect("StoreFull" in kinds, "the agent was not told that the disk is full")
        hub.stop()
        judge(outcome, compare(desktop.confirmed, hub.rows()))


def _full_at_the_hub(work: Work, outcome: Outcome) -> None:
    place = work.place("small-hub")
    with small_disk(place, _HUB_MB), Hub(place) as hub, Desktop(work.place("desktop"), "desk-1", hub) as desktop:
        desktop.start(count=-1, batch=2, per_second=100.0, seed=work.seed)
        desktop.wait_for("some are sent", lambda: len(desktop.confirmed) > 50, 60)
        device = _signed_in(hub)
        ballast = _filled(place)
        answers = _until_refused(hub, device)
        had = hub.count()
        said = desktop.wait_for("the agent is told", lambda: desktop.problem != "", 120)
        problem, unsent = desktop.problem, desktop.unsent
        ballast.unlink()
        desktop.record_no_more()
        desktop.until_sent(180)
        outcome.say(
            f"hub's disk full: answered {sorted(set(answers))}, {had} events before, the agent was told {said:.1f} s "
            f'later ("{problem}", {unsent} unsent), and all went out without a restart'
        )
        outcome.expect(503 in answers, f"a hub on a full disk answered {sorted(set(answers))}")
        outcome.expect(not set(answers) - {200, 503}, f"a hub on a full disk answered {sorted(set(answers))}")
        outcome.expect(desktop.set_aside <= 0, f"{desktop.set_aside} events were set aside while the disk was full")
        hub.stop()
        ours = [row for row in hub.rows() if row.source == desktop.source]
        judge(outcome, compare(desktop.confirmed, ours))
        others = len([row for row in hub.rows() if row.source != desktop.source])
        confirmed = sum(answer == 200 for answer in answers)
        outcome.expect(others == confirmed, f"{confirmed} batches were answered with 200, {others} are there")


def _syncs_fail_at_a_desktop(work: Work, outcome: Outcome) -> None:
    fail = "inject=fsync,fdatasync:error=EIO:when=12..40"
    before = ("strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync", "-e", fail)
    with Hub(work.place("hub-of-syncs")) as hub:
        folder = work.place("syncs")
        with Desktop(folder, "desk-sync", hub) as desktop:
            desktop.start(count=0)
            desktop.stop()
        with Desktop(folder, "desk-sync", hub, before=before) as desktop:
            desktop.start(count=120, batch=1, seed=work.seed)
            desktop.wait_for("all was tried", lambda: desktop.is_done, 120)
            desktop.until_sent(120)
            outcome.say(
                f"desktop's syncs fail: {len(desktop.refused)} events refused "
                f"({', '.join(sorted(set(desktop.refused)))}), {len(desktop.confirmed)} recorded without a restart"
            )
            outcome.expect(len(desktop.refused) > 0, "no failing sync was told")
            outcome.expect(len(desktop.confirmed) > 60, "it did not go on")
            hub.stop()
            judge(outcome, compare(desktop.confirmed, hub.rows()))


def _syncs_fail_at_the_hub(work: Work, outcome: Outcome) -> None:
    fail = f"inject=fsync,fdatasync:error=EIO:when=20..{work.of(26, 60)}"
    # With -D the hub is the process that was started here, and hears of its end.
    before = ("strace", "-D", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync", "-e", fail)
    place = work.place("hub-that-cannot-sync")
    with Hub(place) as hub:
        device = _signed_in(hub)
        hub.stop()
        hub.start(before)
        answers = [_post(hub, device) for _ in range(work.of(40, 100))]
        hub.stop()
        rows = hub.rows()
    outcome.say(
        f"hub's syncs fail: {answers.count(200)} of {len(answers)} batches taken, the others {set(answers) - {200}}"
    )
    outcome.expect(set(answers) == {200, 503}, f"a hub whose syncs fail answered {sorted(set(answers))}")
    outcome.expect(answers[-1] == 200, "the hub did not go on without a restart")
    outcome.expect(len(rows) >= answers.count(200), "a batch was confirmed and is not there")
    outcome.expect(len({row.id for row in rows}) == len(rows), "an event is there twice")


def _until_refused(hub: Hub, device: dict[str, str]) -> list[int]:
    answers: list[int] = []
    while answers.count(503) < 5 and len(answers) < 4000:
        answers.append(_post(hub, device))
        if answers[-1] not in (200, 503):
            break
    return answers


def _signed_in(hub: Hub) -> dict[str, str]:
    who = {"user": "ana", "password": hub.sign_ins.of("ana").password, "device_id": "raw", "device_name": "raw"}
    answer = httpx.post(f"{hub.url}/v1/sessions", json=who, timeout=30, trust_env=False)
    answer.raise_for_status()
    plain = answer.json()
    return {"token": plain["device_token"], "session": plain["session"]["id"], "sequence": "0"}


def _post(hub: Hub, device: dict[str, str]) -> int:
    """One event of four kilobytes; the status."""
    device["sequence"] = str(int(device["sequence"]) + 1)
    event = {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "/devices/raw",
        "type": "cuecard.note.saved.v1",
        "subject": "call-1",
        "time": "2026-03-02T14:02:00Z",
        "datacontenttype": "application/json",
        "sequence": device["sequence"],
        "agentsession": device["session"],
        "data": {"text": "x" * 4000},
    }
    headers = {"Content-Type": EVENTS_TYPE, "Authorization": f"Bearer {device['token']}"}
    connection = http.client.HTTPConnection(urlsplit(hub.url).netloc, timeout=30)
    try:
        connection.request("POST", "/v1/events", msgspec.json.encode([event]), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _filled(place: Path) -> Path:
    """Fills the disk to the last byte; the file that does."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 65_536
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
    return ballast


def can_mount(place: Path) -> bool:
    """Whether a small file system can be mounted here."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    try:
        with small_disk(place, 1):
            return True
    except subprocess.CalledProcessError:
        return False


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[None]:
    """A file system in memory of that size, mounted on a folder."""
    size = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "cuecard", str(place)], check=True, capture_output=True)
    try:
        yield
    finally:
        # Whoever was just ended may hold it for a moment.
        for _ in range(50):
            if subprocess.run(["umount", str(place)], capture_output=True).returncode == 0:
                break
            threading.Event().wait(0.1)
