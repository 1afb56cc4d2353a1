"""A world in memory for the practice desk: its own recorder, account book and CRM. Nothing of it reaches a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.desk.ports import Draft, SyncDetails, SyncState, Tasks
from app.desk.shift import Shift
from app.domain.account import Account
from app.domain.event import Event, NewEvent
from app.domain.person import AgentSession
from app.sync.crm import (
    Ability,
    Changes,
    Credentials,
    CrmUnsupported,
    FetchedRelease,
    OrderRequest,
    Receipt,
    VerifyAnswer,
)

T = TypeVar("T")
SOURCE = "/practice"
_FIND = "find"
_NEVER = "Practice is not recorded, and nothing of it is sent."


class AtOnce:
    """Tasks for a practice without a window: everything is done at once, where it is asked for."""

    def submit(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        after: float = 0.0,
    ) -> None:
        """Does the work, then what follows from it."""
        try:
            result = work()
        except Exception as error:
            failed(error)
        else:
            done(result)

    def post(self, call: Callable[[], None]) -> None:
        """Calls it."""
        call()

    def settle(self, lane: str, seconds: float) -> None:
        """Everything is done already."""


class MemoryLanes(AtOnce):
    """Tasks for a practice in the window: what is in memory is done at once, so that the judge sees each thing with
    what came of it; only find, whose index takes a moment to make, goes to the window's own tasks."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def submit(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        after: float = 0.0,
    ) -> None:
        """Does the work at once, unless it takes long."""
        if lane == _FIND:
            self._tasks.submit(lane, work, done, failed, after)
        else:
            super().submit(lane, work, done, failed, after)


class MemoryRecorder:
    """Keeps what happened in the practice call, and forgets it with the call."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._drafts: dict[str, Draft] = {}

    def record(
        self, events: Sequence[NewEvent], draft: Draft | None = None, drop_draft: str | None = None
    ) -> list[Event]:
        """Keeps the events, numbered."""
        known = {one.id for one in self.events}
        new = [one for one in events if one.id not in known]
        stamped = [
            Event(one.id, SOURCE, number, one.type, one.time, one.subject, one.agent_session, one.data)
            for number, one in enumerate(new, start=len(self.events) + 1)
        ]
        self.events += stamped
        if draft is not None:
            self._drafts[draft.call] = draft
        if drop_draft is not None:
            self._drafts.pop(drop_draft, None)
        return stamped

    def drafts(self) -> list[Draft]:
        """None: a practice call is never taken up again."""
        return []

    def recorded_since(self, since: datetime, person: str) -> list[Event]:
        """Nothing counts for anybody's day."""
        return []

    def open_orders(self) -> list[Event]:
        """Every order was answered at once."""
        return []


class OneAccount:
    """An account book with the made-up customer alone."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def by_phone(self, e164: str) -> tuple[Account, ...]:
        """The customer, if it is his number."""
        return (self._account,) if e164 in self._account.phones else ()

    def by_id(self, account_id: str) -> Account | None:
        """The customer, if it is he."""
        return self._account if account_id == self._account.id else None

    def keep(self, accounts: Sequence[Account]) -> None:
        """He is there already."""

    def purge_opened(self, before: datetime) -> int:
        """Nobody real was looked at."""
        return 0


class PracticeCrm:
    """Says yes to the customer's own factors and to every order; takes no events."""

    abilities = frozenset({Ability.VERIFY, Ability.ORDERS, Ability.CANCELLATION})

    def __init__(self, account: Account, factors: Mapping[str, str]) -> None:
        self._account = account
        self._factors = factors
        self._placed = 0

    def sign_in(self, user: str, password: str, device_id: str) -> Credentials:
        """Nobody signs in to a practice."""
        raise CrmUnsupported(_NEVER)

    def sign_out(self) -> None:
        """Nobody was signed in."""

    def resume(self, credentials: Credentials) -> None:
        """Nobody was signed in."""

    def accounts_by_phone(self, e164: str) -> tuple[Account, ...]:
        """The customer, if it is his number."""
        return (self._account,) if e164 in self._account.phones else ()

    def account(self, account_id: str) -> Account | None:
        """The customer, if it is he."""
        return self._account if account_id == self._account.id else None

    def changes(self, cursor: str | None) -> Changes:
        """Nothing changes."""
        return Changes((), cursor or "", more=False)

    def verify(self, account_id: str, method: str, factor: str) -> VerifyAnswer:
        """Whether it is what the caller said."""
        known = self._factors.get(method)
        if known is None:
            return VerifyAnswer.UNKNOWN
        return VerifyAnswer.YES if factor.strip() == known else VerifyAnswer.NO

    def post_events(self, events: Sequence[Event], token: str | None = None) -> Receipt:
        """Refused: there is nowhere for them to go."""
        raise CrmUnsupported(_NEVER)

    def place_order(self, order: OrderRequest) -> str:
        """Placed in this call only."""
        self._placed += 1
        return f"practice-{self._placed}"

    def fetch_release(self, etag: str) -> FetchedRelease | None:
        """The script was chosen; there is no other."""
        return None


class NothingToSend:
    """The sync of a world that sends nothing."""

    def wake(self) -> None:
        """There is nothing to send."""

    def listen(self, on_state: Callable[[SyncState], None]) -> None:
        """Online, and nothing waits."""
        on_state(SyncState(0, None, 0, online=True))

    def details(self) -> SyncDetails:
        """Nothing waits."""
        return SyncDetails("", (), (), None)

    def export_set_aside(self, file: Path) -> int:
        """Nothing was set aside."""
        return 0

    def try_again(self, ids: Sequence[str]) -> int:
        """Nothing was set aside."""
        return 0


class PracticeGate:
    """The way into a practice: whoever is signed in is in. Signing in and out, and the lock, are the real desk's."""

    def __init__(self, session: AgentSession, account: Account, factors: Mapping[str, str]) -> None:
        self.recorder = MemoryRecorder()
        crm = PracticeCrm(account, factors)
        self._shift = Shift(session, self.recorder, OneAccount(account), crm, NothingToSend(), resumed=True)

    def resume(self) -> Shift | None:
        """The practice."""
        return self._shift

    def last_user(self) -> str:
        """Nobody."""
        return ""

    def sign_in(self, user: str, password: str) -> Shift:
        """The practice."""
        return self._shift

    def company_is_there(self) -> bool:
        """No."""
        return False

    def sign_in_with_company(self) -> Shift:
        """The practice."""
        return self._shift

    def give_up(self) -> None:
        """Nothing is waited for."""

    def unlock(self, secret: str, afresh: bool = False) -> Shift:
        """The practice."""
        return self._shift

    def has_password(self) -> bool:
        """The lock is the real desk's."""
        return False

    def check_password(self, password: str) -> None:
        """The lock is the real desk's."""

    def sign_out(self) -> None:
        """Nobody was signed in."""
