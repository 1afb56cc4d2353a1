"""Which kinds of phone systems can post calls. Adding one is one file and one entry in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.telephony.webhooks import aircall, signed_json, twilio
from app.telephony.webhooks.delivery import Heard, WebhookRequest


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of phone system.

    `label` names it; `secret` says what its secret is, for the person who is asked for it; `read` checks a request
    against the secret and reads it, or raises WebhookRefused.
    """

    label: str
    secret: str
    read: Callable[[WebhookRequest, bytes], tuple[Heard, ...]]


KINDS: Mapping[str, Kind] = {
    "aircall": Kind("Aircall", "the token that Aircall showed when the webhook was made", aircall.read),
    "json": Kind("Any phone system (signed JSON)", "a random text of 32 characters or more", signed_json.read),
    "twilio": Kind("Twilio", "the auth token of the Twilio account", twilio.read),
}
