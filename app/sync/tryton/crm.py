"""Tryton as a `Crm`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
import uuid_utils

from app.domain.account import Account, Contact
from app.domain.event import Event, Json
from app.domain.person import AgentSession, Person, Role
from app.domain.phone import read_number
from app.sync.crm import (
    Ability,
    Changes,
    Credentials,
    CrmError,
    CrmRefused,
    CrmUnsupported,
    FetchedRelease,
    OrderRequest,
    Receipt,
    Rejection,
    SignInRefused,
    VerifyAnswer,
)
from app.sync.offline import OfflineSessions
from app.sync.tryton.outcomes import KEPT, contact_of, mark, marked, message_of
from app.sync.tryton.parties import FIELDS, Site, account_of, masked
from app.sync.tryton.rpc import Row, Session, TrytonRpc, datetime_from, datetime_to

SESSION_LASTS = timedelta(hours=12)
UNMATCHED = "cuecard-unmatched"
_PAGE = 500
_MOST_ACCOUNTS = 50
_MOST_FOUND = 20
_MARKS_AT_ONCE = 100
_RECENT = timedelta(days=60)
# A change becomes visible when its transaction ends, which may be after a later one's: look back so far each time.
_LOOK_BACK = timedelta(seconds=30)


class _Token(msgspec.Struct, frozen=True):
    """What a Cuecard token stands for at Tryton: one of its sessions, and what it may send events for."""

    login: str
    user: int
    key: str
    device: str
    session: str

    @property
    def at_tryton(self) -> Session:
        return Session(self.login, self.user, self.key)


class _Cursor(msgspec.Struct, frozen=True):
    """Where a sweep over changed parties goes on: those changed since `since`, with a number above `after`."""

    since: datetime | None
    began: datetime
    after: int = 0


class TrytonCrm:
    """Parties are accounts; what a call came to is a note of its party. Safe to use from several threads.

    A note of a call without an account hangs on the party with the code UNMATCHED, which is made where it is missing
    and Tryton lets the user make it. Of events only those in `KEPT` are kept (see Ability.OUTCOMES); the others are
    acknowledged, so that the outbox flows.
    """

    abilities: frozenset[Ability] = frozenset({Ability.CHANGES, Ability.OUTCOMES})

    def __init__(self, rpc: TrytonRpc, site: Site) -> None:
        self._rpc = rpc
        self._site = site
        self._guard = threading.Lock()
        self._token: _Token | None = None
        self._credentials: Credentials | None = None

    @property
    def credentials(self) -> Credentials | None:
        """The sign-in in use."""
        with self._guard:
            return self._credentials

    def ways_to_sign_in(self) -> tuple[str, ...]:
        """With Tryton's own password alone."""
        return ("password",)

    def keep_with(self, save: Callable[[Credentials], None], lost: Callable[[], None] = lambda: None) -> None:
        """Tryton's sessions have no tokens to renew: there is nothing new to keep."""

    def hand_in(self, sessions: OfflineSessions) -> None:
        """None begins without Tryton: it gives no lease."""

    def register_key(self, public_key: bytes) -> None:
        """Tryton countersigns nothing, and so wants no key."""

    def sign_in(self, user: str, password: str, device_id: str) -> Credentials:
        """Opens two sessions: the person's, and one that goes on sending after the person has signed out."""
        persons, devices = self._rpc.login(user, password), self._rpc.login(user, password)
        (row,), now = self._rpc.call_at(persons, "model.res.user.read", [persons.user], ["name", "login"])
        session = self._session(row, device_id, now)
        token, device_token = (
            _written(_Token(each.login, each.user, each.key, device_id, session.id)) for each in (persons, devices)
        )
        credentials = Credentials(session, token, device_token)
        self.resume(credentials)
        return credentials

    def sign_out(self) -> None:
        """Ends the person's session; that of the device goes on."""
        with self._guard:
            token, self._token, self._credentials = self._token, None, None
        if token is not None:
            with suppress(CrmError):
                self._rpc.logout(token.at_tryton)

    def resume(self, credentials: Credentials) -> None:
        """Goes on with an earlier session; makes no request."""
        with self._guard:
            self._token, self._credentials = _read(credentials.token), credentials

    def accounts_by_phone(self, e164: str) -> tuple[Account, ...]:
        """Every active party with the number, whole, by account number."""
        session = self._signed_in().at_tryton
        rows = self._search(session, [["contact_mechanisms.value_compact", "=", e164]], _MOST_ACCOUNTS)
        return tuple(sorted((self._whole(session, row) for row in rows), key=lambda account: account.number))

    def by_number(self, number: str) -> Account | None:
        """The active party with that code, whole."""
        session = self._signed_in().at_tryton
        rows = self._search(session, [["code", "=", number]], 1)
        return self._whole(session, rows[0]) if rows else None

    def find_accounts(self, text: str, region: str) -> tuple[Account, ...]:
        """Active parties whose name has the text in it, or with that code or number, whole; the first few of them."""
        session = self._signed_in().at_tryton
        plain = text.replace("\\", "").replace("%", "").replace("_", "").strip()
        if not plain:
            return ()
        either: list[Json] = [["rec_name", "ilike", f"%{plain}%"], ["code", "=", plain]]
        number = read_number(plain, region).e164
        if number is not None:
            either.append(["contact_mechanisms.value_compact", "=", number])
        return tuple(self._whole(session, row) for row in self._search(session, [["OR", *either]], _MOST_FOUND))

    def account(self, account_id: str) -> Account | None:
        """One party, whole, inactive ones too."""
        session = self._signed_in().at_tryton
        if not (account_id.isascii() and account_id.isdecimal() and len(account_id) < 10):
            return None
        domain: list[Json] = [["id", "=", int(account_id)], ["active", "in", [True, False]]]
        rows = self._search(session, domain, 1)
        return self._whole(session, rows[0]) if rows else None

    def changes(self, cursor: str | None) -> Changes:
        """Parties changed, or with numbers changed, since the cursor; a little more than that, to miss none."""
        session = self._signed_in().at_tryton
        at = _cursor(cursor)
        beyond = at.after if at is not None else 0
        domain: list[Json] = [["id", ">", beyond], *_changed_since(at)]
        order: Json = [["id", "ASC"]]
        search = "model.party.party.search_read"
        rows, now = self._rpc.call_at(session, search, domain, 0, _PAGE, order, FIELDS, inactive=True)
        more = len(rows) == _PAGE
        began = at.began if at is not None and at.after else now
        goes_on = _Cursor(at.since if at else None, began, int(rows[-1]["id"])) if more else _Cursor(began, began)
        # A first sweep has nothing to take back.
        gone = tuple(str(row["id"]) for row in rows if not row.get("active")) if at is not None else ()
        accounts = tuple(masked(account_of(row, self._site, now)) for row in rows if row.get("active"))
        return Changes(accounts, msgspec.json.encode(goes_on).decode(), more, gone)

    def verify(self, account_id: str, method: str, factor: str) -> VerifyAnswer:
        """Tryton has no factors on file."""
        raise CrmUnsupported("This CRM cannot check who is calling; attest it yourself.")

    def place_order(self, order: OrderRequest) -> str:
        """Tryton's parties take no orders."""
        raise CrmUnsupported("This CRM takes no orders from Cuecard; place it there by hand.")

    def fetch_release(self, etag: str) -> FetchedRelease | None:
        """Tryton keeps no script libraries."""
        raise CrmUnsupported("This CRM keeps no script library; the one on this device stays in use.")

    def post_events(self, events: Sequence[Event], token: str | None = None) -> Receipt:
        """Keeps outcomes and notes, each once: what an interrupted try may have left is looked up before writing."""
        sender = self._signed_in() if token is None else _read(token)
        session = sender.at_tryton
        _, now = self._rpc.call_at(session, "model.res.user.read", [session.user], ["login"])
        rejected = [refusal for event in events if (refusal := _refusal(event, sender)) is not None]
        refused = {each.id for each in rejected}
        allowed = [event for event in events if event.id not in refused]
        kept = [event for event in allowed if event.type in KEPT]
        nobody = self._unmatched(session) if any(_party(event) is None for event in kept) else ""
        known = self._known(session, kept, nobody)
        accepted: list[str] = []
        duplicates: list[str] = []
        fresh: list[Json] = []
        for event in allowed:
            if event.id not in known:
                accepted.append(event.id)
                if event.type in KEPT:
                    fresh.append({"resource": _resource(event, nobody), "message": message_of(event)})
            elif known[event.id] == message_of(event):
                duplicates.append(event.id)
            else:
                rejected.append(Rejection(event.id, 409, "Another event has this id."))
        if fresh:
            # One transaction at Tryton: all of them or none.
            self._rpc.call(session, "model.ir.note.create", fresh)
        return Receipt(tuple(accepted), tuple(duplicates), tuple(rejected), now)

    def _search(self, session: Session, domain: list[Json], most: int) -> Sequence[Row]:
        rows: Sequence[Row] = self._rpc.call(session, "model.party.party.search_read", domain, 0, most, None, FIELDS)
        return rows

    def _unmatched(self, session: Session) -> str:
        """The number of the party that takes the notes of calls without an account."""
        domain: list[Json] = [["code", "=", UNMATCHED], ["active", "in", [True, False]]]
        found = self._rpc.call(session, "model.party.party.search", domain, 0, 1, None)
        if found:
            return str(found[0])
        party: Json = {"name": "Calls without an account", "code": UNMATCHED}
        try:
            (made,) = self._rpc.call(session, "model.party.party.create", [party])
        except CrmRefused as refused:
            raise CrmRefused(
                f"Calls without an account need a party with the code {UNMATCHED} in Tryton. Ask your administrator.",
                refused.status,
            ) from refused
        return str(made)

    def _known(self, session: Session, events: Sequence[Event], nobody: str) -> dict[str, str]:
        """The notes that some of the events have become already, by the event's id."""
        known: dict[str, str] = {}
        for some in _in_parts(events, _MARKS_AT_ONCE):
            marks: list[Json] = [["message", "like", f"%{mark(event.id)}"] for event in some]
            # Only of things that are named may one search the notes.
            resources: list[Json] = [*sorted({_resource(event, nobody) for event in some})]
            domain: list[Json] = [["resource", "in", resources], ["OR", *marks]]
            rows = self._rpc.call(session, "model.ir.note.search_read", domain, 0, None, None, ["message"])
            for row in rows:
                event_id = marked(str(row["message"]))
                if event_id is not None:
                    known[event_id] = str(row["message"])
        return known

    def _whole(self, session: Session, row: Row) -> Account:
        domain: list[Json] = [
            ["resource", "=", f"party.party,{row['id']}"],
            ["create_date", ">=", datetime_to(datetime.now(UTC) - _RECENT)],
            ["message", "like", "Call: %"],
        ]
        order: Json = [["create_date", "DESC"]]
        fields: Json = ["message", "create_date"]
        notes, now = self._rpc.call_at(session, "model.ir.note.search_read", domain, 0, _MOST_ACCOUNTS, order, fields)
        return account_of(row, self._site, now, _contacts(notes))

    def _session(self, row: Row, device_id: str, now: datetime) -> AgentSession:
        site = self._site
        shown = str(row.get("name") or row["login"])
        person = Person(f"user-{row['id']}", shown, shown.split()[0], site.team, (Role.AGENT,))
        return AgentSession(
            id=str(uuid_utils.uuid7()),
            person=person,
            device_id=device_id,
            team_name=site.team,
            site_region=site.region,
            currency=site.currency,
            signed_in_at=now,
            expires_at=now + SESSION_LASTS,
            company=site.company,
            policy=site.policy,
            timezone=site.timezone,
        )

    def _signed_in(self) -> _Token:
        with self._guard:
            if self._token is None:
                raise SignInRefused("Sign in first.", 401)
            return self._token


