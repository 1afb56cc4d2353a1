"""The sign that there is something new: who hears it reads it anew, so that no word of it lies among the pushes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from app.hub.push import publish_all
from app.hub.store import Store

KIND = "message"
MESSAGES, QUESTIONS = "messages", "questions"


def tell(connection: Connection, store: Store, now: datetime, what: str, people: Collection[str]) -> None:
    """Tells these people, once the caller's transaction is committed and the board was told to look."""
    if people:
        body = msgspec.json.encode({"what": what}).decode()
        publish_all(connection, store, now, KIND, [("", person, body) for person in sorted(people)])
