"""A real Tryton, started from its packages on SQLite in a folder of its own, with the demo's customers as parties."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from app.domain.account import Account
from app.domain.event import Json
from app.sync.transport import HttpTransport
from app.sync.tryton.crm import TrytonCrm
from app.sync.tryton.parties import Site
from app.sync.tryton.rpc import Session, TrytonRpc

DATABASE = "crm"
USER, PASSWORD = "admin", "a password of the tests"
AGENT, AGENT_PASSWORD = "ana", "another password of the tests"
_PROGRAMS = Path(sys.executable).parent
_START_SECONDS = 60.0


def make_database(folder: Path) -> None:
    """Makes the database with the module `party`; some seconds. The folder can be copied."""
    folder.mkdir(parents=True, exist_ok=True)
    # Tryton wants the file to be there.
    sqlite3.connect(folder / f"{DATABASE}.sqlite").execute("VACUUM").connection.close()
    (folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    for what in (["--all", "--email", "admin@example.com"], ["-u", "party", "--activate-dependencies"]):
        subprocess.run(
            [_PROGRAMS / "trytond-admin", "-c", _configuration(folder, 0), "-d", DATABASE, *what],
            env={**os.environ, "TRYTONPASSFILE": str(folder / "password")},
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=180,
        )


class RunningTryton:
    """A Tryton server on a loopback port. `url` is its address, `ids` the party of each account by account number."""

    def __init__(self, folder: Path, template: Path, accounts: Sequence[Account] = ()) -> None:
        shutil.copytree(template, folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [_PROGRAMS / "trytond", "-c", _configuration(folder, port), "-d", DATABASE],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._transports: list[HttpTransport] = []
        try:
            self._wait_until_it_answers()
            self.rpc = TrytonRpc(self.transport(), DATABASE)
            self.admin: Session = self.rpc.login(USER, PASSWORD)
            self._add_agent()
            self.ids = {account.number: self.add_party(account) for account in accounts}
        except BaseException:
            self.stop()
            raise

    def transport(self, url: str = "") -> HttpTransport:
        """A connection of its own, straight or through `url`."""
        self._transports.append(HttpTransport(url or self.url))
        return self._transports[-1]

    def crm(self, url: str = "") -> TrytonCrm:
        """A desktop's adapter, not signed in."""
        return TrytonCrm(TrytonRpc(self.transport(url), DATABASE), Site())

    def add_party(self, account: Account) -> int:
        """A party like this account; its number at Tryton."""
        # Numbers set apart for films and examples are no valid mobile numbers to Tryton.
        phones: list[Json] = [
            {"type": "other" if "7700900" in phone else "phone", "value": phone} for phone in account.phones
        ]
        address: Json = {"street": account.street or "", "postal_code": f"{account.area} 1AA"}
        party: Json = {
            "name": account.name,
            "code": account.number,
            "contact_mechanisms": [["create", phones]],
            "addresses": [["create", [address]]],
        }
        (number,) = self.rpc.call(self.admin, "model.party.party.create", [party])
        return int(number)

    def notes(self) -> list[dict[str, Any]]:
        """Every note in it, as Tryton has it."""
        fields: Json = ["message", "resource"]
        every: list[int] = self.rpc.call(self.admin, "model.party.party.search", [], 0, None, None)
        whose: list[Json] = [["resource", "in", [f"party.party,{number}" for number in every]]]
        order: Json = [["id", "ASC"]]
        method = "model.ir.note.search_read"
        rows: list[dict[str, Any]] = self.rpc.call(self.admin, method, whose, 0, None, order, fields)
        return rows

    def stop(self) -> None:
        """Ends the server."""
        for transport in self._transports:
            transport.close()
        self._process.terminate()
        self._process.wait(20)
        self._log.close()

    def _add_agent(self) -> None:
        agent: Json = {"name": "Ana R.", "login": AGENT, "password": AGENT_PASSWORD}
        self.rpc.call(self.admin, "model.res.user.create", [agent])

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                httpx.get(self.url, trust_env=False)
                return
            except httpx.HTTPError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise AssertionError(f"Tryton does not answer; its log is {self._log.name}") from None
                time.sleep(0.05)


def _configuration(folder: Path, port: int) -> Path:
    file = folder / "trytond.conf"
    lines = ["[database]", "uri = sqlite://", f"path = {folder}", "[web]", f"listen = 127.0.0.1:{port}"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
