"""A real hub in a thread of the test's process, on a port of its own, with a clock that the test moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from argon2 import PasswordHasher
from sqlalchemy import select
from uuid_utils import uuid7

from app.hub import schema
from app.hub.api import create_app
from app.hub.credentials import Passwords
from app.hub.demo import fill_demo
from app.hub.demo_sign_ins import DemoSignIns
from app.hub.hub import Hub
from app.hub.routes.events import EVENTS_TYPE
from app.hub.server import Address, configuration, listen
from app.hub.store import Store

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)


def cheap_passwords() -> Passwords:
    """Argon2id with settings that no test has to wait for."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Desk:
    """One signed-in person on one device, as the hub sees him."""

    client: httpx.Client
    session: dict[str, Any]
    token: str
    device_token: str
    device_id: str
    sequence: int = field(default=0)

    def event(self, type_: str, subject: str, data: Mapping[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
        """An event as this desk would send it; `changed` replaces attributes of the envelope."""
        self.sequence += 1
        return {
            "specversion": "1.0",
            "id": str(uuid7()),
            "source": f"/devices/{self.device_id}",
            "type": f"cuecard.{type_}.v1",
            "subject": subject,
            "time": "2026-03-02T14:02:00Z",
            "datacontenttype": "application/json",
            "sequence": str(self.sequence),
            "agentsession": self.session["id"],
            "data": dict(data or {}),
        } | changed

    def send(self, *events: dict[str, Any]) -> dict[str, Any]:
        """Posts a batch with the device's token; the hub's answer."""
        response = self.client.post(
            "/v1/events",
            json=list(events),
            headers={"Content-Type": EVENTS_TYPE, "Authorization": f"Bearer {self.device_token}"},
        )
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


class RunningHub:
    """A hub with the demo in it. Attributes: `url`, `store`, `clock`, `sign_ins`; `stop()` when done."""

    def __init__(self, folder: Path, accounts: int = 20, database: str = "") -> None:
        self.clock = MovableClock()
        self.store = Store(database or f"sqlite:///{folder / 'hub.sqlite'}", key_file=folder / "hub.sqlite.key")
        passwords = cheap_passwords()
        self.sign_ins: DemoSignIns = fill_demo(
            self.store, passwords, folder / "demo-sign-ins.json", now=NOW, accounts=accounts
        )
        self.hub = Hub(self.store, passwords, self.clock)
        self._server = uvicorn.Server(configuration(create_app(self.hub)))
        self._socket = listen(Address())
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="hub")
        self._thread.start()
        self._clients: list[httpx.Client] = []
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.005)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def client(self, token: str | None = None) -> httpx.Client:
        """An HTTP client of this hub, with or without a token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)
        self._clients.append(client)
        return client

    def sign_in(self, user: str, device_id: str = "desk-1") -> Desk:
        """Signs one of the demo's people in."""
        who = {"user": user, "password": self.sign_ins.of(user).password, "device_id": device_id, "device_name": "PC"}
        response = self.client().post("/v1/sessions", json=who)
        assert response.status_code == 201, response.text
        plain = response.json()
        return Desk(self.client(plain["token"]), plain["session"], plain["token"], plain["device_token"], device_id)

    def recorded(self) -> list[dict[str, Any]]:
        """The rows of the event table."""
        with self.store.read() as connection:
            return [dict(row) for row in connection.execute(select(schema.event)).mappings()]

    def audited(self) -> list[dict[str, Any]]:
        """The rows of the audit trail."""
        with self.store.read() as connection:
            return [dict(row) for row in connection.execute(select(schema.audit)).mappings()]

    def stop(self) -> None:
        """Ends the hub and frees everything."""
        for client in self._clients:
            client.close()
        self.hub.board.close()
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
        self.hub.close()
        self.store.close()
