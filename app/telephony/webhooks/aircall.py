"""Aircall's webhooks: JSON in which a token stands that Aircall gave out when the webhook was made.

The token is all that says who sent it: nothing binds it to the rest, so the address must be https. Each event tells
the whole call and the user that it is about. Aircall does not say when another user's phone stops ringing: that follows
from who answered and from the end. `seq` is the event's second and its stage within it.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from app.domain.call import CallEvent, CallState, Direction, EndReason
from app.telephony.caller import caller_fields
from app.telephony.errors import WebhookForged, WebhookUnreadable, WebhookUnsigned
from app.telephony.webhooks.delivery import LAST_SECOND, Ends, Heard, WebhookRequest, check_age

_STAGES = {
    "call.ringing_on_agent": (1, CallState.RINGING, None, Ends.NOTHING),
    "call.agent_declined": (2, CallState.ENDED, EndReason.AGENT, Ends.NOTHING),
    "call.answered": (3, CallState.ANSWERED, None, Ends.RINGING_ELSEWHERE),
    "call.hold": (4, CallState.HELD, None, Ends.NOTHING),
    "call.unhold": (5, CallState.ANSWERED, None, Ends.NOTHING),
    "call.transferred": (6, CallState.ENDED, EndReason.TRANSFERRED, Ends.NOTHING),
    "call.hungup": (8, CallState.ENDED, EndReason.UNKNOWN, Ends.ALL),
    # Comes about half a minute after the call was hung up.
    "call.ended": (9, CallState.ENDED, EndReason.UNKNOWN, Ends.ALL),
}
_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Id = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class _User(msgspec.Struct):
    id: _Id
    email: _Text | None = None


class _Number(msgspec.Struct):
    digits: _Text | None = None
    name: _Text | None = None


class _Call(msgspec.Struct):
    id: _Id
    direction: _Text = "inbound"
    raw_digits: _Text | None = None
    user: _User | None = None
    number: _Number | None = None
    answered_at: float | None = None


class _Posted(msgspec.Struct):
    event: _Text
    timestamp: Annotated[float, msgspec.Meta(ge=0, le=LAST_SECOND)]
    token: _Text = ""
    resource: _Text = ""
    data: msgspec.Raw = msgspec.Raw(b"{}")


def read(request: WebhookRequest, secret: bytes) -> tuple[Heard, ...]:
    """What the webhook says; raises WebhookRefused."""
    try:
        posted = msgspec.json.decode(request.body, type=_Posted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise WebhookUnreadable("The request is not JSON in the form of Aircall's webhooks.") from None
    if not posted.token:
        raise WebhookUnsigned("The request has no token.")
    if not hmac.compare_digest(posted.token.encode("utf-8", "replace"), secret):
        raise WebhookForged("The request's token is not this webhook's.")
    check_age(datetime.fromtimestamp(posted.timestamp, UTC), request.received_at)
    stage = _STAGES.get(posted.event)
    if stage is None:
        return ()
    try:
        call = msgspec.json.decode(posted.data, type=_Call)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise WebhookUnreadable("The request holds no call in the form of Aircall's.") from None
    return (_heard(request, posted, call),)


def _heard(request: WebhookRequest, posted: _Posted, call: _Call) -> Heard:
    rank, state, reason, ends = _STAGES[posted.event]
    user, line = call.user, call.number
    if ends is Ends.ALL and call.answered_at is None:
        reason = EndReason.ABANDONED
    event = CallEvent(
        source=request.source,
        seq=int(posted.timestamp) * 10 + rank,
        received_at=request.received_at,
        leg_id=f"{call.id}-{user.id}" if user is not None else f"{call.id}",
        state=state,
        call_id=str(call.id),
        linked_id=str(call.id),
        dnis=((line.digits if line is not None else "") or "").replace(" ", "")[:32],
        queue=((line.name if line is not None else "") or "")[:100],
        agent=str(user.id) if user is not None else "",
        end_reason=reason,
        **caller_fields(
            call.raw_digits or "",
            "",
            request.region,
            direction=Direction.OUTBOUND if call.direction == "outbound" else Direction.INBOUND,
        ),
    )
    email = user.email if user is not None and user.email else ""
    identity = f"{posted.event} {posted.timestamp} {event.leg_id}"
    return Heard(event, identity, (email,) if email else (), ends)
