"""The desk's state and the world that it is handed: shared by the desk's parts, changed on the UI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.desk.conversations import LeadMessage
from app.desk.elapsed import elapsed_seconds
from app.desk.live_call import LiveCall, Promise
from app.desk.phrasings import NoPins, Pins
from app.desk.ports import CallSource, Clock, Draft, NewId, SourceState, SyncState, Tasks
from app.desk.recording import Recording
from app.desk.rules import DeskRules
from app.desk.shift import Gate, Shift, StoreSecret
from app.desk.view import Choosing, FoundRow, Message, RecentCall, Today, Tone
from app.domain.account import Account
from app.domain.event import Event
from app.domain.person import AgentSession
from app.reports.own import OwnWeeks
from app.scripts.finding.finder import Finder
from app.scripts.library import Library

_KEPT_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class Site:
    """What is true of the call center. `region` is ISO 3166, `policy` counts while no account is known."""

    company: str
    region: str
    currency: str
    policy: str
    zone: tzinfo
    language: str = "en"


def site_of(session: AgentSession) -> Site:
    """The site as the hub told it at sign-in."""
    try:
        zone: tzinfo = ZoneInfo(session.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return Site(session.company, session.site_region, session.currency, session.policy, zone)


@dataclass(frozen=True, slots=True)
class World:
    """Everything from outside that the desk works with.

    `open_sources` makes the call sources by name, not yet started; it is given source and leg id of the
    calls that were under way before a restart. `rerank_with` gives a finder the sentence model's word, where there is
    one; `kept_library` finds the release that a call began with by its content hash. Both are called in a worker.
    `library` and `notices`, sentences about it that whoever signs in has to see, are those at the start. `elapsed`
    counts seconds and never goes back; `rules` are asked for whenever they are needed; `words` says an English text
    of the desk in the agent's language; `pins` keeps which phrasings the agent has pinned.
    """

    gate: Gate
    tasks: Tasks
    clock: Clock
    new_id: NewId
    library: Library
    open_sources: Callable[[Site, Sequence[tuple[str, str]]], Mapping[str, CallSource]]
    rerank_with: Callable[[Finder], None] = lambda finder: None
    kept_library: Callable[[str], Library | None] = lambda content_hash: None
    notices: tuple[str, ...] = ()
    elapsed: Callable[[], float] = elapsed_seconds
    rules: Callable[[], DeskRules] = DeskRules
    words: Callable[[str], str] = str
    pins: Pins = field(default_factory=NoPins)


@dataclass(frozen=True, slots=True)
class Pause:
    """A break: the code of its reason, when it began, and where `World.elapsed` was then."""

    reason: str
    since: datetime
    began: float


@dataclass(frozen=True, slots=True)
class ParkedCall:
    """A call that is over and to which the agent calls back: its draft, and what was promised."""

    draft: Draft
    promise: Promise


@dataclass(slots=True)
class LockState:
    """The window is masked. `problem` is why it could not be unlocked, `busy` while the password is being checked."""

    problem: str = ""
    busy: bool = False
    tries: int = 0


@dataclass(slots=True)
class SearchState:
    """A search for an account under way."""

    text: str = ""
    found: tuple[Account, ...] = ()
    notice: str = ""
    busy: bool = False


@dataclass(slots=True)
class DeskState:
    """What is so at this moment. `choose` is what a key of the marked list does.

    `library` is for the next call: it may be exchanged between calls, and `notices` with it. A call under way keeps its
    own (`library_of`).
    """

    world: World
    changed: Callable[[], None]
    site: Site = field(default_factory=lambda: Site("", "GB", "GBP", "uk", UTC))
    sources: Mapping[str, CallSource] = field(default_factory=dict)
    shift: Shift | None = None
    recording: Recording | None = None
    current: LiveCall | None = None
    waiting: list[LiveCall] = field(default_factory=list)
    choosing: Choosing | None = None
    choose: dict[str, Callable[[], None]] = field(default_factory=dict)
    found: tuple[FoundRow, ...] = ()
    open_found: dict[str, Callable[[], None]] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    sync: SyncState = field(default_factory=lambda: SyncState(0, None, 0, online=False))
    phones: dict[str, SourceState] = field(default_factory=dict)
    today: Today = field(default_factory=Today)
    today_events: list[Event] = field(default_factory=list)
    recent: tuple[RecentCall, ...] = ()
    busy: str = ""
    sign_in_problem: str = ""
    sign_in_user: str = ""
    sign_in_company: bool = False
    sign_in_wants: StoreSecret | None = None
    in_browser: bool = False
    purge_after: timedelta = timedelta(minutes=30)
    ready_since: datetime | None = None
    pause: Pause | None = None
    pause_next: str = ""
    parked: tuple[ParkedCall, ...] = ()
    calling: ParkedCall | None = None
    calling_dials: bool = False
    search: SearchState | None = None
    lock: LockState | None = None
    has_password: bool = True
    letters: tuple[LeadMessage, ...] = ()
    weeks: OwnWeeks | None = None
    asks_why: bool = False
    library: Library = field(init=False)
    notices: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.library, self.notices = self.world.library, self.world.notices

    @property
    def calls(self) -> list[LiveCall]:
        """Every call on the desk, the current one first."""
        return ([self.current] if self.current is not None else []) + self.waiting

    def library_of(self, call: LiveCall | None) -> Library:
        """The library that this call is pinned to, from its first step on; before, the one in use."""
        return self.library if call is None or call.walk is None else call.walk.library

    def say(self, tone: Tone, text: str) -> None:
        """Shows a sentence in the inline bar, in the agent's language where that has it.

        The same sentence again only renews its time.
        """
        text = self.world.words(text)
        others = tuple(message for message in self.messages if message.text != text)
        new = Message(self.world.new_id(), tone, text, self.world.clock())
        self.messages = (*others, new)[-_KEPT_MESSAGES:]

    def stop_choosing(self) -> None:
        """Gives the digits back to the answers."""
        self.choosing = None
        self.choose = {}

    def phone_works(self, source: str) -> bool:
        """Whether this source is connected now, so that its calls' ends will be told."""
        known = self.phones.get(source)
        return known is not None and known.connected
