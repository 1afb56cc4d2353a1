"""What the desk needs of the world, as Protocols: handed in by `bootstrap`, replaced by small fakes in tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from app.domain.account import Account
    from app.domain.call import CallEvent, Capability
    from app.domain.event import Event, Json, NewEvent

T = TypeVar("T")
Clock = Callable[[], datetime]
NewId = Callable[[], str]


class Tasks(Protocol):
    """Work away from the UI thread; the result or the error comes back on it.

    Work of one `lane` runs in the order submitted, one at a time ("store"); different lanes run side by side.
    """

    def submit(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        after: float = 0.0,
    ) -> None:
        """Runs `work` in the lane, then `done(result)` or `failed(error)` on the UI thread.

        `after`: seconds to wait first, for work that must not be in the way of what is being painted.
        """

    def post(self, call: Callable[[], None]) -> None:
        """Runs `call` on the UI thread soon; may be called from any thread."""

    def settle(self, lane: str, seconds: float) -> None:
        """Gives a lane a moment to finish and delivers what has arrived; called on the UI thread only."""


class CallSource(Protocol):
    """Where calls come from. `on_event` is called from any thread; the desk's side posts it to the UI thread."""

    name: str
    label: str
    capabilities: frozenset[Capability]

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Begins to listen; returns at once and reconnects by itself until `stop`."""

    def stop(self) -> None:
        """Stops listening and frees everything."""

    def answer(self, leg_id: str) -> None:
        """Answers a ringing leg; raises TelephonyError where the phone says no. May block: call it in a lane."""

    def hang_up(self, leg_id: str) -> None:
        """Ends or declines a leg; raises TelephonyError. May block."""


@runtime_checkable
class CallControl(Protocol):
    """What some call sources can do besides: HOLD, TRANSFER and DTMF among their capabilities say which of it.

    Each raises TelephonyError where the phone says no, CallGone for a leg that has ended, and may block.
    """

    def hold(self, leg_id: str) -> None:
        """Puts the caller on hold; nothing happens where he is."""

    def resume(self, leg_id: str) -> None:
        """Takes the caller back from hold; nothing happens where he is not on hold."""

    def transfer(self, leg_id: str, number: str) -> None:
        """Hands the caller over to a number, without announcement."""

    def send_digits(self, leg_id: str, digits: str) -> None:
        """Sends digits, * and # as tones into the call."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """Whether a call source works; `sentence` is fit for the window ("Softphone not reachable, trying again")."""

    source: str
    connected: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The state of a call under way, from which the desk restores itself after a crash.

    `call` is the desk's own id of the call record, `body` opaque bytes of the desk's; no secrets in it.
    """

    call: str
    body: bytes


class Recorder(Protocol):
    """The local store's way in: state and outbox in one durable transaction."""

    def record(
        self, events: Sequence[NewEvent], draft: Draft | None = None, drop_draft: str | None = None
    ) -> list[Event]:
        """Commits events to the outbox together with the call's draft (or its removal), durably.

        All or nothing; returns only after the commit, with sequence numbers assigned. An event id that is already
        there is not recorded twice. Raises StoreError with a sentence for the agent (disk full, file damaged).
        """

    def drafts(self) -> list[Draft]:
        """The calls that were under way, oldest first."""

    def recorded_since(self, since: datetime, person: str) -> list[Event]:
        """The events of one person's sessions from that time on, in order of recording (for My day)."""

    def open_orders(self) -> list[Event]:
        """The events of orders that were asked for and of which nothing was heard since, in order."""


class AccountBook(Protocol):
    """The cached accounts. Answers in well under a frame, with or without network."""

    def by_phone(self, e164: str) -> tuple[Account, ...]:
        """Accounts with this number, by account number; FULL where opened lately, else INDEX."""

    def by_id(self, account_id: str) -> Account | None:
        """One account, or None."""

    def keep(self, accounts: Sequence[Account]) -> None:
        """Caches accounts as given (FULL ones count as opened records)."""

    def purge_opened(self, before: datetime) -> int:
        """Reduces records opened before that time to INDEX detail; how many."""


