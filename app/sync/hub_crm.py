"""The CRM contract over our hub's HTTP interface."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from urllib.parse import quote

import msgspec

from app.desk.ports import HandedOver, HandingOver, WhichCall
from app.domain.account import Account
from app.domain.event import Event, Json
from app.domain.person import AgentSession
from app.sync import cloudevents, hub_handover, hub_library
from app.sync.crm import (
    Ability,
    Changes,
    Credentials,
    CrmBusy,
    CrmError,
    CrmFailed,
    CrmRefused,
    CrmUnreachable,
    FetchedRelease,
    OrderRequest,
    Receipt,
    Rejection,
    SignInRefused,
    VerifyAnswer,
)
from app.sync.offline import OfflineSessions
from app.sync.tokens import FreshToken, Tokens, digest_of, new_refresh_token
from app.sync.transport import NOT_MODIFIED, Answer, Bounds, Stream, Transport

T = TypeVar("T")

_PAGE = 1_000
_UNAUTHORIZED = 401
# The hub's words about a session that it will not countersign; anything else is no word about the session.
_NEVER_ACCEPTED = (400, 403)
_PROBLEM = "application/problem+json"
# What a reverse proxy may say for the hub, and means the same.
_ANYBODY_S = (413, 429)


class _SignedIn(msgspec.Struct):
    token: str
    device_token: str
    session: AgentSession
    token_seconds: int = 0
    lease_seconds: int = 0
    server_time: datetime | None = None
    must_change: bool = False


class _Renewed(msgspec.Struct):
    token: str
    token_seconds: int
    lease_seconds: int = 0
    server_time: datetime | None = None


class _Proven(msgspec.Struct):
    user: str
    ticket: str


class _Capable(msgspec.Struct):
    sign_in: tuple[str, ...] = ("password",)


class _Found(msgspec.Struct):
    accounts: tuple[Account, ...]


class _Changed(msgspec.Struct):
    accounts: tuple[Account, ...]
    cursor: str
    more: bool
    gone: tuple[str, ...] = ()


class _Answered(msgspec.Struct):
    answer: str


class _Problem(msgspec.Struct):
    title: str = ""
    status: int = 0
    detail: str = ""

    @property
    def sentence(self) -> str:
        return (self.detail or self.title)[:500]


class _Refusal(msgspec.Struct):
    id: str
    problem: _Problem = msgspec.field(default_factory=_Problem)


class _Received(msgspec.Struct):
    server_time: Annotated[datetime, msgspec.Meta(tz=True)]
    accepted: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    rejected: tuple[_Refusal, ...] = ()


class _Placed(msgspec.Struct):
    reference: str


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Company(msgspec.Struct, frozen=True):
    """The company's own sign-in (OpenID Connect), and how to ask there."""

    issuer: str
    client_id: str
    authorization_endpoint: str
    scope: str
    prompt: str = ""


