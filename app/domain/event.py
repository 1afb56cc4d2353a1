"""Events: the only way that anything is recorded, sent and counted.

The envelope is CloudEvents 1.0.2 with two extension attributes, `sequence` and `agentsession`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


class EventType(StrEnum):
    """Every type of event; the value is the CloudEvents type without `cuecard.` and `.v1`."""

    CALL_OFFERED = "call.offered"
    CALL_ANSWERED = "call.answered"
    CALL_HELD = "call.held"
    CALL_RESUMED = "call.resumed"
    CALL_TRANSFERRED = "call.transferred"
    CALL_ENDED = "call.ended"
    CALL_WRAPPED = "call.wrapped"
    ACCOUNT_MATCHED = "account.matched"
    RECORD_VIEWED = "record.viewed"
    CALLER_VERIFIED = "caller.verified"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    INTENT_STATED = "intent.stated"
    CANCEL_REQUESTED = "cancel.requested"
    CANCEL_COMPLETED = "cancel.completed"
    ACCOUNT_CANCELLED = "account.cancelled"
    SCRIPT_STARTED = "script.started"
    SCRIPT_HANDED_OVER = "script.handed_over"
    SCRIPT_ENDED = "script.ended"
    STEP_ENTERED = "step.entered"
    PHRASING_SHOWN = "phrasing.shown"
    ANSWER_GIVEN = "answer.given"
    FORM_CAPTURED = "form.captured"
    OBJECTION_USED = "objection.used"
    OFFER_ELIGIBLE = "offer.eligible"
    OFFER_SUPPRESSED = "offer.suppressed"
    OFFER_DISPLAYED = "offer.displayed"
    OFFER_EXTENDED = "offer.extended"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_DEFERRED = "offer.deferred"
    OFFER_PASSED = "offer.passed"
    OFFER_ACTIVATED = "offer.activated"
    OFFER_REVERSED = "offer.reversed"
    DISCLOSURE_READ = "disclosure.read"
    ORDER_REQUESTED = "order.requested"
    ORDER_PLACED = "order.placed"
    ORDER_FAILED = "order.failed"
    NOTE_SAVED = "note.saved"
    LEAD_ASKED = "lead.asked"
    LEAD_ANSWERED = "lead.answered"
    CALLBACK_PROMISED = "callback.promised"
    CALLBACK_DONE = "callback.done"
    AGENT_SIGNED_IN = "agent.signed_in"
    AGENT_SIGNED_OUT = "agent.signed_out"
    AGENT_STATE_CHANGED = "agent.state_changed"
    EXTEND_CHECKED = "extend.checked"
    EXPERIMENT_ASSIGNED = "experiment.assigned"
    GUIDE_TRIED = "guide.tried"
    GUIDE_SOLVED = "guide.solved"
    EVENT_CORRECTED = "event.corrected"

    @property
    def wire(self) -> str:
        """The type as it stands in the envelope ("cuecard.offer.extended.v1")."""
        return f"cuecard.{self.value}.v1"

    @classmethod
    def from_wire(cls, wire: str) -> EventType:
        """The inverse of `wire`; raises ValueError for a type that is not ours."""
        prefix, suffix = "cuecard.", ".v1"
        if not (wire.startswith(prefix) and wire.endswith(suffix)):
            raise ValueError("the type is not cuecard.<thing>.<happened>.v1")
        return cls(wire[len(prefix) : -len(suffix)])


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, not yet stamped: the pure rules (walk, offers) speak in these."""

    type: EventType
    data: dict[str, Json]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A happening with its id (UUIDv7), its time (aware UTC), the interaction it belongs to and the agent's session.

    `subject` is the linked call id, or the person's id for what belongs to no call.
    """

    id: str
    type: EventType
    time: datetime
    subject: str
    agent_session: str
    data: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded event: with its source (`/devices/<id>`) and its place in that source's gap-free sequence (from 1)."""

    id: str
    source: str
    sequence: int
    type: EventType
    time: datetime
    subject: str
    agent_session: str
    data: dict[str, Json]