@runtime_checkable
class FindsAccounts(Protocol):
    """What some account books and CRMs can do besides: search for an account."""

    def find_accounts(self, text: str, region: str) -> tuple[Account, ...]:
        """Accounts by name (a CRM only), number or phone, in no certain order; a few more than fit on a list.

        `region` is the site's ISO 3166 code, for phone numbers in national form. A CRM may raise CrmError.
        """


@runtime_checkable
class KnowsAccountNumbers(Protocol):
    """What some account books and CRMs can do besides: find the account that a caller named to the IVR."""

    def by_number(self, number: str) -> Account | None:
        """The account with exactly that account number, or None. A CRM may raise CrmError."""


@dataclass(frozen=True, slots=True)
class HandingOver:
    """A transferred call's context on its way to the next agent.

    `names` are all ids by which a phone knows the call, `number` the caller's in E.164 ("" for none), `target` what
    was dialled ("" where the phone did not say).
    """

    id: str
    names: tuple[str, ...]
    number: str
    target: str
    context: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class WhichCall:
    """A call that came in; `reached` is what was dialled to reach the agent (extension, queue)."""

    names: tuple[str, ...]
    number: str
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What another agent handed over. `certain`: an id of the call says that it is the same."""

    id: str
    by: str
    team: str
    certain: bool
    context: Mapping[str, Json]


@runtime_checkable
class HandsOver(Protocol):
    """What some CRMs can do besides: carry a transferred call's context to the next agent. Each may raise CrmError."""

    def hand_over(self, given: HandingOver) -> None:
        """Leaves it there; the same id twice is one."""

    def handed_over(self, which: WhichCall) -> HandedOver | None:
        """What was handed over of this call; None for nothing, or where it could be another call's."""

    def take_handover(self, identity: str) -> None:
        """This agent goes on with it."""


@runtime_checkable
class Dialler(Protocol):
    """What some call sources can do besides; DIAL among their capabilities says so."""

    def dial(self, number: str) -> None:
        """Calls an E.164 number for the agent; raises TelephonyError. May block."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the window says about sync.

    `unsent`: events not yet acknowledged; `oldest`: time of the oldest of them; `set_aside`: events that the hub
    refused for good; `online`: the last try reached the hub; `problem`: a sentence, empty when all is well.
    """

    unsent: int
    oldest: datetime | None
    set_aside: int
    online: bool
    problem: str = ""
    last_synced: datetime | None = None


class Pushes(Protocol):
    """What the hub tells this desktop without being asked."""

    def listen(
        self,
        kind: str,
        on_push: Callable[[Mapping[str, Json]], None],
        on_state: Callable[[bool], None] | None = None,
    ) -> Callable[[], None]:
        """Calls `on_push` with the body of each push of that kind, from any thread; the returned function ends it.

        Kinds: "call", "alert", "release", "settings", "message". `on_state` is told whether the hub can be heard.
        """


@dataclass(frozen=True, slots=True)
class WaitingKind:
    """Events of one type that wait to be sent: how many, since when, and on how many of them the hub `failed`."""

    type: str
    count: int
    oldest: datetime
    failed: int


@dataclass(frozen=True, slots=True)
class SetAsideEvent:
    """An event that the hub refused for good, or on which it failed again and again. No customer's words in it."""

    id: str
    sequence: int
    type: str
    time: datetime
    subject: str
    status: int
    problem: str


@dataclass(frozen=True, slots=True)
class SyncDetails:
    """What the panel about sync shows.

    `why`: a sentence about why something waits, empty where nothing does; `waiting` in the order of recording;
    `set_aside` in order; `clock_offset`: the hub's clock minus this PC's, None before it was measured.
    """

    why: str
    waiting: tuple[WaitingKind, ...]
    set_aside: tuple[SetAsideEvent, ...]
    clock_offset: timedelta | None


class SyncPanel(Protocol):
    """What the panel about sync needs. All of it reads or writes files: call it in a worker lane."""

    def details(self) -> SyncDetails:
        """What waits and what was set aside; raises StoreError."""

    def export_set_aside(self, file: Path) -> int:
        """Writes what was set aside into a file; how many events.

        A table where its name ends in ".csv" (no cell is a formula), else one JSON object a line as it would be sent.
        No tokens in it. Raises StoreError, OSError.
        """

    def try_again(self, ids: Sequence[str]) -> int:
        """Puts events that were set aside back into the queue; how many. Raises StoreError."""
