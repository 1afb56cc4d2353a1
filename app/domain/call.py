"""Calls as every phone system is made to tell them: one normalised event, whatever the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CallState(StrEnum):
    """Where the agent's leg of a call is."""

    OFFERED = "offered"
    RINGING = "ringing"
    ANSWERED = "answered"
    HELD = "held"
    TRANSFERRED = "transferred"
    ENDED = "ended"


class Direction(StrEnum):
    """Which way the call goes, seen from the agent."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Presentation(StrEnum):
    """Whether the caller lets his number be shown. A restricted number is never shown nor looked up."""

    ALLOWED = "allowed"
    RESTRICTED = "restricted"
    UNAVAILABLE = "unavailable"


class EndReason(StrEnum):
    """Why a leg ended; UNKNOWN where the phone cannot tell (baresip says the same for three of these)."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    ELSEWHERE = "elsewhere"
    TRANSFERRED = "transferred"
    AGENT = "agent"
    CALLER = "caller"
    UNKNOWN = "unknown"


class Capability(StrEnum):
    """What a call source can do; the window shows no button for the rest."""

    ANSWER = "answer"
    HANGUP = "hangup"
    HOLD = "hold"
    TRANSFER = "transfer"
    DTMF = "dtmf"
    DIAL = "dial"
    RESYNC = "resync"
    LINKED_ID = "linked_id"
    UUI = "uui"
    DNIS = "dnis"
    # This source tells of answering and ending by itself; without it both are done by the agent's key.
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One thing that happened to one leg of a call.

    `leg_id` is the agent's leg (SIP Call-ID), `call_id` the caller's leg, `linked_id` the whole interaction; the latter
    two are None where the source cannot know. `ani_e164` is None unless the number is whole and may be shown.
    `display_name` comes from the network and is untrusted text. `attached` holds what the IVR asked. `received_at` is
    aware UTC; `seq` counts per source from 1.
    """

    source: str
    seq: int
    received_at: datetime
    leg_id: str
    state: CallState
    direction: Direction = Direction.INBOUND
    call_id: str | None = None
    linked_id: str | None = None
    ani_raw: str = ""
    ani_e164: str | None = None
    ani_presentation: Presentation = Presentation.UNAVAILABLE
    display_name: str = ""
    dnis: str = ""
    redirecting: str = ""
    uui: str = ""
    attached: dict[str, str] = field(default_factory=dict)
    agent: str = ""
    queue: str = ""
    recording_ref: str = ""
    end_reason: EndReason | None = None
