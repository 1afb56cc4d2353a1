"""How many events a second the hub takes in, and how quickly it reports.

Ingest: a hub in its own process, four desktops' connections in another, both on the same cores; batches of 2,000 events
of whole calls, packed by zstd beforehand, each event new. An answer comes after the commit (WAL with synchronous=FULL;
PostgreSQL with fsync). The floor is taken in the same run before and after: the same rows written by the same
statement, without HTTP, reading or checking.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import zstandard
from sqlalchemy import insert
from uuid_utils import uuid7

from app.hub import schema
from app.hub.batch import read_batch
from app.hub.demo_sign_ins import read_sign_ins
from app.hub.hub import writing_for
from app.hub.months import month_of
from app.hub.projector import SLOT
from app.hub.recorder import Origin, Run
from app.hub.store import Store
from app.reports.brief import CALL_COUNTS
from tests.bench._measuring import ROOT, conditions
from tests.fakes.postgres import postgres_server

BATCH = 2000
CONNECTIONS = 4
_POSTGRES = ("shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=30min")
_OFFER: dict[str, Any] = {
    "account": "acc-104230",
    "offer": "data-pack-just-ran-out",
    "kind": "upsell",
    "rung": 1,
    "script": "data-pack-ran-out",
    "step": "offer-right-size",
}
_STEP: dict[str, Any] = {"script": "internet-slow-or-down", "step": "ask-what-the-lights-show"}

_NOTE = (
    "Lights on the router were red after the storm of Sunday night; restarted it together, line came "
    "back at once. Asked about the bill of last month and the month before; explained how a part month is "
    "counted and where the credit stands. Took the 500 MB pack, wants a text when it is active. Will be away "
    "until the 14th; mentioned that the neighbour's line was down, too, and that the cabinet in the street "
    "stands open. Told her that it will be looked at this week, and gave the number under which it is kept. "
    "Daughter has an account with us, wants to know whether both can be on one bill: sent the guide. Asked "
    "not to be called before ten. The old router is from 2017 and may be due: explained what a newer one would "
    "bring, did not want to decide today; said that I would note it here so that she need not say it again. "
    "Promised nothing else. Was content at the end, and said so. Checked the address for the letter of the "
    "month: it is right. Text alerts are on; e-mail bills are on since January, paper is off."
)
"""A note is saved whole each time the agent pauses."""

CALL: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "call.offered",
        {"queue": "care", "dnis": "+448081570100", "direction": "inbound", "source": "softphone", "number": "known"},
    ),
    ("account.matched", {"account": "acc-104230", "by": "ani", "candidates": 1}),
    ("call.answered", {"by": "agent"}),
    ("record.viewed", {"account": "acc-104230"}),
    ("caller.verified", {"account": "acc-104230", "method": "pin", "how": "crm", "role": "holder", "offline": False}),
    ("intent.stated", {"intent": "internet-slow"}),
    ("script.started", {"script": "internet-slow-or-down", "release": "2026.03.2", "policy": "uk"}),
    ("step.entered", _STEP),
    ("answer.given", _STEP | {"key": "2", "answer": "red"}),
    ("step.entered", _STEP | {"step": "restart-the-router"}),
    ("phrasing.shown", _STEP | {"step": "restart-the-router", "phrasing": 2}),
    ("answer.given", _STEP | {"step": "restart-the-router", "key": "1", "answer": "done"}),
    ("step.entered", _STEP | {"step": "is-it-mended"}),
    ("answer.given", _STEP | {"step": "is-it-mended", "key": "1", "answer": "solved"}),
    ("script.handed_over", {"from": "internet-slow-or-down", "to": "data-pack-ran-out", "then": "return"}),
    ("offer.eligible", _OFFER),
    ("offer.displayed", _OFFER),
    ("step.entered", {"script": "data-pack-ran-out", "step": "offer-right-size"}),
    ("offer.extended", _OFFER | {"implied": False}),
    ("offer.accepted", _OFFER | {"option": "500", "points": 3}),
    (
        "disclosure.read",
        {"disclosure": "data-pack-price", "offer": _OFFER["offer"], "script": "data-pack-ran-out", "seconds": 11},
    ),
    ("order.requested", {"account": "acc-104230", "order": "o-1", "action": "place_order", "offer": _OFFER["offer"]}),
    ("order.placed", {"order": "o-1", "reference": "NL-100231"}),
    *(("note.saved", {"text": _NOTE[:length]}) for length in (600, 1000, len(_NOTE))),
    ("call.ended", {"reason": "normal", "by": "phone", "talk_s": 271}),
    (
        "call.wrapped",
        {
            "disposition": "solved-and-sold",
            "reason": "internet-slow",
            "summary": "Internet slow: solved by a restart. Data pack of 500 MB accepted, order NL-100231 placed.",
            "talk_s": 271,
            "hold_s": 14,
            "wrap_s": 22,
            "times_by_agent": False,
        },
    ),
)
"""What one walked call of the demo records, in its order."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in device."""

    device: str
    session: str
    person: str
    token: str


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--floor-seconds", type=float, default=5)
    parser.add_argument("--batches", type=int, default=0, help="how many are made beforehand (0: enough for 110,000/s)")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    count = options.batches or int(options.seconds * 110_000 / BATCH)
    for kind in options.on or ("sqlite", "postgresql"):
        with database(kind) as (url, folder):
            measure(kind, url, folder, options, count)


