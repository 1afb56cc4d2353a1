"""What goes along with a transferred call: made out of the first agent's call, and put into the next one's.

No name, number or bill of the customer is in it: of the account there is its id, and the walk's log is without the
account. Secrets were never in it; notes and form values went through the redaction when they were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from app.desk.callbacks import forgotten, place_to_begin
from app.desk.card import VerifiedMark
from app.desk.live_call import Before, LiveCall, OfferFact
from app.domain.event import EventType, Json
from app.scripts.library import Library
from app.scripts.walk import RestoreError, Walk

VERSION = 1
_ANSWERED = frozenset({EventType.OFFER_ACCEPTED, EventType.OFFER_DECLINED})
_ANSWERS_SHOWN = 6


class HandedUnreadable(Exception):
    """What was handed over cannot be read here, since another version of Cuecard made it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A call as its agent handed it over.

    `subject` is the interaction, `account` an id or "". `content_hash` and `release` name the release that the walk
    began with, `script` and `step` where it was, the titles for the eye; `answers` are step and answer in words.
    `verified` says how and when, `caller` who he said to be. `log` is the walk's, `emitted` the ids of what it told;
    `consents` those given. `before` is what holds for all that follow, `log_before` what of it came from agents
    before.
    """

    subject: str
    account: str = ""
    content_hash: str = ""
    release: int = 0
    script: str = ""
    script_title: str = ""
    step: str = ""
    step_title: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    verified: VerifiedMark | None = None
    caller: str = ""
    log: list[Any] | None = None
    emitted: tuple[str, ...] = ()
    note: str = ""
    offers: tuple[OfferFact, ...] = ()
    consents: tuple[str, ...] = ()
    extended: int = 0
    before: Before = field(default_factory=Before)
    log_before: Before = field(default_factory=Before)
    version: int = VERSION


def record_of(call: LiveCall, person: str) -> Record:
    """The call as it stands now; `person` is who hands it over."""
    account, walk = call.matching.account, call.walk
    record = Record(
        subject=call.subject,
        account=account.id if account is not None else "",
        verified=call.verified,
        caller=call.caller,
        note=call.note,
        offers=tuple(replace(fact, by=fact.by or person) for fact in call.offers),
        extended=call.extended,
        before=before_of(call),
        log_before=call.before,
    )
    if walk is None:
        return record
    screen = walk.screen()
    log = [_without_account(entry) for entry in walk.log]
    release = walk.library.release
    return replace(
        record,
        content_hash=release.content_hash,
        release=release.number,
        script=screen.script,
        script_title=screen.script_title,
        step=screen.step,
        step_title=screen.step_title,
        answers=tuple((item.title, item.answer) for item in screen.path if item.answer)[-_ANSWERS_SHOWN:],
        log=log,
        emitted=tuple(call.emitted),
        consents=_consents(log),
    )


def to_plain(record: Record) -> dict[str, Json]:
    """As JSON."""
    plain: dict[str, Json] = msgspec.to_builtins(record)
    return plain


def from_plain(plain: Mapping[str, Any]) -> Record:
    """The inverse of `to_plain`; raises HandedUnreadable."""
    try:
        record = msgspec.convert(dict(plain), Record)
    except msgspec.ValidationError as error:
        raise HandedUnreadable("Another version of Cuecard has handed this call over.") from error
    if record.version != VERSION:
        raise HandedUnreadable("Another version of Cuecard has handed this call over.")
    return record


def before_of(call: LiveCall) -> Before:
    """What all agents of this call so far have done that holds for whoever follows."""
    before, walk = call.before, call.walk
    answered = [fact.offer for fact in call.offers if fact.kind in _ANSWERED and fact.offer and not fact.taken_back]
    if walk is None:
        return before
    return Before(
        extended=walk.saves_extended,
        answered=_united(before.answered, answered),
        cancel=before.cancel or walk.cancel_requested,
        interrupts=_united(before.interrupts, walk.interrupts),
        suppressed=_united(before.suppressed, sorted(walk.suppressed)),
    )


def beside(log_before: Before, record: Record, own: Before) -> Before:
    """What holds beside the log that is taken up: what came before it, and what its taker had done himself.

    `own` counts what `record` says already.
    """
    return Before(
        extended=log_before.extended + max(0, own.extended - record.before.extended),
        answered=_united(log_before.answered, (one for one in own.answered if one not in record.before.answered)),
        cancel=log_before.cancel or own.cancel,
        interrupts=_united(log_before.interrupts, own.interrupts),
        suppressed=_united(log_before.suppressed, own.suppressed),
    )


def walk_again(record: Record, library: Library, *, verified: bool) -> tuple[Walk, int] | None:
    """The walk as it was handed over, and how many steps to go forward once the caller is verified again.

    `verified`: he counts as verified. None where this release cannot go on with it.
    """
    if record.log is None or library.release.content_hash != record.content_hash:
        return None
    try:
        walk = Walk.restore(library, record.log)
        if verified or not walk_was_verified(record):
            return walk, 0
        place, further = place_to_begin(walk)
        moved: dict[str, Json] = {"kind": "Moved", "to": place, "drop": False}
        return Walk.restore(library, [*(forgotten(entry) for entry in record.log), moved]), further
    except RestoreError:
        return None


def walk_was_verified(record: Record) -> bool:
    """Whether the walk knows of a verification."""
    return any(entry.get("kind") == "Identified" for entry in record.log or ())


def _without_account(entry: dict[str, Any]) -> dict[str, Any]:
    """An event of the walk without what the account says, and without the agent's name."""
    if entry["kind"] != "ContextSet":
        return entry
    return {**entry, "context": {**entry["context"], "account": None, "agent_first_name": "", "verified": False}}


def _consents(log: list[dict[str, Any]]) -> tuple[str, ...]:
    answers = {str(entry["consent"]): bool(entry["given"]) for entry in log if entry["kind"] == "ConsentAnswered"}
    return tuple(consent for consent, given in answers.items() if given)


def _united(one: Any, other: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
