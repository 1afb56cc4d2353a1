"""What is left of an event when its customer is erased, and how the event is known again when it is sent once more.

Numbers, times and codes stay, since they count. Texts that somebody wrote or said go, whatever they are called: only
what is known to be a code is kept. The form as it was sent lives on as a keyed hash, from which nothing can be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from app.hub.store import Store
from app.hub.strict_json import canonical

ERASED = "erased"
"""The attribute of the envelope that tells an erased event; its value is the keyed hash of how it was sent."""

_ENVELOPE = frozenset(
    {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "sequence",
        "agentsession",
        "agent",
        "agentteam",
        "agentrole",
        ERASED,
    }
)
_CODES = frozenset(
    {
        "account",
        "action",
        "by",
        "consent",
        "corrects",
        "device",
        "direction",
        "disclosure",
        "disposition",
        "dnis",
        "due",
        "experiment",
        "from",
        "guide",
        "how",
        "intent",
        "key",
        "kind",
        "method",
        "number",
        "objection",
        "offer",
        "option",
        "order",
        "outcome",
        "policy",
        "queue",
        "reason",
        "release",
        "role",
        "script",
        "source",
        "state",
        "step",
        "then",
        "to",
        "variant",
    }
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}", re.ASCII)


def erased_body(store: Store, body: str, markers: Mapping[str, str]) -> str:
    """An event's body without what anybody wrote, and with markers instead of accounts' ids."""
    event: dict[str, Any] = msgspec.json.decode(body)
    kept = {name: value for name, value in event.items() if name in _ENVELOPE}
    kept["data"] = {name: _left(name, value, markers) for name, value in event.get("data", {}).items()}
    kept.setdefault(ERASED, _digest(store, "event", event))
    return canonical(kept).decode()


def is_erased_form_of(store: Store, recorded: str, sent: str) -> bool:
    """Whether an event that was recorded and erased since is the one that is sent now."""
    if f'"{ERASED}"' not in recorded:
        return False
    digest = msgspec.json.decode(recorded).get(ERASED)
    return bool(digest == _digest(store, "event", msgspec.json.decode(sent)))


def erased_details(store: Store, account: str, action: str, details: str) -> str:
    """What is left of an order's details."""
    return canonical({ERASED: _order_digest(store, account, action, details)}).decode()


def is_erased_order(store: Store, recorded: str, account: str, action: str, details: str) -> bool:
    """Whether an order's details that were erased since are those that are sent now."""
    return recorded == erased_details(store, account, action, details)


def is_erased(details: str) -> bool:
    """Whether an order's details are erased already."""
    return f'"{ERASED}"' in details and msgspec.json.decode(details).keys() == {ERASED}


def names_account(value: Any, account: str) -> bool:
    """Whether an id stands anywhere in an event's data, as a whole text."""
    if isinstance(value, dict):
        return any(names_account(inner, account) for inner in value.values())
    if isinstance(value, list):
        return any(names_account(inner, account) for inner in value)
    return bool(value == account)


def _left(name: str, value: Any, markers: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        if value in markers:
            return markers[value]
        return value if name in _CODES and _CODE.fullmatch(value) else ""
    if isinstance(value, dict):
        return {}
    if isinstance(value, list):
        return []
    return value


def _order_digest(store: Store, account: str, action: str, details: str) -> str:
    return store.keyed_hash("erased order", account, action, details).hex()


def _digest(store: Store, what: str, event: Any) -> str:
    return store.keyed_hash(f"erased {what}", canonical(event).decode()).hex()
