"""One call under way on this desk, and its draft: what is needed to go on after a crash."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from app.desk.card import Matching, VerifiedMark
from app.desk.conversations import AskedLead
from app.desk.ports import Draft
from app.desk.view import Match
from app.domain.account import Alert
from app.scripts.library import Library
from app.scripts.walk import RestoreError, Walk
from app.telephony.calls import Call

DRAFT_VERSION = 1


@dataclass(slots=True)
class OfferFact:
    """An offer record of this call, by the event that holds it.

    `due` is the day (ISO date) of one put off; `earlier`: it was made before this callback, and its wrap-up is closed.
    `offer` and `option` are ids; `by` is the person who made it, "" for who has the call.
    """

    event: str
    text: str
    at: datetime
    kind: str
    taken_back: bool = False
    due: str = ""
    earlier: bool = False
    offer: str = ""
    option: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What other agents did in this call that still holds, as `WalkContext` has it: `extended` save offers made, offers
    that were `answered` by id, whether a `cancel` was asked for, `interrupts`, and what they have `suppressed`."""

    extended: int = 0
    answered: tuple[str, ...] = ()
    cancel: bool = False
    interrupts: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """What another agent handed over of this call. `certain`: an id of the call says that it is this one.

    `by` and `team` are for the eye; `record` is `app.desk.handed.Record` as JSON. `late`: it came when the call had
    been answered. `choice` is what the agent did with it: "on", "anew" or "" while he has not chosen.
    """

    id: str
    by: str
    team: str
    certain: bool
    record: dict[str, Any]
    late: bool = False
    choice: str = ""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What redaction took out of the note: as it was typed, and its digits alone. For an undo, in memory only."""

    typed: str
    digits: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What keeps a call that is over on this desk: the customer is to be called back.

    `due` is aware UTC; `why` is later, dropped or promised; `number` is E.164; `who` is masked, `about` in words.
    `account` is "" for a guest.
    """

    due: datetime
    why: str
    about: str
    number: str
    who: str
    account: str = ""


@dataclass(slots=True)
class LiveCall:
    """A call from its first ring until wrap-up is confirmed.

    `id` names the record and its draft; `subject` is the linked call, under which its events go; `phone` is the call
    as the phone tells it. Times are aware UTC, None while it has not happened. `emitted` maps the walk's happenings,
    by their number, to event ids. `removed` and `no_cards` are digits that redaction took out, for an undo: in memory
    only, never in the draft. `unheard`: restored, and the phone has said nothing of it since. `confirmed`: the agent
    has confirmed wrap-up before the customer hung up. `caller` is who the caller said to be ("holder", ..), ""
    while that was not asked. `promised` is when and why the agent promised to call back (ISO date). `go_on` counts
    the steps to go forward again once the caller is verified, after a callback. `talked_s`: how long they talked,
    by a clock that never goes back. `pushed` are alerts that the CRM told by itself. `known_alerts` are those that
    were there before. Marks are of `World.elapsed`; they end with the process, and so does `stays`: a key was
    pressed, so wrap-up is not confirmed by itself. `asked` is what the lead was asked last, with the answer.
    """

    id: str
    subject: str
    phone: Call
    number_text: str
    line: str
    matching: Matching
    wrapping_since: datetime | None = None
    confirmed: bool = False
    verified: VerifiedMark | None = None
    walk: Walk | None = None
    step_since: datetime | None = None
    emitted: list[str] = field(default_factory=list)
    offers: list[OfferFact] = field(default_factory=list)
    extended: int = 0
    note: str = ""
    note_notice: str = ""
    removed: tuple[TakenOut, ...] = ()
    no_cards: frozenset[str] = frozenset()
    disposition: str = ""
    reason: str = ""
    summary: str = ""
    summary_edited: bool = False
    orders: dict[str, str] = field(default_factory=dict)
    unheard: bool = False
    caller: str = ""
    promised: str = ""
    go_on: int = 0
    talked_s: int | None = None
    known_alerts: tuple[str, ...] | None = None
    fresh_alerts: tuple[str, ...] = ()
    pushed: tuple[Alert, ...] = ()
    handed: Handed | None = None
    before: Before = field(default_factory=Before)
    transfer_to: str = ""
    given: str = ""
    answered_mark: float | None = None
    wrapping_mark: float | None = None
    ended_mark: float | None = None
    stays: bool = False
    asked: AskedLead | None = None

    @property
    def offered_at(self) -> datetime:
        """When it first rang."""
        return self.phone.offered_at

    @property
    def answered_at(self) -> datetime | None:
        """When it was answered."""
        return self.phone.answered_at

    @property
    def ended_at(self) -> datetime | None:
        """When it ended."""
        return self.phone.ended_at

    @property
    def answered(self) -> bool:
        """Whether the agent and the caller have spoken."""
        return self.phone.answered_at is not None

    @property
    def talk_seconds(self) -> int:
        """Whole seconds from answer to end; 0 before both are known."""
        if self.talked_s is not None:
            return self.talked_s
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, int((self.ended_at - self.answered_at).total_seconds()))


