"""The CRM contract: what Cuecard asks of the central system, whichever it is.

Each adapter (our hub, other CRMs) implements `Crm` and passes the same contract tests. All calls block; they are made
in workers, never on the UI thread.

    CrmError
    ├── CrmUnreachable     no answer, broken answer, server fault: try again later
    │   └── CrmFailed      it was reached and failed at this request, or did not answer it in time
    ├── CrmBusy            429 or 503; `retry_after` in seconds where the server said so
    ├── CrmRefused         the server understood and said no; `problem` says why
    │   └── SignInRefused  user or password wrong, session ended
    └── CrmUnsupported     this CRM cannot do that (declared in `abilities`)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.account import Account
from app.domain.event import Event, Json
from app.domain.person import AgentSession


class CrmError(Exception):
    """A call to the CRM failed. The text says what to do and holds no personal data."""


class CrmUnreachable(CrmError):
    """No usable answer came."""


class CrmFailed(CrmUnreachable):
    """The CRM was reached and failed at this very request: a server fault, or no answer in time."""


class CrmBusy(CrmError):
    """The CRM asks for patience."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CrmRefused(CrmError):
    """The CRM said no. `status` is the HTTP status, `problem` the RFC 9457 detail."""

    def __init__(self, problem: str, status: int = 400) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


class SignInRefused(CrmRefused):
    """The user name or password is wrong, or the session is over."""


class CrmUnsupported(CrmError):
    """This CRM cannot do that."""


class Ability(StrEnum):
    """What a CRM may or may not be able to do."""

    VERIFY = "verify"
    ORDERS = "orders"
    CANCELLATION = "cancellation"
    CHANGES = "changes"
    EVENTS = "events"
    # Instead of every event, only what a call came to and the notes: no figures can be had from there.
    OUTCOMES = "outcomes"
    REPORTS = "reports"
    RELEASES = "releases"


class VerifyAnswer(StrEnum):
    """The CRM's answer to a caller's factor; UNKNOWN: it cannot tell (no such factor on file, or too many tries)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in gives: the session that events carry, and the opaque token that opens the CRM.

    `refresh` renews the token ("": it lasts as long as the session); `next_refresh` is what comes after it, once it was
    drawn and perhaps sent. `token_seconds` and `lease_seconds` count from when the token came, at `server_time` by the
    CRM's clock. `must_change`: the password was for once only, and nothing else works before it is changed.
    """

    session: AgentSession
    token: str = field(repr=False)
    device_token: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    next_refresh: str = field(default="", repr=False)
    token_seconds: int = 0
    lease_seconds: int = 0
    server_time: datetime | None = None
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """An event that the CRM will never take, and why (RFC 9457 problem)."""

    id: str
    status: int
    problem: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The per-event answer to a batch; `server_time` is the CRM's clock for the offset.

    `instance` tells one start of the CRM from another, "" where it does not say.
    """

    accepted: tuple[str, ...]
    duplicates: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    server_time: datetime
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Accounts (INDEX detail) changed since a cursor, and the cursor to ask from next. `more`: ask again at once.

    `gone`: the ids of accounts that the CRM no longer has.
    """

    accounts: tuple[Account, ...]
    cursor: str
    more: bool
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order or a cancellation, prefilled from account and call. `id` (UUIDv7) makes it safe to send again."""

    id: str
    account: str
    action: str
    details: dict[str, Json]


@dataclass(frozen=True, slots=True)
class FetchedRelease:
    """A release's file as it came, not yet verified, and what to ask with whether there is a newer one."""

    file: bytes
    etag: str


class Crm(Protocol):
    """A central CRM. Every call may raise CrmError."""

    abilities: frozenset[Ability]

    def sign_in(self, user: str, password: str, device_id: str) -> Credentials:
        """Opens a session; raises SignInRefused."""

    def sign_out(self) -> None:
        """Ends the session at the CRM; unreachable is not an error here."""

    def resume(self, credentials: Credentials) -> None:
        """Goes on with an earlier session (after a restart); makes no request."""

    def accounts_by_phone(self, e164: str) -> tuple[Account, ...]:
        """Every account on which the number stands, FULL detail, in account number order."""

    def account(self, account_id: str) -> Account | None:
        """One account, FULL detail."""

    def changes(self, cursor: str | None) -> Changes:
        """Accounts changed since the cursor; None: from the beginning."""

    def verify(self, account_id: str, method: str, factor: str) -> VerifyAnswer:
        """Checks a caller's factor. The factor is never stored nor logged on either side."""

    def post_events(self, events: Sequence[Event], token: str | None = None) -> Receipt:
        """Sends a batch; answers after the CRM has committed."""

    def place_order(self, order: OrderRequest) -> str:
        """Places an order or starts a cancellation; the CRM's reference. The same id twice is one order."""

    def fetch_release(self, etag: str) -> FetchedRelease | None:
        """The release of the script library in use; None where it is the one with this ETag, or where there is none.

        "" fetches in any case. Raises CrmUnsupported where RELEASES is not among the abilities.
        """
