"""Phone systems that post calls, as the real ones sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import httpx

AUTH_TOKEN, AIRCALL_TOKEN, SHARED = "twilio-auth-token", "aircall-token", "s" * 40
CUSTOMER = "+442079460123"


def twilio_signature(url: str, fields: dict[str, str], token: str = AUTH_TOKEN) -> str:
    """By Twilio's description, written apart from the code that checks it."""
    text = url
    for name in sorted(fields):
        text += name + fields[name]
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def twilio_fields(status: str, now: datetime, **changed: str) -> dict[str, str]:
    """A status callback of the leg to an agent's phone."""
    return {
        "AccountSid": "AC0",
        "ApiVersion": "2010-04-01",
        "CallSid": "CA1",
        "ParentCallSid": "CA0",
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "Direction": "outbound-dial",
        "From": CUSTOMER,
        "To": "client:ana",
        "Timestamp": format_datetime(now.astimezone(UTC)).replace("GMT", "+0000"),
    } | changed


def post_twilio(client: httpx.Client, path: str, fields: dict[str, str], **changed: str) -> httpx.Response:
    """Posts a callback; `url` is what is signed, `signature` replaces it, `token` is what it is signed with."""
    url = changed.get("url", f"{client.base_url}".rstrip("/") + path)
    signature = changed.get("signature", twilio_signature(url, fields, changed.get("token", AUTH_TOKEN)))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return client.post(path, content=urlencode(fields), headers=headers)


def aircall_event(event: str, at: datetime, user: int | None = 456, **call: Any) -> dict[str, Any]:
    """One of Aircall's webhooks."""
    who = None if user is None else {"id": user, "name": "Ana", "email": f"user{user}@example.com"}
    data = {"id": 99, "direction": "inbound", "raw_digits": "+44 20 7946 0123", "answered_at": None, "user": who}
    number = {"id": 7, "name": "Retention", "digits": "+44 808 157 0100"}
    return {
        "resource": "call",
        "event": event,
        "timestamp": int(at.timestamp()),
        "token": AIRCALL_TOKEN,
        "data": data | {"number": number} | call,
    }


def post_json(client: httpx.Client, path: str, body: Any, at: datetime, secret: str = SHARED) -> httpx.Response:
    """Posts in Cuecard's own form, signed."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Cuecard-Timestamp": stamp, "Cuecard-Signature": f"v1={digest}"}
    return client.post(path, content=content, headers=headers)


def own_event(state: str, identity: str, **changed: Any) -> dict[str, Any]:
    """An event in Cuecard's own form."""
    return {"id": identity, "agent": "1001", "call": "leg-1", "state": state, "number": "020 7946 0123"} | changed