def measure(kind: str, url: str, folder: Path, options: argparse.Namespace, count: int) -> None:
    """One database: floor, ingest, floor."""
    key_file = folder / "hub.key"
    with hub(url, key_file, folder, options.workers) as address:
        desks = [sign_in(address, folder, f"bench-{number}") for number in range(CONNECTIONS)]
        packed, size = batches(desks, count)
        before = storage_floor(url, key_file, options.floor_seconds, 7)
        caught_up_after(address)
        took, waits, sent = ingest(address, desks, packed, options.seconds)
        behind = caught_up_after(address)
        after = storage_floor(url, key_file, options.floor_seconds, 8)
        caught_up_after(address)
        reports = report_waits(url, key_file, address, folder)
    rate, floor = sent / took, (before + after) / 2
    waits.sort()
    print(f"{kind}: {sent} events of {size:.0f} bytes in {took:.1f} s, {options.workers} worker(s), {conditions()}")
    print(f"  ingest         {rate:9.0f} events/s   {rate / floor:.2f} of the floor   goal 100,000 and 0.6")
    print(f"  storage floor  {floor:9.0f} events/s   ({before:.0f} before, {after:.0f} after)")
    p99 = waits[max(0, int(len(waits) * 0.99) - 1)]
    print(f"  POST           median {statistics.median(waits) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms   goal p99 < 300")
    print(f"  projections    {sent / (took + behind):9.0f} events/s   all counted {behind:.1f} s after the last answer")
    reports.sort()
    p95 = reports[int(len(reports) * 0.95) - 1]
    print(
        f"  report         median {statistics.median(reports) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms   goal p95 < 200"
    )


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Path]]:
    """An empty database that writes through to the disk, and a folder beside it."""
    with tempfile.TemporaryDirectory(prefix="cuecard-bench-") as made:
        folder = Path(made)
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'hub.sqlite'}", folder
        else:
            with postgres_server(_POSTGRES) as server:
                yield server.new_database(), folder


@contextmanager
def hub(url: str, key_file: Path, folder: Path, workers: int) -> Iterator[str]:
    """A hub with the demo in it; its address."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "app.cli", "hub", "--db", url, "--port", "0", "--demo", "--accounts", "20"]
    command += ["--ready-file", str(ready), "--key-file", str(key_file), "--data-dir", str(folder)]
    command += ["--workers", str(workers)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.05)
        yield json.loads(ready.read_text())["url"]
    finally:
        process.terminate()
        process.wait(30)


def sign_in(address: str, folder: Path, device: str) -> Desk:
    """A desk of one of the demo's agents."""
    sign_ins = read_sign_ins(folder / "demo-sign-ins.json")
    assert sign_ins is not None
    who = {"user": sign_ins.agent.user, "password": sign_ins.agent.password, "device_id": device}
    connection = _connect(address)
    connection.request("POST", "/v1/sessions", json.dumps(who))
    answer = json.loads(connection.getresponse().read())
    session = answer["session"]
    return Desk(device, session["id"], session["person"]["id"], answer["device_token"])


def batches(desks: list[Desk], count: int) -> tuple[list[list[bytes]], float]:
    """Packed batches for each desk, and the mean size of an event."""
    encode = msgspec.json.Encoder().encode
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    compressor = zstandard.ZstdCompressor(level=3)
    packed: list[list[bytes]] = [[] for _ in desks]
    size = 0
    for number in range(count):
        desk = desks[number % len(desks)]
        events, subject = [], ""
        for place in range(BATCH):
            type_, data = CALL[place % len(CALL)]
            if place % len(CALL) == 0:
                subject = str(uuid7())
            events.append(
                {
                    "specversion": "1.0",
                    "id": str(uuid7()),
                    "source": f"/devices/{desk.device}",
                    "type": f"cuecard.{type_}.v1",
                    "subject": subject,
                    "time": moment,
                    "datacontenttype": "application/json",
                    "sequence": str(number * BATCH + place + 1),
                    "agentsession": desk.session,
                    "data": data,
                }
            )
        body = encode(events)
        size += len(body)
        packed[number % len(desks)].append(compressor.compress(body))
    return packed, size / count / BATCH


