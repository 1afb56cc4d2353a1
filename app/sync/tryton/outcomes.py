"""Calls' outcomes and notes as Tryton's notes, and back: each carries the id of its event, so that it is there once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from app.domain.account import Contact
from app.domain.event import Event, EventType

KEPT = frozenset({EventType.CALL_WRAPPED, EventType.NOTE_SAVED})
"""The events that become notes; the others Tryton has no place for."""

_MARK = re.compile(r"\[cuecard ([0-9a-f-]{36})\]\s*\Z")
_HEAD = re.compile(r"Call: (?P<outcome>.*?)(?: \((?P<reason>.*)\))?$")


def mark(event_id: str) -> str:
    """The last line of the note that an event became."""
    return f"[cuecard {event_id}]"


def marked(message: str) -> str | None:
    """The id of the event that became this note; None for a note of others."""
    found = _MARK.search(message)
    return found.group(1) if found else None


def message_of(event: Event) -> str:
    """The whole note."""
    return "\n".join([*_lines(event), mark(event.id)])


def contact_of(message: str, at: datetime) -> Contact | None:
    """The contact that a note of ours tells of; None for any other note."""
    if marked(message) is None:
        return None
    head = _HEAD.match(message.partition("\n")[0])
    return Contact(at, "phone", head["reason"] or "", head["outcome"]) if head else None


def _lines(event: Event) -> Iterable[str]:
    data = event.data
    if event.type is EventType.NOTE_SAVED:
        return [f"Note: {data.get('text', '')}"]
    outcome = str(data.get("disposition") or "no outcome").replace("_", " ")
    reason = str(data.get("reason") or "").replace("_", " ")
    head = f"Call: {outcome} ({reason})" if reason else f"Call: {outcome}"
    return [head, str(data.get("summary") or "")] if data.get("summary") else [head]
