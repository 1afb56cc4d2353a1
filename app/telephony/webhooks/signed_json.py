"""Any phone system that can post JSON and compute an HMAC: Cuecard's own form.

`Cuecard-Timestamp` is the time of sending in seconds since 1970; `Cuecard-Signature` is `v1=` and the hexadecimal
HMAC-SHA256, under the source's secret, over that timestamp, a dot and the body. So neither can be exchanged. The body
is one event or a list of at most a hundred; `id` is the same when an event is sent again, and then it does nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from app.domain.call import CallEvent, CallState, Direction, EndReason, Presentation
from app.domain.phone import is_unfilled_macro
from app.telephony.caller import caller_fields
from app.telephony.errors import WebhookForged, WebhookUnreadable, WebhookUnsigned
from app.telephony.uui import account_in, account_number, readable_uui
from app.telephony.webhooks.delivery import LAST_SECOND, Heard, WebhookRequest, check_age

_VERSION = "v1="
_MOST_EVENTS, _MOST_ATTACHED = 100, 20
_Text = Annotated[str, msgspec.Meta(max_length=512)]
# What calls are found by, so it has to be something that every database keeps.
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class PostedEvent(msgspec.Struct, forbid_unknown_fields=True):
    """One event of one leg, as it is posted. Only `id`, `agent`, `call` and `state` must be there.

    `agent` is his phone or user as it is registered; `call` the leg; `linked` the whole interaction, the same for every
    leg of it. `sequence` grows with each event of a leg; without it events count in the order in which they come.
    """

    id: _Id
    agent: _Id
    call: _Id
    state: CallState
    linked: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\x00]*$")] = ""
    direction: Direction = Direction.INBOUND
    number: _Text = ""
    presentation: Presentation = Presentation.ALLOWED
    name: _Text = ""
    dnis: _Text = ""
    queue: _Text = ""
    redirecting: _Text = ""
    uui: _Text = ""
    account: _Text = ""
    attached: dict[_Id, _Text] = {}
    recording: _Text = ""
    end_reason: EndReason | None = None
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | None = None


def read(request: WebhookRequest, secret: bytes) -> tuple[Heard, ...]:
    """What the request says; raises WebhookRefused."""
    stamp = request.headers.get("cuecard-timestamp", "")
    signature = request.headers.get("cuecard-signature", "")
    if not stamp or not signature:
        raise WebhookUnsigned("The request needs Cuecard-Timestamp and Cuecard-Signature.")
    # Taken as bytes: a header may hold anything, and comparing texts that are not ASCII fails.
    given = signature.encode("utf-8", "replace")
    if not hmac.compare_digest(signature_of(stamp, request.body, secret).encode(), given):
        raise WebhookForged("The signature does not fit the timestamp and the body. Check the secret.")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12 and int(stamp) <= LAST_SECOND):
        raise WebhookUnreadable("Cuecard-Timestamp is not a number of seconds since 1970.")
    check_age(datetime.fromtimestamp(int(stamp), UTC), request.received_at)
    events = _events(request.body)
    arrived = round(request.received_at.timestamp() * 1e6)
    return tuple(Heard(_event(request, each, arrived + place), each.id) for place, each in enumerate(events))


def signature_of(stamp: str, body: bytes, secret: bytes) -> str:
    """The signature of a body sent at that time."""
    return _VERSION + hmac.new(secret, stamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256).hexdigest()


def _events(body: bytes) -> list[PostedEvent]:
    many = body.lstrip()[:1] == b"["
    try:
        events = msgspec.json.decode(body, type=list[PostedEvent]) if many else [_ONE.decode(body)]
    except msgspec.ValidationError as error:
        # Where, and nothing more: the library's text quotes values.
        where = str(error).rpartition(" - at ")[2].strip("`") if " - at " in str(error) else "the event itself"
        raise WebhookUnreadable(f"The event is not in the form described: look at {where}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise WebhookUnreadable("The body is not JSON.") from None
    if not 1 <= len(events) <= _MOST_EVENTS or any(len(each.attached) > _MOST_ATTACHED for each in events):
        raise WebhookUnreadable(f"At most {_MOST_EVENTS} events at once, each with {_MOST_ATTACHED} attached values.")
    return events


_ONE = msgspec.json.Decoder(PostedEvent)


def _event(request: WebhookRequest, posted: PostedEvent, arrived: int) -> CallEvent:
    uui = _known(posted.uui)
    attached = {name: _known(value) for name, value in posted.attached.items() if name != "account" and _known(value)}
    given = account_number(posted.account) or account_number(posted.attached.get("account", ""))
    account = given or account_in(uui)
    if account:
        attached["account"] = account
    return CallEvent(
        source=request.source,
        seq=arrived if posted.sequence is None else posted.sequence,
        received_at=request.received_at,
        leg_id=posted.call,
        state=posted.state,
        linked_id=posted.linked or None,
        call_id=posted.linked or None,
        dnis=_known(posted.dnis),
        redirecting=_known(posted.redirecting),
        uui=readable_uui(uui),
        attached=attached,
        agent=posted.agent,
        queue=_known(posted.queue),
        recording_ref=posted.recording,
        end_reason=posted.end_reason,
        **caller_fields(posted.number, posted.name, request.region, posted.presentation, posted.direction),
    )


def _known(value: str) -> str:
    return "" if is_unfilled_macro(value) else value.strip()