def ingest(
    address: str, desks: list[Desk], packed: list[list[bytes]], seconds: float
) -> tuple[float, list[float], int]:
    """Sends until the time is over or nothing is left; seconds, each request's wait, events acknowledged."""
    waits: list[float] = []
    counts = [0] * len(desks)
    end = time.monotonic() + seconds

    def send(number: int) -> None:
        connection = _connect(address)
        headers = {
            "Authorization": f"Bearer {desks[number].token}",
            "Content-Type": "application/cloudevents-batch+json",
            "Content-Encoding": "zstd",
        }
        for body in packed[number]:
            if time.monotonic() > end:
                break
            begun = time.monotonic()
            connection.request("POST", "/v1/events", body, headers)
            response = connection.getresponse()
            answer = response.read()
            waits.append(time.monotonic() - begun)
            assert response.status == 200, answer[:300]
            counts[number] += BATCH
            assert answer.startswith(b'{"accepted":["') and b'"duplicates":[],"rejected":[]' in answer

    begun = time.monotonic()
    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(desks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun, waits, sum(counts)


def caught_up_after(address: str) -> float:
    """Seconds until the reports show everything."""
    begun = time.monotonic()
    while time.monotonic() - begun < 600:
        connection = _connect(address)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        lag = next(line for line in text.splitlines() if line.startswith("cuecard_hub_projection_lag_seconds "))
        if float(lag.split()[1]) == 0:
            return time.monotonic() - begun
        time.sleep(0.2)
    raise SystemExit("the projections did not catch up within ten minutes")


def report_waits(url: str, key_file: Path, address: str, folder: Path) -> list[float]:
    """Seconds that a lead waits for a report, over sums as 10 million events leave them (385,000 calls of 90 days)."""
    store = Store(url, key_file=key_file)
    end = int(datetime.now(UTC).timestamp() * 10**6) // SLOT * SLOT
    rows = [
        {"team": f"team-{number}" if number else "blue", "slot": end - (day * 96 + quarter) * SLOT, "person": person}
        | dict.fromkeys(CALL_COUNTS, 1)
        for number in range(8)
        for day in range(1, 91)
        for quarter in range(36)
        for person in ("", *(f"person-{agent}" for agent in range(15)))
    ]
    with store.write() as connection:
        for start in range(0, len(rows), 20_000):
            connection.execute(insert(schema.call_tally), rows[start : start + 20_000])
    store.close()
    sign_ins = read_sign_ins(folder / "demo-sign-ins.json")
    assert sign_ins is not None
    desk = _connect(address)
    who = {"user": sign_ins.lead.user, "password": sign_ins.lead.password, "device_id": "lead-pc"}
    desk.request("POST", "/v1/sessions", json.dumps(who))
    token = json.loads(desk.getresponse().read())["token"]
    period = "from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z&team=blue"
    waits = []
    for _ in range(200):
        begun = time.monotonic()
        desk.request("GET", f"/v1/reports/agents?{period}", headers={"Authorization": f"Bearer {token}"})
        response = desk.getresponse()
        body = response.read()
        waits.append(time.monotonic() - begun)
        assert response.status == 200 and b"person-14" in body
    return waits


def storage_floor(url: str, key_file: Path, seconds: float, salt: int) -> float:
    """Events a second of the same rows by the same statement alone, from as many threads as the hub writes with."""
    store = Store(url, key_file=key_file)
    writing = writing_for(store)
    counts: list[int] = []
    desks = [Desk(f"floor-{salt}-{number}", f"session-{number}", "person-ana", "") for number in range(2)]
    ready = [_runs(desk, int(seconds * 75)) for desk in desks]
    writing.prepare({run.origin.month for runs in ready for run in runs})
    gc.collect()
    gc.freeze()
    end = time.monotonic() + seconds

    def write(made: list[Run]) -> None:
        for run in made:
            if time.monotonic() > end:
                break
            with store.write() as connection:
                writing.insert(connection, [run])
            counts.append(len(run.events))

    threads = [threading.Thread(target=write, args=(made,)) for made in ready]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    store.close()
    return sum(counts) / took


def _runs(desk: Desk, count: int) -> list[Run]:
    (packed,), _ = batches([desk], count)
    unpack = zstandard.ZstdDecompressor().decompress
    received = time.time_ns() // 1000
    runs = []
    for body in packed:
        events = read_batch(unpack(body)).events
        source, month = f"/devices/{desk.device}", month_of(events[0].id)
        runs.append(Run(Origin("blue", month, source, 0, desk.session, desk.person, "blue", received), 0, events))
    return runs


def _connect(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    main()
