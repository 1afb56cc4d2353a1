"""A hub process under abuse and under load: memory, slow senders, being told to stop, being killed."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import zstandard
from sqlalchemy import select
from uuid_utils import uuid7

from app.hub import schema
from app.hub.demo_sign_ins import read_sign_ins
from app.hub.store import Store
from tests.fakes.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[3]
MIB = 1024 * 1024


class HubProcess:
    """A hub started as an administrator would, with the demo in it."""

    def __init__(self, database: str, folder: Path, *more: str) -> None:
        self.database, self.folder = database, folder
        self._was_told = False
        ready = folder / "ready.json"
        command = [
            sys.executable,
            "-m",
            "app.cli",
            "hub",
            "--db",
            database,
            "--port",
            "0",
            "--demo",
            "--accounts",
            "10",
        ]
        command += ["--accounts", "10"]
        command += ["--key-file", str(folder / "hub.key"), "--data-dir", str(folder), "--ready-file", str(ready), *more]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert self.process.poll() is None and time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.02)
        plain = json.loads(ready.read_text())
        self.url, self.pid = str(plain["url"]), int(plain["pid"])

    def sign_in(self, device: str = "desk-1") -> dict[str, Any]:
        sign_ins = read_sign_ins(self.folder / "demo-sign-ins.json")
        assert sign_ins is not None
        who = {"user": sign_ins.agent.user, "password": sign_ins.agent.password, "device_id": device}
        answer: dict[str, Any] = httpx.post(f"{self.url}/v1/sessions", json=who, timeout=30, trust_env=False).json()
        return answer

    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    def memory(self) -> int:
        """Bytes of resident memory at its highest since the last look."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        return int(peak.split()[1]) * 1024

    def tell_to_stop(self) -> None:
        """Sends SIGTERM, once."""
        if self.process.poll() is None and not self._was_told:
            self._was_told = True
            self.process.terminate()

    def stop(self) -> str:
        """Tells it to stop; what it said."""
        self.tell_to_stop()
        _, said = self.process.communicate(timeout=40)
        return said


@pytest.fixture
def process(database: str, tmp_path: Path) -> Iterator[HubProcess]:
    hub = HubProcess(database, tmp_path)
    yield hub
    hub.stop()


@pytest.fixture
def sqlite_process(tmp_path: Path) -> Iterator[HubProcess]:
    hub = HubProcess(f"sqlite:///{tmp_path / 'hub.sqlite'}", tmp_path)
    yield hub
    hub.stop()


def an_event(session: dict[str, Any], device: str, sequence: int) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": f"/devices/{device}",
        "type": "cuecard.note.saved.v1",
        "subject": "call-1",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "agentsession": session["id"],
        "data": {"text": "x" * 300},
    }


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_row_27_bodies_without_end_and_bombs_do_not_grow_the_memory(sqlite_process: HubProcess) -> None:
    hub = sqlite_process
    token = hub.sign_in()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    bombs = {"gzip": gzip.compress(b" " * (256 * MIB)), "zstd": zstandard.compress(b" " * (256 * MIB))}
    with httpx.Client(base_url=hub.url, headers=headers, timeout=30, trust_env=False) as client:
        assert client.post("/v1/events", content=b"[]").status_code == 200
        before = hub.memory()
        for encoding, bomb in bombs.items():
            assert client.post("/v1/events", content=bomb, headers={"Content-Encoding": encoding}).status_code == 413
        sent = _without_end(hub, token)
        grown = hub.memory() - before
        assert client.get("/v1/me").status_code == 200
    assert sent < 100 * MIB
    assert grown < 20 * MIB


def _head(token: str, length: str) -> bytes:
    return f"POST /v1/events HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n{length}\r\n\r\n".encode()


def _without_end(hub: HubProcess, token: str) -> int:
    sent = 0
    with socket.create_connection(hub.address(), timeout=20) as sender:
        sender.sendall(_head(token, "Transfer-Encoding: chunked"))
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        with pytest.raises(OSError):
            while sent < 100 * MIB:
                sender.sendall(chunk)
                sent += 0x10000
    return sent


