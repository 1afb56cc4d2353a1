"""What the window shows: one frozen value after each change. Texts are ready to be shown, times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from app.desk.ports import SyncState

if TYPE_CHECKING:
    from app.desk.conversations import AskedLead, LeadMessage
    from app.desk.ports import SourceState
    from app.reports.own import OwnWeeks
    from app.scripts.note_templates import NoteTemplate
    from app.scripts.screen import Reason, StepScreen


class Phase(StrEnum):
    """Where the agent is in the shift."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    LOCKED = "locked"


class Match(StrEnum):
    """How the caller's number matches: four different looks, and two that pass."""

    SEARCHING = "searching"
    ONE = "one"
    SEVERAL = "several"
    NONE = "none"
    WITHHELD = "withheld"


class Saving(StrEnum):
    """Whether what was done last is committed to the local store."""

    IDLE = "idle"
    SAVING = "saving"
    RECORDED = "recorded"
    FAILED = "failed"


class Tone(StrEnum):
    """How a message is meant; the window gives it a word and a colour."""

    INFORMATION = "information"
    GOOD = "good"
    ATTENTION = "attention"


class DigitsTo(StrEnum):
    """What the digits mean now; the window shows their key caps there and nowhere else."""

    NOTHING = "nothing"
    LIST = "list"
    SEARCH = "search"
    CALLBACKS = "callbacks"
    CANDIDATES = "candidates"
    ANSWERS = "answers"
    DISPOSITIONS = "dispositions"


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the inline bar; never a dialog. `id` is for dismissing it."""

    id: str
    tone: Tone
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallHead:
    """The call in the top bar.

    `number` is in national form, "Number withheld" or "No number". `caller_id_name` comes from the network and is
    untrusted. `line` says queue and menu choice in words. `since` is when the present state began. `waiting` are
    calls that ring behind this one. `times_by_agent`: the phone tells nothing more, answer and end by key. `can_hold`,
    `can_transfer` and `can_send_digits` say what the phone can do now; `held`: the caller is on hold.
    """

    number: str
    caller_id_name: str
    line: str
    since: datetime
    source: str
    simulated: bool
    can_answer: bool
    can_hang_up: bool
    times_by_agent: bool
    ended: bool
    waiting: tuple[str, ...] = ()
    held: bool = False
    can_hold: bool = False
    can_transfer: bool = False
    can_send_digits: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the card. A masked one shows dots and says so to a screen reader."""

    label: str
    value: str
    masked: bool = False
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several accounts on a number, masked, with what tells it apart."""

    key: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastContact:
    """An earlier contact in few words ("Tue", "Slow internet, not solved")."""

    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who is calling.

    `title` is a masked name, a name, "3 people share this number", "Not in the CRM", "Number withheld" ...
    `verified` is the badge's text ("Verified by PIN, 14:02"), "" while not verified; `why` explains the match.
    `as_of` is set when the data may be old. `fresh` are those of `worth_knowing` that came during this call.
    `may_search`: the agent can look for somebody else.
    """

    match: Match
    title: str
    subtitle: str
    verified: str
    facts: tuple[Fact, ...]
    worth_knowing: tuple[str, ...]
    contacts: tuple[PastContact, ...]
    candidates: tuple[Candidate, ...]
    why: str
    as_of: str = ""
    fresh: tuple[str, ...] = ()
    may_search: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the marked list. A closed one says why and cannot be chosen."""

    key: str
    text: str
    detail: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Choosing:
    """The digits belong to this list until Esc: options after A, reasons after D, days after L, "not the moment"."""

    title: str
    rows: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """An offer fact of this call, newest first; one taken back is struck through. `kind`: the event that holds it."""

    text: str
    at: datetime
    taken_back: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """The agent's own counts; each with its denominator. The times are whole seconds of today."""

    calls: int = 0
    extended: int = 0
    accepted: int = 0
    points: int = 0
    talk_s: int = 0
    wrap_s: int = 0
    break_s: int = 0
    opportunities: int = 0
    opportunities_extended: int = 0
    successes: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """The mark that says what the local store has."""

    saving: Saving = Saving.IDLE
    at: datetime | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class NotesView:
    """The notes field. `notice` says what was redacted or cut; `can_undo` when that may have been an order number."""

    text: str = ""
    notice: str = ""
    can_undo: bool = False


