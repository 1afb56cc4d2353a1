"""What can happen in a walk. Its state is the fold of these; they are what a draft keeps.

A secret form value is never part of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from app.scripts.context import WalkContext


@dataclass(frozen=True, slots=True)
class Return:
    """Where a script that was opened with `then` comes back to."""

    script: str
    step: str


@dataclass(frozen=True, slots=True)
class OfferPlace:
    """Which offer on which account, and where in which script it was on the table; `rung` counts from 1."""

    account: str
    offer: str
    kind: str
    rung: int
    script: str
    step: str


@dataclass(frozen=True, slots=True)
class ContextSet:
    """The world is this now."""

    context: WalkContext


@dataclass(frozen=True, slots=True)
class ScriptBegun:
    """A script of the release begins."""

    script: str
    release: int
    policy: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One script goes over into another; `then` is the step to come back to ("" for none)."""

    origin: str
    script: str
    then: str


@dataclass(frozen=True, slots=True)
class ScriptEnded:
    """A script came to its end."""

    script: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A step is on the screen, for the first time or again by an answer."""

    script: str
    step: str
    returns: tuple[Return, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """Back or forward to a step already walked; `drop` forgets what came after it."""

    to: int
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer was given; for a list answer `item` is its place in the list."""

    script: str
    step: str
    key: str
    answer: str
    name: str = ""
    path: str = ""
    item: int = -1


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A `Let` got its value (coded by `values`)."""

    script: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Filled:
    """Something was typed into a field that is no secret."""

    script: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Captured:
    """A step was left with these form values; secret ones are not among them."""

    script: str
    step: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Phrased:
    """Another way to say it was shown (from 1)."""

    script: str
    step: str
    phrasing: int


@dataclass(frozen=True, slots=True)
class ObjectionUsed:
    """An objection was opened by what the caller said."""

    script: str
    step: str
    objection: str


@dataclass(frozen=True, slots=True)
class IntentStated:
    """The agent found out what the caller wants."""

    intent: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Something ended all selling, for good: what it suppresses from now on."""

    interrupt: str
    suppresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleSaid:
    """The caller said who they are."""

    role: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """The call goes on in this language."""

    language: str


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """The customer asked to cancel."""

    account: str
    script: str
    step: str
    offers_before: int


@dataclass(frozen=True, slots=True)
class Identified:
    """The caller was verified for this account."""

    account: str
    method: str
    how: str
    role: str
    offline: bool


@dataclass(frozen=True, slots=True)
class Doubted:
    """The caller was not verified: the CRM said no or unknown."""

    method: str
    answer: str


@dataclass(frozen=True, slots=True)
class OfferFound:
    """The rules found the offer eligible."""

    place: OfferPlace


@dataclass(frozen=True, slots=True)
class OfferShown:
    """The offer was on the screen and could be made."""

    place: OfferPlace


@dataclass(frozen=True, slots=True)
class OfferWithheld:
    """The script came to an offer that may not be made."""

    account: str
    offer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extended:
    """The offer was spoken; `implied` by an answer to it."""

    place: OfferPlace
    implied: bool


@dataclass(frozen=True, slots=True)
class Pended:
    """The customer said yes; what must be read and agreed to is still to come."""

    place: OfferPlace
    option: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The offer is accepted, with everything it needs."""

    place: OfferPlace
    option: str
    points: int


@dataclass(frozen=True, slots=True)
class Declined:
    """The customer said no."""

    place: OfferPlace
    reason: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The customer wants to think until `due` (ISO date)."""

    place: OfferPlace
    due: str


@dataclass(frozen=True, slots=True)
class Passed:
    """It was not the moment."""

    place: OfferPlace
    reason: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A happening (by its place in the walk, from 0) did not happen."""

    corrects: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The latest record about an offer is undone: its offer and the step are as before it."""


@dataclass(frozen=True, slots=True)
class DisclosureRead:
    """A text was read word for word."""

    disclosure: str
    offer: str
    script: str
    step: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """The customer agreed, or did not, to exactly this question."""

    consent: str
    wording: str
    offer: str
    script: str
    step: str
    given: bool


@dataclass(frozen=True, slots=True)
class Requested:
    """Something was asked of the CRM or the phone; `action` is `line_test`, `task:..`, `send:..` or `transfer:..`."""

    account: str
    action: str
    offer: str
    option: str


@dataclass(frozen=True, slots=True)
class RequestFinished:
    """The CRM's answer to a request."""

    action: str
    result: str


WalkEvent: TypeAlias = (
    ContextSet
    | ScriptBegun
    | HandedOver
    | ScriptEnded
    | Entered
    | Moved
    | Answered
    | Reckoned
    | Filled
    | Captured
    | Phrased
    | ObjectionUsed
    | IntentStated
    | Interrupted
    | RoleSaid
    | Spoken
    | CancelRequested
    | Identified
    | Doubted
    | OfferFound
    | OfferShown
    | OfferWithheld
    | Extended
    | Pended
    | Accepted
    | Declined
    | Deferred
    | Passed
    | Corrected
    | Restored
    | DisclosureRead
    | ConsentAnswered
    | Requested
    | RequestFinished
)
