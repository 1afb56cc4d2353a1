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
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import zstandard
from sqlalchemy import insert

from app.hub import schema
from app.hub.batch import read_batch
from app.hub.demo_sign_ins import read_sign_ins
from app.hub.hub import writing_for
from app.hub.months import month_of
from app.hub.projector import SLOT
from app.hub.recorder import Origin, Run
from app.hub.store import Store
from app.reports.brief import CALL_COUNTS
from tests.bench._hub_calls import BATCH, CALL, Desk, batches
from tests.bench._measuring import ROOT, conditions
from tests.bench._processor import Programs, database_process
from tests.fakes.postgres import postgres_server

CONNECTIONS = 4
LAG_RATE = 20_000
QUEUED = 100_000
CALLS_AWAY = 3 * 80
_POSTGRES = ("shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=30min")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--floor-seconds", type=float, default=5)
    parser.add_argument("--lag-seconds", type=float, default=15)
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
        programs = Programs(json.loads((folder / "ready.json").read_text())["pid"], database_process(url))
        before, _ = storage_floor(url, key_file, options.floor_seconds, 7)
        caught_up_after(address)
        with programs.spent() as taking_in:
            took, waits, sent = ingest(address, desks, packed, options.seconds)
        with programs.spent() as counting:
            behind = caught_up_after(address)
        after, bare = storage_floor(url, key_file, options.floor_seconds, 8, programs.database)
        caught_up_after(address)
        with programs.spent() as draining:
            one, desktop = drained_by_desktop(address, folder)
        away = [sign_in(address, folder, f"bench-away-{number}") for number in range(15)]
        fifteen = drained(address, away, 15 * 4, CALLS_AWAY * len(CALL) // 4)
        caught_up_after(address)
        lag = lag_under(address, desks, LAG_RATE, options.lag_seconds)
        reports = report_waits(url, key_file, address, folder)
    rate, floor = sent / took, (before + after) / 2
    waits.sort()
    print(f"{kind}: {sent} events of {size:.0f} bytes in {took:.1f} s, {options.workers} worker(s), {conditions()}")
    print(f"  ingest         {rate:9.0f} events/s   {rate / floor:.2f} of the floor   goal 100,000 and 0.6")
    print(f"  storage floor  {floor:9.0f} events/s   ({before:.0f} before, {after:.0f} after)")
    p99 = waits[max(0, int(len(waits) * 0.99) - 1)]
    print(f"  POST           median {statistics.median(waits) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms   goal p99 < 300")
    print(
        f"  processor      an event: {taking_in.each(sent)}; the floor {bare:.1f} us; counting it {counting.each(sent)}"
    )
    print(f"  drained        {one:9.1f} s for one desktop with {QUEUED} events   goal 5")
    print(f"  processor      an event: desktop {desktop / QUEUED * 1e6:.1f} us; with filling its store before:")
    print(f"                 {draining.each(QUEUED)}")
    print(f"  drained        {fifteen:9.1f} s for 15 desktops after three days of 80 calls   goal 10")
    print(
        f"  behind         {lag:9.1f} s at most while {LAG_RATE} events/s come for {options.lag_seconds:.0f} s   goal 2"
    )
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


def ingest(
    address: str, desks: list[Desk], packed: list[list[bytes]], seconds: float, size: int = BATCH, rate: int = 0
) -> tuple[float, list[float], int]:
    """Sends until the time is over or nothing is left; seconds, each request's wait, events acknowledged.

    With a `rate`, so many events a second of all desks together; else each sends as soon as it was answered.
    """
    waits: list[float] = []
    counts = [0] * len(desks)
    first = time.monotonic()
    end = first + seconds

    def send(number: int) -> None:
        connection = _connect(address)
        headers = {
            "Authorization": f"Bearer {desks[number].token}",
            "Content-Type": "application/cloudevents-batch+json",
            "Content-Encoding": "zstd",
        }
        for place, body in enumerate(packed[number]):
            if time.monotonic() > end:
                break
            if rate:
                time.sleep(max(0.0, first + place * len(desks) * size / rate - time.monotonic()))
            headers["Cuecard-Time"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            begun = time.monotonic()
            connection.request("POST", "/v1/events", body, headers)
            response = connection.getresponse()
            answer = response.read()
            waits.append(time.monotonic() - begun)
            assert response.status == 200, answer[:300]
            counts[number] += size
            assert answer.startswith(b'{"accepted":["') and b'"duplicates":[],"rejected":[]' in answer

    begun = time.monotonic()
    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(desks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun, waits, sum(counts)


def drained_by_desktop(address: str, folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of its processor, that a real desktop's sync needs for what it kept."""
    sign_ins = read_sign_ins(folder / "demo-sign-ins.json")
    assert sign_ins is not None
    command = [sys.executable, "-m", "tests.bench._queued", address, str(folder)]
    command += [sign_ins.agent.user, sign_ins.agent.password, str(QUEUED)]
    said = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    return said["seconds"], said["processor"]


def drained(address: str, desks: list[Desk], count: int, size: int) -> float:
    """Seconds until so many batches, waiting at these desks, are acknowledged; each desk sends one after the other."""
    packed, _ = batches(desks, count, size)
    took, _, _ = ingest(address, desks, packed, 600, size)
    return took


def lag_under(address: str, desks: list[Desk], rate: int, seconds: float) -> float:
    """How many seconds the reports are behind at most while so many events a second come in."""
    packed, _ = batches(desks, int(seconds * rate / BATCH))
    sending = threading.Thread(target=ingest, args=(address, desks, packed, 600), kwargs={"rate": rate})
    sending.start()
    worst = 0.0
    while sending.is_alive():
        worst = max(worst, _lag(address))
        time.sleep(0.1)
    return worst


def _lag(address: str) -> float:
    connection = _connect(address)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    line = next(line for line in text.splitlines() if line.startswith("cuecard_hub_projection_lag_seconds "))
    return float(line.split()[1])


def caught_up_after(address: str) -> float:
    """Seconds until the reports show everything."""
    begun = time.monotonic()
    while time.monotonic() - begun < 600:
        if _lag(address) == 0:
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


def storage_floor(
    url: str, key_file: Path, seconds: float, salt: int, database: int | None = None
) -> tuple[float, float]:
    """Events a second of the same rows by the same statement alone, from as many threads as the hub writes with.

    And microseconds of the processor for each, those of the database among them.
    """
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
    with Programs(0, database).spent() as spent:
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
    store.close()
    return sum(counts) / took, spent.all / sum(counts)


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
