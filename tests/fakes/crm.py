"""An honest CRM in memory: it keeps the contract in app/sync/crm.py, and passes the contract's tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
import uuid_utils

from app.domain.account import Account, Detail, mask_name
from app.domain.event import Event
from app.domain.person import AgentSession, Person
from app.sync.crm import (
    Ability,
    Changes,
    Credentials,
    CrmError,
    CrmRefused,
    FetchedRelease,
    OrderRequest,
    Receipt,
    Rejection,
    SignInRefused,
    VerifyAnswer,
)


@dataclass(frozen=True, slots=True)
class Login:
    """A person who may sign in."""

    person: Person
    password: str


class MemoryCrm:
    """A central CRM in memory.

    `factors` are (account, method) -> the right answer. Put an error into `failing` and the next call raises it.
    Attributes for tests: `stored`, every event by (source, id), in the order of arrival; `tokens_used`, one per batch;
    `orders` by id; `release` is the file of the release in use, b"" for none.
    """

    abilities: frozenset[Ability] = frozenset(Ability)
    page = 1_000

    def __init__(
        self,
        accounts: Iterable[Account] = (),
        logins: dict[str, Login] | None = None,
        factors: dict[tuple[str, str], str] | None = None,
    ) -> None:
        self._accounts = {account.id: account for account in accounts}
        self._logins = logins or {}
        self._factors = factors or {}
        self._credentials: Credentials | None = None
        self._tokens: dict[str, Credentials] = {}
        self._sessions: dict[str, AgentSession] = {}
        self._wrong_tries: Counter[str] = Counter()
        self.failing: list[CrmError] = []
        self.stored: dict[tuple[str, str], Event] = {}
        self.tokens_used: list[str] = []
        self.orders: dict[str, str] = {}
        self.release = b""

    def another(self) -> MemoryCrm:
        """The same CRM as another desktop sees it: not signed in."""
        other = copy(self)
        other._credentials = None
        return other

    def sign_in(self, user: str, password: str, device_id: str) -> Credentials:
        """Opens a session."""
        self._fail()
        login = self._logins.get(user)
        if login is None or login.password != password:
            raise SignInRefused("The user name or password is wrong.", 401)
        now = datetime.now(UTC)
        session = AgentSession(
            str(uuid_utils.uuid7()), login.person, device_id, "North", "GB", "GBP", now, now + timedelta(hours=12)
        )
        credentials = Credentials(session, f"token-{session.id}", f"device-{session.id}")
        self._tokens |= {credentials.token: credentials, credentials.device_token: credentials}
        self._sessions[session.id] = session
        self._credentials = credentials
        return credentials

    def sign_out(self) -> None:
        """Ends the session; the device token goes on."""
        if self._credentials is not None:
            self._tokens.pop(self._credentials.token, None)
        self._credentials = None

    def resume(self, credentials: Credentials) -> None:
        """Goes on with an earlier session."""
        self._credentials = credentials

    def accounts_by_phone(self, e164: str) -> tuple[Account, ...]:
        """Accounts with the number, by account number."""
        self._signed_in()
        found = [account for account in self._accounts.values() if e164 in account.phones]
        return tuple(sorted(found, key=lambda account: account.number))

    def find_accounts(self, text: str, region: str) -> tuple[Account, ...]:
        """Masked accounts with such a number, or such words in the name."""
        self._signed_in()
        words = text.casefold().split()
        found = [
            account
            for account in self._accounts.values()
            if text in (account.number, *account.phones)
            or all(any(part.startswith(word) for part in account.name.casefold().split()) for word in words)
        ]
        return tuple(_masked(account) for account in found[:10])

    def by_number(self, number: str) -> Account | None:
        """The account with that account number."""
        self._signed_in()
        return next((account for account in self._accounts.values() if account.number == number), None)

    def account(self, account_id: str) -> Account | None:
        """One account."""
        self._signed_in()
        return self._accounts.get(account_id)

    def put(self, account: Account) -> None:
        """Changes or adds an account, as if at the CRM itself."""
        self._accounts.pop(account.id, None)
        self._accounts[account.id] = account

    def changes(self, cursor: str | None) -> Changes:
        """Masked accounts in order of revision."""
        self._signed_in()
        if cursor is not None and not cursor.isdigit():
            raise CrmRefused("This cursor is not known here.", 410)
        after = 0 if cursor is None else int(cursor)
        changed = sorted((a for a in self._accounts.values() if a.revision > after), key=lambda a: a.revision)
        page = changed[: self.page]
        reached = page[-1].revision if page else after
        return Changes(tuple(_masked(account) for account in page), str(reached), len(changed) > len(page))

    def verify(self, account_id: str, method: str, factor: str) -> VerifyAnswer:
        """Compares the factor with what is on file; after five wrong ones it tells nothing more."""
        self._signed_in()
        if account_id not in self._accounts:
            raise CrmRefused("There is no such account.", 404)
        right = self._factors.get((account_id, method))
        if right is None or self._wrong_tries[account_id] >= 5:
            return VerifyAnswer.UNKNOWN
        if right == factor:
            return VerifyAnswer.YES
        self._wrong_tries[account_id] += 1
        return VerifyAnswer.NO

    def post_events(self, events: Sequence[Event], token: str | None = None) -> Receipt:
        """Stores each event once; refuses what is not of a session on the token's device."""
        self._fail()
        if token is None:
            token = self._signed_in().device_token
        sender = self._tokens.get(token)
        if sender is None:
            raise SignInRefused("The session is over.", 401)
        self.tokens_used.append(token)
        accepted, duplicates, rejected = [], [], []
        for event in events:
            refusal = self._refusal(event, sender.session)
            if refusal is not None:
                rejected.append(refusal)
            elif (event.source, event.id) in self.stored:
                duplicates.append(event.id)
            else:
                self.stored[event.source, event.id] = event
                accepted.append(event.id)
        return Receipt(tuple(accepted), tuple(duplicates), tuple(rejected), datetime.now(UTC))

    def place_order(self, order: OrderRequest) -> str:
        """One reference per order id."""
        self._signed_in()
        if order.account not in self._accounts:
            raise CrmRefused("There is no such account.", 404)
        return self.orders.setdefault(order.id, f"ORD-{len(self.orders) + 1:06}")

    def fetch_release(self, etag: str) -> FetchedRelease | None:
        """The file in `release`, where there is one that the other side does not have."""
        self._signed_in()
        tag = sha256(self.release).hexdigest()
        return None if not self.release or etag == tag else FetchedRelease(self.release, tag)

    def _refusal(self, event: Event, sender: AgentSession) -> Rejection | None:
        if event.source != f"/devices/{sender.device_id}":
            return Rejection(event.id, 403, "The event is not from the device that sent it.")
        session = self._sessions.get(event.agent_session)
        if session is None or session.device_id != sender.device_id:
            return Rejection(event.id, 403, "The event's agent session was not issued for this device.")
        known = self.stored.get((event.source, event.id))
        if known is not None and msgspec.to_builtins(known) != msgspec.to_builtins(event):
            return Rejection(event.id, 409, "Another event has this id.")
        return None

    def _signed_in(self) -> Credentials:
        self._fail()
        if self._credentials is None or self._credentials.token not in self._tokens:
            raise SignInRefused("Sign in first.", 401)
        return self._credentials

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)


def _masked(account: Account) -> Account:
    return replace(account, detail=Detail.INDEX, name=mask_name(account.name), first_name=None, street=None, email=None)