@pytest.mark.skipif(sys.platform == "win32", reason="so many sockets need another set-up there")
def test_row_28_five_hundred_slow_senders_are_hung_up_on_and_disturb_nobody(sqlite_process: HubProcess) -> None:
    hub = sqlite_process
    answer = hub.sign_in()
    token = answer["token"]
    begun = time.monotonic()
    heads = (
        b"",
        b"GET /v1/health HTTP/1.1\r\nHost: h",
        _head(token, "Content-Length: 9999") + b"[",
    )
    slow = [socket.create_connection(hub.address(), timeout=20) for _ in range(500)]
    for number, sender in enumerate(slow):
        sender.sendall(heads[number % 3])
    waits = []
    with httpx.Client(base_url=hub.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as others:
        for _ in range(200):
            asked = time.monotonic()
            assert others.get("/v1/me", timeout=20).status_code == 200
            waits.append(time.monotonic() - asked)
            for sender in slow[2::51]:
                sender.send(b" ")  # a byte now and then buys no time
    for sender in slow:
        sender.settimeout(max(0.1, begun + 12 - time.monotonic()))
        try:
            while sender.recv(1000):
                pass
        except ConnectionError:
            pass
        sender.close()
    took = time.monotonic() - begun
    assert took < 12
    assert sorted(waits)[int(len(waits) * 0.95)] < 1


def test_a_hub_that_is_told_to_stop_under_load_loses_nothing_it_confirmed(process: HubProcess) -> None:
    confirmed = _under_load(process, process.tell_to_stop)
    assert process.stop() == ""
    assert process.process.returncode == 0
    assert confirmed <= _recorded(process)


def test_a_hub_that_is_killed_under_load_loses_nothing_it_confirmed(process: HubProcess) -> None:
    confirmed = _under_load(process, process.process.kill)
    process.stop()
    assert confirmed <= _recorded(process)


def test_several_processes_serve_one_database_and_stop_together(tmp_path: Path, postgres: PostgresServer) -> None:
    hub = HubProcess(postgres.new_database(), tmp_path, "--workers", "2")
    confirmed = _under_load(hub, hub.tell_to_stop)
    assert hub.stop() == ""
    assert hub.process.returncode == 0
    assert confirmed <= _recorded(hub)


def _under_load(hub: HubProcess, end: Any) -> set[str]:
    """Sends from four desktops, ends the hub amidst; the ids that were confirmed."""
    confirmed: set[str] = set()
    is_running = threading.Event()

    def send(device: str) -> None:
        try:
            answer = hub.sign_in(device)
        except httpx.TransportError:
            return  # the end came before this desktop had begun
        headers = {"Authorization": f"Bearer {answer['device_token']}"}
        with httpx.Client(base_url=hub.url, headers=headers, timeout=30, trust_env=False) as client:
            for number in range(2000):
                batch = [an_event(answer["session"], device, number * 50 + place + 1) for place in range(50)]
                try:
                    response = client.post("/v1/events", json=batch)
                except httpx.TransportError:
                    return
                if response.status_code != 200:
                    assert response.status_code == 503
                    return
                confirmed.update(response.json()["accepted"])
                if len(confirmed) > 1000:
                    is_running.set()

    senders = [threading.Thread(target=send, args=(f"desk-{number}",)) for number in range(4)]
    for sender in senders:
        sender.start()
    assert is_running.wait(30)
    end()
    for sender in senders:
        sender.join()
    return confirmed


def _recorded(hub: HubProcess) -> set[str]:
    store = Store(hub.database, key_file=hub.folder / "hub.key")
    with store.read() as connection:
        ids = connection.execute(select(schema.event.c.id)).scalars().all()
    store.close()
    assert len(ids) == len(set(ids))
    return set(ids)