class HubCrm:
    """Our hub as a `Crm`. Safe to use from several threads; holds the tokens of one signed-in person.

    `device_name` is what the hub shows for this device; `clock` is the one that events are stamped by, `elapsed` counts
    seconds and never goes back. Answers that are not what the contract says count as CrmUnreachable: nothing is
    believed of a hub that cannot be understood.
    """

    abilities: frozenset[Ability] = frozenset(Ability)

    def __init__(
        self,
        transport: Transport,
        device_name: str,
        clock: Callable[[], datetime] = _utc_now,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._device_name = device_name
        self._clock = clock
        self._tokens = Tokens(self._renew, elapsed)
        self._offline: OfflineSessions | None = None

    @property
    def credentials(self) -> Credentials | None:
        """The sign-in in use."""
        return self._tokens.credentials

    def keep_with(self, save: Callable[[Credentials], None], lost: Callable[[], None] = lambda: None) -> None:
        """Where the sign-in is kept when its tokens are renewed: durably, before `save` returns.

        `lost` is told when the hub refuses to renew them.
        """
        self._tokens.keep_with(save, lost)

    def hand_in(self, sessions: OfflineSessions) -> None:
        """Has sessions that began without the hub countersigned before events of theirs are sent."""
        self._offline = sessions

    def sign_in(self, user: str, password: str, device_id: str) -> Credentials:
        """Opens a session; raises SignInRefused for a wrong user or password, CrmBusy after too many tries."""
        return self._open("/v1/sessions", {"user": user, "password": password}, device_id)

    def change_password(self, old: str, new: str) -> None:
        """Sets the signed-in person's own password; raises CrmRefused with the reason where the hub wants another."""
        self._ask("POST", "/v1/me/password", content={"old": old, "new": new})

    def ways_to_sign_in(self) -> tuple[str, ...]:
        """How people sign in at this hub: "password", "company"."""
        return _decoded(_checked(self._transport.send("GET", "/v1/capabilities")), _Capable).sign_in

    def company(self) -> Company:
        """Where the company's own sign-in is; raises CrmRefused where this hub has none."""
        return _decoded(_checked(self._transport.send("GET", "/v1/sessions/company")), Company)

    def prove(self, proof: Mapping[str, str]) -> tuple[str, str]:
        """Has the hub look at what came back from the company's sign-in; the user name, and a ticket for `redeem`."""
        proven = _decoded(self._post("/v1/sessions/company/proof", dict(proof)), _Proven)
        return proven.user, proven.ticket

    def redeem(self, ticket: str, device_id: str) -> Credentials:
        """Opens a session with a ticket; raises SignInRefused for one that is used or too old."""
        return self._open("/v1/sessions/company", {"ticket": ticket}, device_id)

    def register_key(self, public_key: bytes) -> None:
        """Tells the hub the key with which this device signs the sessions that it begins without it."""
        self._ask("PUT", "/v1/devices/current/key", content={"public_key": public_key.hex()})

    def sign_out(self) -> None:
        """Ends the session at the hub, where it can be reached, and forgets the tokens here in any case."""
        # Unreachable is no error: the token ends by itself, and who leaves must not have to wait for a network.
        with suppress(CrmError):
            self._ask("DELETE", "/v1/sessions/current")
        self._tokens.forget()

    def resume(self, credentials: Credentials) -> None:
        """Goes on with an earlier session; makes no request."""
        self._tokens.hold(credentials, is_new=False)

    def accounts_by_phone(self, e164: str) -> tuple[Account, ...]:
        """Every account on which the number stands, FULL detail, in account number order."""
        return _decoded(self._ask("GET", "/v1/accounts", query={"phone": e164}), _Found).accounts

    def find_accounts(self, text: str, region: str) -> tuple[Account, ...]:
        """At most ten accounts by name, number or phone, masked; the hub knows its own `region`."""
        return _decoded(self._ask("POST", "/v1/accounts/search", content={"text": text}), _Found).accounts

    def by_number(self, number: str) -> Account | None:
        """The account with that account number, FULL detail; None where there is none."""
        found = _decoded(self._ask("GET", "/v1/accounts", query={"number": number}), _Found).accounts
        return found[0] if found else None

    def account(self, account_id: str) -> Account | None:
        """One account, FULL detail; None where there is none."""
        try:
            return _decoded(self._ask("GET", f"/v1/accounts/{quote(account_id, safe='')}"), Account)
        except CrmRefused as refused:
            if refused.status == 404:
                return None
            raise

    def changes(self, cursor: str | None) -> Changes:
        """Accounts changed since the cursor; CrmRefused with status 410 where the hub no longer knows it."""
        query = {"limit": str(_PAGE)}
        if cursor is not None:
            query["cursor"] = cursor
        changed = _decoded(self._ask("GET", "/v1/accounts/changes", query=query), _Changed)
        return Changes(changed.accounts, changed.cursor, changed.more, changed.gone)

    def verify(self, account_id: str, method: str, factor: str) -> VerifyAnswer:
        """Checks a caller's factor; it is in the body alone, never in an address that something may log."""
        path = f"/v1/accounts/{quote(account_id, safe='')}/verify"
        answer = _decoded(self._ask("POST", path, content={"method": method, "factor": factor}), _Answered).answer
        try:
            return VerifyAnswer(answer)
        except ValueError:
            return VerifyAnswer.UNKNOWN

    def post_events(self, events: Sequence[Event], token: str | None = None) -> Receipt:
        """Sends a batch with the given device token (None: that of the sign-in in use)."""
        if token is None:
            token = self._signed_in().device_token
        self._hand_in({event.agent_session for event in events}, token)
        body, encoding = cloudevents.packed(cloudevents.encode(events))
        headers = {
            "Content-Type": cloudevents.CONTENT_TYPE,
            "Content-Encoding": encoding,
            "Authorization": f"Bearer {token}",
            # The hub puts the events' times right by it, where this PC's clock is wrong.
            "Cuecard-Time": cloudevents.utc_text(self._clock()),
        }
        answer = self._transport.send("POST", "/v1/events", headers=headers, body=body)
        received = _decoded(_checked(answer), _Received)
        rejected = tuple(Rejection(r.id, r.problem.status, r.problem.sentence) for r in received.rejected)
        instance = answer.headers.get("cuecard-instance", "")[:64]
        return Receipt(received.accepted, received.duplicates, rejected, received.server_time, instance)

    def ask_as_device(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        query: Mapping[str, str] | None = None,
        content: dict[str, Json] | None = None,
    ) -> bytes:
        """The JSON of one of the hub's pages for devices; `token` None: that of the sign-in in use; "": none."""
        if token is None:
            token = self._signed_in().device_token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = None
        if content is not None:
            headers["Content-Type"], body = "application/json", msgspec.json.encode(content)
        return _checked(self._transport.send(method, path, headers=headers, query=query, body=body)).body

    def place_order(self, order: OrderRequest) -> str:
        """Places an order or starts a cancellation; the hub's reference. The same id twice is one order."""
        wanted: dict[str, Json] = {
            "id": order.id,
            "account": order.account,
            "action": order.action,
            "details": order.details,
        }
        return _decoded(self._ask("POST", "/v1/orders", content=wanted), _Placed).reference

    def ask(self, path: str, query: Mapping[str, str] | None = None) -> bytes:
        """The JSON of another of the hub's pages (reports), asked for as the signed-in person."""
        return self._ask("GET", path, query=query).body

    def hand_over(self, given: HandingOver) -> None:
        """Leaves a transferred call's context at the hub; the same id twice is one."""
        hub_handover.hand_over(self, given)

    def handed_over(self, which: WhichCall) -> HandedOver | None:
        """What another agent handed over of a call."""
        return hub_handover.handed_over(self, which)

    def take_handover(self, identity: str) -> None:
        """This agent goes on with it; CrmRefused with status 409 where somebody else has."""
        hub_handover.take_handover(self, identity)

    def fetch_release(self, etag: str) -> FetchedRelease | None:
        """The release in use; None where it is the one with this ETag, or where none was approved yet."""
        return hub_library.fetch_release(self, etag)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """Another of the hub's pages, asked for as the signed-in person: a yes, or 304; raises CrmError."""

        def send(token: str) -> Answer:
            all_headers = {**(headers or {}), "Authorization": f"Bearer {token}"}
            return self._transport.send(method, path, headers=all_headers, body=body, bounds=bounds)

        token = self._tokens.current()
        answer = send(token)
        if answer.status == _UNAUTHORIZED:
            answer = send(self._tokens.after_refusal(token))
        return answer if answer.status == NOT_MODIFIED else _checked(answer)

    @contextmanager
    def pushes(self, after: int | None, silence_seconds: float) -> Iterator[Stream]:
        """What the hub pushes to the signed-in person, after a number (None: after what was acknowledged).

        Raises CrmError, also while it is read; silence for longer than so many seconds counts as a broken connection.
        """
        token = self._tokens.current()
        headers = {"Authorization": f"Bearer {token}"}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        with self._transport.stream("/v1/push", headers=headers, silence_seconds=silence_seconds) as opened:
            if isinstance(opened, Answer):
                if opened.status == _UNAUTHORIZED:
                    # Whoever listens tries again by himself, and then with the new one.
                    self._tokens.after_refusal(token)
                _checked(opened)
                raise CrmUnreachable("What answers at that address pushes nothing; is it a Cuecard hub?")
            yield opened

    def acknowledge_pushes(self, number: int) -> None:
        """Everything that was pushed up to this number has been seen."""
        self._ask("POST", "/v1/push/seen", content={"number": number})

    def _signed_in(self) -> Credentials:
        credentials = self.credentials
        if credentials is None:
            raise SignInRefused("Sign in first.", 401)
        return credentials

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        content: dict[str, Json] | None = None,
    ) -> Answer:
        token = self._tokens.current()
        answer = self._send(method, path, token, query, content)
        if answer.status == _UNAUTHORIZED:
            # Nothing of it was done yet: whoever is not known is not listened to.
            answer = self._send(method, path, self._tokens.after_refusal(token), query, content)
        return _checked(answer)

    def _send(
        self, method: str, path: str, token: str, query: Mapping[str, str] | None, content: dict[str, Json] | None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        body = None if content is None else msgspec.json.encode(content)
        return self._transport.send(method, path, headers=headers, query=query, body=body)

    def _post(self, path: str, content: Mapping[str, Json], token: str = "") -> Answer:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return _checked(self._transport.send("POST", path, headers=headers, body=msgspec.json.encode(content)))

    def _open(self, path: str, who: Mapping[str, Json], device_id: str) -> Credentials:
        refresh = new_refresh_token()
        wanted = {**who, "device_id": device_id, "device_name": self._device_name, "refresh_digest": digest_of(refresh)}
        signed_in = _decoded(self._post(path, wanted), _SignedIn)
        credentials = Credentials(
            signed_in.session,
            signed_in.token,
            signed_in.device_token,
            # A hub of an earlier version knows nothing of renewing.
            refresh=refresh if signed_in.token_seconds else "",
            token_seconds=signed_in.token_seconds,
            lease_seconds=signed_in.lease_seconds,
            server_time=signed_in.server_time,
            must_change=signed_in.must_change,
        )
        self._tokens.hold(credentials, is_new=True)
        return credentials

    def _renew(self, refresh: str, next_digest: str) -> FreshToken:
        renewed = _decoded(self._post("/v1/sessions/renew", {"refresh": refresh, "next": next_digest}), _Renewed)
        return FreshToken(renewed.token, renewed.token_seconds, renewed.lease_seconds, renewed.server_time)

    def _hand_in(self, sessions: set[str], token: str) -> None:
        if self._offline is None:
            return
        for begun in self._offline.waiting(sessions):
            signed: dict[str, Json] = {"statement": begun.statement, "signature": begun.signature.hex()}
            try:
                self._post("/v1/sessions/offline", signed, token)
            except CrmRefused as refused:
                if refused.status not in _NEVER_ACCEPTED:
                    raise
                # For good: the hub refuses its events too, and they are set aside with the reason.
                self._offline.settle(begun.session, refused.problem)
            else:
                self._offline.settle(begun.session, "")


def _checked(answer: Answer) -> Answer:
    """The answer where it is a yes; otherwise the error that fits the status."""
    if 200 <= answer.status < 300:
        return answer
    if answer.status < 500 and answer.status not in _ANYBODY_S and answer.kind != _PROBLEM:
        # Our hub says every refusal so. Whatever stands in front of it must not have events set aside, or end a lease.
        raise CrmUnreachable(
            f"What answers at that address is no Cuecard hub (status {answer.status}); check the address."
        )
    try:
        problem = msgspec.json.decode(answer.body, type=_Problem).sentence
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = ""
    if answer.status in (429, 503):
        raise CrmBusy(problem or "The hub is busy; trying again.", _retry_after(answer))
    if answer.status >= 500:
        raise CrmFailed(f"The hub has a fault (status {answer.status}); trying again.")
    if answer.status == 401:
        raise SignInRefused(problem or "The user name or password is wrong, or the session is over.", 401)
    raise CrmRefused(problem or f"The hub refused that (status {answer.status}).", answer.status)


def _decoded(answer: Answer, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CrmUnreachable("The hub's answer cannot be understood; is it a newer version? Trying again.") from None


def _retry_after(answer: Answer) -> float | None:
    """Seconds out of Retry-After; its other form, a date, would need both clocks to agree and is not used."""
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
