"""Twilio's status callbacks: a form, signed by the account's auth token.

The signature is HMAC-SHA1, in Base64, over the address with its query and then each field's name and value, sorted by
name (Twilio, "Validating requests"). Each callback tells one leg of a call: `CallSid` the leg, `ParentCallSid` the one
that it was dialled for. What the IVR asked comes in the query of the callback's address, which is signed with the rest:
`?queue=retention&dnis=%2B448081570100&account=104230`. Twilio says how far a call has come in `CallStatus`; an event's
`seq` is that stage, so whatever comes late is known to be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from app.domain.call import CallEvent, CallState, Direction, EndReason
from app.domain.phone import is_unfilled_macro
from app.telephony.caller import caller_fields
from app.telephony.errors import WebhookForged, WebhookUnreadable, WebhookUnsigned
from app.telephony.uui import account_in, account_number, readable_uui
from app.telephony.webhooks.delivery import Heard, WebhookRequest, check_age

_FORM = "application/x-www-form-urlencoded"
_STAGES = {
    "queued": (1, CallState.OFFERED, None),
    "initiated": (1, CallState.OFFERED, None),
    "ringing": (2, CallState.RINGING, None),
    "in-progress": (3, CallState.ANSWERED, None),
    "answered": (3, CallState.ANSWERED, None),
    "completed": (4, CallState.ENDED, EndReason.UNKNOWN),
    "busy": (4, CallState.ENDED, EndReason.BUSY),
    "no-answer": (4, CallState.ENDED, EndReason.NO_ANSWER),
    "failed": (4, CallState.ENDED, EndReason.UNKNOWN),
    # The caller gave up, or somebody else answered: Twilio says the same for both.
    "canceled": (4, CallState.ENDED, EndReason.UNKNOWN),
}
_OF_THE_QUERY = frozenset({"agent", "dnis", "queue", "uui", "account"})
_MOST_FIELDS, _LONGEST_VALUE = 200, 200


def read(request: WebhookRequest, secret: bytes) -> tuple[Heard, ...]:
    """What the callback says; raises WebhookRefused."""
    signature = request.headers.get("x-twilio-signature", "")
    if not signature:
        raise WebhookUnsigned("The request has no X-Twilio-Signature.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise WebhookUnreadable(f"Twilio's callbacks are forms ({_FORM}).")
    fields = _fields(request.body.decode("utf-8", "replace"))
    _check(request.url, fields, signature, secret)
    once = {name: values[-1] for name, values in fields.items()}
    check_age(_time(once.get("Timestamp", "")), request.received_at)
    query = {name: values[-1] for name, values in _fields(urlsplit(request.url).query).items()}
    event = _event(request, once, query)
    return () if event is None else (Heard(event, signature),)


def signature_of(url: str, fields: Mapping[str, list[str]], secret: bytes) -> str:
    """The signature that Twilio puts on this request."""
    text = url + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha1).digest()).decode()


def _check(url: str, fields: Mapping[str, list[str]], signature: str, secret: bytes) -> None:
    try:
        base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        raise WebhookForged("The request's X-Twilio-Signature is none.") from None
    # Twilio signs the address sometimes with the scheme's usual port written out and sometimes without.
    if not any(hmac.compare_digest(signature_of(form, fields, secret), signature) for form in _forms(url)):
        raise WebhookForged(
            "The signature does not fit. Check the auth token, and that the source's --public-url is the address as "
            "Twilio calls it."
        )


def _forms(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    host, _, port = parts.netloc.partition(":")
    if usual is None or parts.netloc.startswith("["):
        return (url,)
    if not port:
        return url, parts._replace(netloc=f"{host}:{usual}").geturl()
    return url, parts._replace(netloc=host).geturl()


def _fields(encoded: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise WebhookUnreadable(f"The request has more than {_MOST_FIELDS} fields.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _time(said: str) -> datetime:
    try:
        time = parsedate_to_datetime(said)
    except ValueError:
        raise WebhookUnreadable(
            "The request has no Timestamp, as Twilio's status callbacks have. Set its address as a statusCallback, not "
            "as the address that a call is sent to."
        ) from None
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _event(request: WebhookRequest, fields: Mapping[str, str], query: Mapping[str, str]) -> CallEvent | None:
    """The agent's leg; None for a leg that is nobody's, as the caller's own is."""
    leg, stage = fields.get("CallSid", ""), _STAGES.get(fields.get("CallStatus", ""))
    if not leg or len(leg) > 64 or stage is None:
        raise WebhookUnreadable("The request has no CallSid or a CallStatus that Twilio does not have.")
    agent, number, direction = _parties(fields, query)
    if not agent:
        return None
    seq, state, reason = stage
    parent = fields.get("ParentCallSid", "")[:64]
    return CallEvent(
        source=request.source,
        seq=seq,
        received_at=request.received_at,
        leg_id=leg,
        state=state,
        call_id=parent or leg,
        linked_id=parent or None,
        dnis=_known(query.get("dnis", "")),
        uui=readable_uui(_known(query.get("uui", ""))),
        attached=_attached(query),
        agent=agent,
        queue=_known(query.get("queue", "")),
        recording_ref=fields.get("RecordingSid", "")[:_LONGEST_VALUE],
        end_reason=reason,
        **caller_fields(number, _known(fields.get("CallerName", "")), request.region, direction=direction),
    )


def _parties(fields: Mapping[str, str], query: Mapping[str, str]) -> tuple[str, str, Direction]:
    """The agent, the other side's number, and which way the call goes."""
    own, other = fields.get("From", "")[:_LONGEST_VALUE], fields.get("To", "")[:_LONGEST_VALUE]
    named = _known(query.get("agent", ""))
    if fields.get("Direction", "").startswith("outbound") or named:
        internal = own.startswith("client:")
        return named or other, "" if internal else own, Direction.INTERNAL if internal else Direction.INBOUND
    if own.startswith(("client:", "sip:")):
        return own, other, Direction.OUTBOUND
    return "", "", Direction.INBOUND


def _attached(query: Mapping[str, str]) -> dict[str, str]:
    attached = {name[:40]: value for name, raw in query.items() if name not in _OF_THE_QUERY and (value := _known(raw))}
    account = account_number(query.get("account", "")) or account_in(query.get("uui", ""))
    return {**attached, "account": account} if account else attached


def _known(value: str) -> str:
    return "" if is_unfilled_macro(value) else value.strip()[:_LONGEST_VALUE]
