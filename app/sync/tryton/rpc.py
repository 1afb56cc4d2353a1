"""Tryton's JSON-RPC: one call and its errors in the words of the contract.

Shapes as trytond 7 and 8 answer them: POST /<database>/rpc/ with {id, method, params}; {id, result} or {id, error:
[kind, arguments]}; 401 for a session or password that is not good; dates as {"__class__": "datetime", year, ..} in UTC.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias
from urllib.parse import quote

import msgspec

from app.domain.event import Json
from app.sync.crm import CrmBusy, CrmRefused, CrmUnreachable, SignInRefused
from app.sync.transport import MAX_ANSWER_BYTES, Answer, Bounds, Transport

Row: TypeAlias = Mapping[str, Any]

# A refusal comes as a page for browsers.
_BOUNDS = Bounds(MAX_ANSWER_BYTES, 60.0, frozenset({"text/html", "text/plain"}))
_WRONG = "The user name or the password is wrong, or the session is over."


@dataclass(frozen=True, slots=True)
class Session:
    """A session at Tryton: the user's login and number, and the session's secret."""

    login: str
    user: int
    key: str

    @property
    def header(self) -> str:
        """As the Authorization header has it."""
        return "Session " + base64.b64encode(f"{self.login}:{self.user}:{self.key}".encode()).decode()


class _Reply(msgspec.Struct):
    result: Any = None
    error: list[Any] | None = None


class TrytonRpc:
    """Calls of one Tryton database. Safe to use from several threads."""

    def __init__(self, transport: Transport, database: str) -> None:
        self._transport = transport
        self._path = f"/{quote(database, safe='')}/rpc/"
        self._numbers = itertools.count(1)

    def login(self, user: str, password: str) -> Session:
        """A new session; raises SignInRefused. Tryton answers wrong passwords ever more slowly by itself."""
        answered, _ = self._call(None, "common.db.login", [user, {"password": password}])
        if not (isinstance(answered, list) and len(answered) > 1 and isinstance(answered[0], int)):
            raise SignInRefused(_WRONG, 401)
        return Session(user, answered[0], str(answered[1]))

    def logout(self, session: Session) -> None:
        """Ends a session."""
        self._call(session, "common.db.logout", [])

    def call(self, session: Session, method: str, *params: Json) -> Any:
        """The result of a method; `params` without the context that Tryton wants last."""
        return self._call(session, method, [*params, {}])[0]

    def call_at(self, session: Session, method: str, *params: Json, inactive: bool = False) -> tuple[Any, datetime]:
        """The result and Tryton's clock, to the second; `inactive`: a search finds what is no longer in use, too."""
        context: Json = {"active_test": False} if inactive else {}
        return self._call(session, method, [*params, context])

    def _call(self, session: Session | None, method: str, params: Sequence[Json]) -> tuple[Any, datetime]:
        headers = {"Content-Type": "application/json"}
        if session is not None:
            headers["Authorization"] = session.header
        wanted = msgspec.json.encode({"id": next(self._numbers), "method": method, "params": params})
        answer = self._transport.send("POST", self._path, headers=headers, body=wanted, bounds=_BOUNDS)
        return _result(answer), _clock(answer)


def datetime_from(value: Any) -> datetime | None:
    """A time as Tryton writes it (UTC, without saying so); None for none."""
    if not isinstance(value, Mapping):
        return None
    parts = [int(value.get(name, 0)) for name in ("year", "month", "day", "hour", "minute", "second", "microsecond")]
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def datetime_to(moment: datetime) -> Json:
    """A time as Tryton reads it."""
    at = moment.astimezone(UTC)
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime", **{name: getattr(at, name) for name in names}}


def _result(answer: Answer) -> Any:
    if answer.status in (401, 403):
        raise SignInRefused(_WRONG, 401)
    if answer.status in (429, 503):
        raise CrmBusy("Tryton is busy; trying again.")
    if answer.status == 404:
        raise CrmRefused("There is no such database at this Tryton. Check the address.", 404)
    if answer.status != 200:
        raise CrmUnreachable(f"Tryton has a fault (status {answer.status}); trying again.")
    try:
        reply = msgspec.json.decode(answer.body, type=_Reply)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CrmUnreachable("What answers at that address is not Tryton; check the address.") from None
    if reply.error is None:
        return reply.result
    kind = str(reply.error[0]) if reply.error else ""
    if kind in ("LoginException", "AccessError"):
        # More than a password is wanted, or a right is missing: nothing that trying again would change.
        raise SignInRefused("Tryton does not let this user do that. Ask your administrator.", 401)
    if kind == "ConcurrencyException":
        raise CrmBusy("Someone else changed the same at Tryton; trying again.")
    # Its text may quote a customer, so only its kind is told.
    if kind.endswith(("Error", "Warning")):
        raise CrmRefused(f"Tryton refused that ({kind[:60]}).", 422)
    raise CrmUnreachable("Tryton could not do that, although it answered; is the module `party` activated?")


def _clock(answer: Answer) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return datetime.now(UTC)
