"""What an agent, or the desk on the world's behalf, can do to a walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.scripts.context import WalkContext


class ActionRefused(Exception):
    """The walk does not allow this now. The text is a sentence for the agent and says what to do instead."""


@dataclass(frozen=True, slots=True)
class Choose:
    """The answer under a key, 0-9; for an item of a list without a key of its own, its `pick`."""

    key: str


@dataclass(frozen=True, slots=True)
class Continue:
    """Enter: on after text and form, in a step without answers."""


@dataclass(frozen=True, slots=True)
class Back:
    """To the step before; its answer and form stay."""


@dataclass(frozen=True, slots=True)
class Forward:
    """To the step from which Back came."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Types a value into a form field, as raw text; a wrong one is kept with its problem shown."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ShowPhrasing:
    """This way to say it, counted from 1: the one that the agent has pinned."""

    number: int


@dataclass(frozen=True, slots=True)
class NextPhrasing:
    """Another way to say it."""


@dataclass(frozen=True, slots=True)
class Extend:
    """E: the offer was spoken."""


@dataclass(frozen=True, slots=True)
class Accept:
    """A: the customer said yes, to this option (None: the only one, or the one proposed)."""

    option: str | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """D: the customer said no, for this reason (a DeclineReason)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Defer:
    """L: the customer wants to think; `due` is an ISO date."""

    due: str


@dataclass(frozen=True, slots=True)
class PassOffer:
    """Not the moment, for this reason (a PassReason)."""

    reason: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The latest record about an offer did not happen."""


@dataclass(frozen=True, slots=True)
class ConfirmRead:
    """The disclosure was read word for word, in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Verified:
    """The caller was verified. `how` is crm, attested or ivr.

    `role` is holder, authorised, executor or third_party; "" is what was said before, else the holder.
    """

    method: str
    how: str
    role: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class VerifyFailed:
    """The CRM said no or unknown (`answer`)."""

    method: str
    answer: str


@dataclass(frozen=True, slots=True)
class CallerIs:
    """Who is calling, by their own words: holder, authorised, executor or third_party. Verifies nobody."""

    role: str


@dataclass(frozen=True, slots=True)
class Speak:
    """The call goes on in another language of the script ("es"); where it is does not change."""

    language: str


@dataclass(frozen=True, slots=True)
class PressInterrupt:
    """An interrupt of the library (bereavement, complaint, ..): to its script from any step, and never back."""

    interrupt: str


@dataclass(frozen=True, slots=True)
class PressCancel:
    """The Cancel key: straight to the cancellation, from any step."""


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """What the caller said, found by find: opens the step and returns from it."""

    phrase: str


@dataclass(frozen=True, slots=True)
class OpenScript:
    """The agent chose another script by what the caller wants; the present one is left behind."""

    script: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer to a request, by the action in `order.requested`; `result` is queued, placed, ok or failed."""

    action: str
    result: str


@dataclass(frozen=True, slots=True)
class ContextChanged:
    """The world changed: account fetched, candidate chosen, network gone."""

    context: WalkContext


Action: TypeAlias = (
    Choose
    | Continue
    | Back
    | Forward
    | Fill
    | NextPhrasing
    | ShowPhrasing
    | Extend
    | Accept
    | Decline
    | Defer
    | PassOffer
    | TakeBack
    | ConfirmRead
    | Verified
    | VerifyFailed
    | CallerIs
    | Speak
    | PressInterrupt
    | PressCancel
    | OpenObjection
    | OpenScript
    | Finished
    | ContextChanged
)