def _party(event: Event) -> str | None:
    account = event.data.get("account")
    return account if isinstance(account, str) and account.isascii() and account.isdecimal() else None


def _resource(event: Event, nobody: str) -> str:
    return f"party.party,{_party(event) or nobody}"


def _refusal(event: Event, sender: _Token) -> Rejection | None:
    # Tryton keeps no agent sessions. A device id belongs to one agent's store, so whatever is of the device is his,
    # also what he recorded in a session that Tryton has ended since.
    if event.source != f"/devices/{sender.device}":
        return Rejection(event.id, 403, "The event is not from the device that sent it.")
    return None


def _contacts(notes: Sequence[Row]) -> Iterator[Contact]:
    for note in notes:
        at = datetime_from(note.get("create_date"))
        contact = contact_of(str(note.get("message") or ""), at) if at is not None else None
        if contact is not None:
            yield contact


def _changed_since(at: _Cursor | None) -> list[Json]:
    if at is None or at.since is None:
        return []
    since = datetime_to(at.since - _LOOK_BACK)
    fields = ("create_date", "write_date", "contact_mechanisms.create_date", "contact_mechanisms.write_date")
    return [["OR", *([field, ">=", since] for field in fields)]]


def _cursor(cursor: str | None) -> _Cursor | None:
    if cursor is None:
        return None
    try:
        return msgspec.json.decode(cursor, type=_Cursor)
    except (msgspec.DecodeError, UnicodeError):
        raise CrmRefused("This cursor is not known here.", 410) from None


def _written(token: _Token) -> str:
    return msgspec.json.encode(token).decode()


def _read(token: str) -> _Token:
    try:
        return msgspec.json.decode(token, type=_Token)
    except (msgspec.DecodeError, UnicodeError):
        raise SignInRefused("The session is not known or over. Sign in again.", 401) from None


def _in_parts(events: Sequence[Event], size: int) -> Iterator[Sequence[Event]]:
    for begin in range(0, len(events), size):
        yield events[begin : begin + size]