class _Saved(msgspec.Struct):
    version: int
    content_hash: str
    subject: str
    phone: Call
    number_text: str
    line: str
    matching: Matching
    confirmed: bool
    wrapping_since: datetime | None
    verified: VerifiedMark | None
    log: list[Any] | None
    step_since: datetime | None
    emitted: list[str]
    offers: list[OfferFact]
    extended: int
    note: str
    disposition: str
    reason: str
    summary: str
    summary_edited: bool
    orders: dict[str, str]
    caller: str = ""
    promised: str = ""
    go_on: int = 0
    talked_s: int | None = None
    known_alerts: tuple[str, ...] | None = None
    fresh_alerts: tuple[str, ...] = ()
    handed: Handed | None = None
    before: Before = Before()
    given: str = ""
    promise: Promise | None = None
    asked: AskedLead | None = None


class _Pinned(msgspec.Struct):
    content_hash: str


class _Promised(msgspec.Struct):
    promise: Promise | None = None


class DraftUnreadable(Exception):
    """A draft cannot be restored. The text says why and what became of the call."""


def to_draft(call: LiveCall, library: Library, promise: Promise | None = None, log: list[Any] | None = None) -> Draft:
    """The call as a draft. Secrets are not in it: the walk's log leaves them out.

    It names the release that the walk began with, else that of `library`. With a `promise` it is a call to call back;
    `log` then stands for the walk's own.
    """
    pinned = call.walk.library if call.walk is not None else library
    shared = {name: getattr(call, name) for name in _SHARED}
    saved = _Saved(
        version=DRAFT_VERSION,
        content_hash=pinned.release.content_hash,
        log=log if log is not None or call.walk is None else list(call.walk.log),
        promise=promise,
        **shared,
    )
    return Draft(call.id, msgspec.json.encode(saved))


def pinned_to(draft: Draft) -> str:
    """The content hash of the release that the call began with; "" where the draft cannot be read."""
    try:
        return msgspec.json.decode(draft.body, type=_Pinned).content_hash
    except msgspec.DecodeError:
        return ""


def promise_of(draft: Draft) -> Promise | None:
    """What was promised to the caller of a call that is over; None for a call that is under way."""
    try:
        return msgspec.json.decode(draft.body, type=_Promised).promise
    except msgspec.DecodeError:
        return None


def from_draft(draft: Draft, library: Library | None) -> LiveCall:
    """The call as it was; without its walk where `library` is None.

    Raises DraftUnreadable when its body, or the script it began with, is no longer there.
    """
    try:
        saved = msgspec.json.decode(draft.body, type=_Saved)
        walk = None if saved.log is None or library is None else Walk.restore(library, saved.log)
    except (msgspec.DecodeError, RestoreError) as error:
        raise DraftUnreadable(
            "A call that was under way could not be restored: its script has changed since. "
            "What was recorded of it is kept and will be sent."
        ) from error
    shared = {name: getattr(saved, name) for name in _SHARED}
    call = LiveCall(id=draft.call, walk=walk, **shared)
    if call.matching.match is Match.SEARCHING:
        call.matching = Matching(Match.NONE, call.matching.number, stale=True)
    return call


_SHARED = tuple(name for name in _Saved.__struct_fields__ if name not in ("version", "content_hash", "log", "promise"))
