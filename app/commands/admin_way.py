"""The two ways in which `cuecard admin` reaches the hub's data: the database itself, or a hub that runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from app.hub.administration.messages import Done, PasswordChange, SetUp
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.operations import BY_NAME
from app.hub.administration.setup import create_first
from app.hub.credentials import Passwords
from app.hub.engine import sqlite_file
from app.hub.errors import HubError
from app.hub.presence import FolderInUse, FolderLock
from app.hub.server import lock_beside
from app.hub.store import Store
from app.sync.transport import Answer, HttpTransport

_DEVICE = "cuecard-admin"
# Everything about a customer may be a lot, and looking for it may take long.
_MAX_BYTES = 512 * 1024 * 1024
_PATIENCE_S = 900.0


class Refused(HubError):
    """The hub said no, or cannot be reached so; the text is a sentence for the terminal."""


class Way(Protocol):
    """How operations are asked for."""

    def ask(self, operation: str, asked: Any) -> Any:
        """Does an operation of `app.hub.administration.operations`; raises HubError, or CrmError on the way."""

    def first(self, asked: SetUp) -> Done:
        """Makes the first administrator."""

    def close(self) -> None:
        """Frees what is held."""


class AtDatabase:
    """Works on the database itself, as the machine's administrator. SQLite's must not be in use by a hub."""

    def __init__(self, url: str, key_file: Path | None, *, may_create: bool) -> None:
        """Opens the database; raises HubError. `may_create`: a file that is not there yet is made."""
        self._lock: FolderLock | None = None
        file = sqlite_file(url)
        if file is not None:
            if not (may_create or file.exists()):
                raise Refused("There is no such database. Check --db; a hub makes it at its first start.")
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                self._lock = lock_beside(file)
            except FolderInUse as error:
                raise Refused("A hub runs on this database. Ask it with --hub URL, or stop it first.") from error
        try:
            self._store = Store(url, key_file=key_file)
        except BaseException:
            self._release()
            raise

    def ask(self, operation: str, asked: Any) -> Any:
        """See `Way`."""
        return BY_NAME[operation].does(self._office(), asked)

    def first(self, asked: SetUp) -> Done:
        """See `Way`; needs no code."""
        return create_first(self._office(), asked)

    def close(self) -> None:
        """See `Way`."""
        self._store.close()
        self._release()

    def _office(self) -> Office:
        return Office(self._store, Passwords(), datetime.now(UTC), MACHINE)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


class AtHub:
    """Asks a running hub as a person who has the role admin."""

    def __init__(self, url: str, authorities: Path | None) -> None:
        """Raises ValueError for an address that cannot be used. Nothing is sent yet."""
        self._transport = HttpTransport(
            url, authorities=authorities, read_seconds=_PATIENCE_S, total_seconds=_PATIENCE_S, max_bytes=_MAX_BYTES
        )
        self._token = ""

    def sign_in(self, user: str, password: str) -> bool:
        """Opens a session; whether the password has to be changed first."""
        who = {"user": user, "password": password, "device_id": _DEVICE, "device_name": "cuecard admin"}
        plain = self._send("POST", "/v1/sessions", who)
        self._token = str(plain["token"])
        return bool(plain.get("must_change"))

    def ask(self, operation: str, asked: Any) -> Any:
        """See `Way`."""
        wanted = BY_NAME[operation]
        method = "GET" if wanted.only_looks else "POST"
        plain = self._send(method, f"/v1/admin/{operation}", None if wanted.only_looks else asked)
        return msgspec.convert(plain, wanted.answers)

    def first(self, asked: SetUp) -> Done:
        """See `Way`; by the code that the hub printed."""
        return msgspec.convert(self._send("POST", "/v1/setup", asked), Done)

    def change_password(self, asked: PasswordChange) -> Done:
        """Sets one's own password."""
        return msgspec.convert(self._send("POST", "/v1/me/password", asked), Done)

    def close(self) -> None:
        """Signs out."""
        try:
            if self._token:
                self._transport.send("DELETE", "/v1/sessions/current", headers=self._headers())
        finally:
            self._transport.close()

    def _send(self, method: str, path: str, body: Any) -> Any:
        packed = None if body is None else msgspec.json.encode(body)
        answer = self._transport.send(method, path, headers=self._headers(), body=packed)
        plain = _plain(answer)
        if answer.status >= 400:
            raise Refused(str(plain.get("detail") or f"The hub refused with status {answer.status}."))
        return plain

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        return {**headers, "Authorization": f"Bearer {self._token}"} if self._token else headers


def _plain(answer: Answer) -> dict[str, Any]:
    try:
        plain = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        plain = None
    if not isinstance(plain, dict):
        raise Refused(f"What answers there is no Cuecard hub (status {answer.status}). Check --hub.")
    return plain
