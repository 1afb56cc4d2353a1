"""Calls in few words: events of one device, numbered as they are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.domain.event import Event, EventType, Json

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Telling:
    """Tells what happened on one device; `events` is all of it so far."""

    source: str = "/devices/desk-1"
    events: list[Event] = field(default_factory=list)

    def add(self, type_: EventType, call: str = "call-1", **data: Json) -> Event:
        number = len(self.events) + 1
        event = Event(
            id=f"{self.source}#{number}",
            source=self.source,
            sequence=number,
            type=type_,
            time=START + timedelta(seconds=number),
            subject=call,
            agent_session="session-1",
            data=data,
        )
        self.events.append(event)
        return event

    def answered(self, call: str = "call-1", direction: str = "inbound") -> None:
        self.add(EventType.CALL_OFFERED, call, direction=direction)
        self.add(EventType.CALL_ANSWERED, call, by="agent")

    def extended(self, call: str = "call-1") -> Event:
        return self.add(EventType.OFFER_EXTENDED, call, offer="data-pack", kind="upsell")

    def accepted(self, call: str = "call-1", kind: str = "upsell", points: int = 3) -> Event:
        return self.add(EventType.OFFER_ACCEPTED, call, offer="data-pack", kind=kind, option="500", points=points)