@dataclass(frozen=True, slots=True)
class WrapUp:
    """After-call work: disposition prefilled from how the script ended, summary out of what happened.

    `ready_in`: seconds until it is confirmed by itself; None where it waits for the agent.
    """

    disposition: str
    dispositions: tuple[tuple[str, str], ...]
    reason: str
    summary: str
    call_over: bool
    ready_in: int | None = None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A result of find, under a key of the list."""

    key: str
    kind: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class RecentCall:
    """A line of the ready screen."""

    at: datetime
    who: str
    outcome: str


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A callback that was promised: its key on the ready screen ("" where it has none), whom, about what, and when.

    `due` says when in words ("today", "since Tue"); `overdue` where its time has come before today.
    """

    key: str
    who: str
    about: str
    due: str
    overdue: bool
    later: bool = False


@dataclass(frozen=True, slots=True)
class Calling:
    """The customer whom the agent calls back now. `dials`: the phone does it; else the agent dials this number."""

    number: str
    about: str
    dials: bool


@dataclass(frozen=True, slots=True)
class HandedView:
    """What another agent left of the call: who, and `rows` of label and text. `may_open`: the list of what to do with
    it can be opened."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    may_open: bool = False


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search for an account: what was typed, who was found, and a sentence about the search itself."""

    text: str = ""
    rows: tuple[Candidate, ...] = ()
    notice: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Locked:
    """The masked window. `under` is where the agent is in the shift; nothing of the call is here but that there is one.

    `can_sign_out`: no call is open, so that somebody else may take the desk. Without `needs_password` Enter opens it.
    """

    under: Phase
    problem: str = ""
    busy: bool = False
    can_sign_out: bool = False
    needs_password: bool = True


@dataclass(frozen=True, slots=True)
class OfferNotice:
    """What the offers column says while no offer is on the table."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything the agent's window shows.

    `script` is shown already while ringing (`preview`: answering opens this step). `sign_in_problem` belongs to the
    sign-in form, which offers the company's sign-in where `sign_in_company`, waits for it while `in_browser`, and asks
    for the store's secret where `sign_in_wants` names one; `busy` is what the window waits for ("Signing in"), "" for
    nothing. `ending` says in words how the
    script ended, "" while it goes on. `since` is when the agent became ready or went on a break; `on_break` says
    why, and `break_next` that a break follows the call. While `locked`, nothing personal is in the view at all.
    `pinned`: the way to say it that is shown was pinned; `why`: the reasons for what is shown, None while nobody asks.
    `lock_after_s`: when nobody has touched the window for so long, it wants to be locked; 0 for never. `asked` is what
    the lead was asked in this call; while `asking`, its list is open. `letters` are a lead's messages not yet seen,
    oldest first. `weeks` are the agent's own figures of the last weeks, None where they were never read.
    """

    phase: Phase
    who: str = ""
    team: str = ""
    is_lead: bool = False
    call: CallHead | None = None
    card: Card | None = None
    script: StepScreen | None = None
    preview: bool = False
    likely_reason: OfferNotice | None = None
    offer_notice: OfferNotice | None = None
    choosing: Choosing | None = None
    offer_records: tuple[OfferRecord, ...] = ()
    notes: NotesView = field(default_factory=NotesView)
    found: tuple[FoundRow, ...] = ()
    wrap_up: WrapUp | None = None
    today: Today = field(default_factory=Today)
    recent: tuple[RecentCall, ...] = ()
    sync: SyncState = field(default_factory=lambda: SyncState(0, None, 0, False))
    phones: tuple[SourceState, ...] = ()
    recorded: Recorded = field(default_factory=Recorded)
    messages: tuple[Message, ...] = ()
    sign_in_problem: str = ""
    sign_in_user: str = ""
    sign_in_company: bool = False
    sign_in_wants: str = ""
    in_browser: bool = False
    busy: str = ""
    region: str = "GB"
    digits_to: DigitsTo = DigitsTo.NOTHING
    ending: str = ""
    since: datetime | None = None
    on_break: str = ""
    break_next: str = ""
    callbacks: tuple[CallbackRow, ...] = ()
    calling: Calling | None = None
    search: SearchView | None = None
    handed: HandedView | None = None
    locked: Locked | None = None
    lock_after_s: int = 0
    asked: AskedLead | None = None
    asking: bool = False
    letters: tuple[LeadMessage, ...] = ()
    weeks: OwnWeeks | None = None
    pinned: bool = False
    why: tuple[Reason, ...] | None = None
    note_templates: tuple[NoteTemplate, ...] = ()
