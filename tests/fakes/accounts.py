"""Made-up accounts and events for the tests of the store and of sync."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import uuid_utils

from app.domain.account import Account, AccountStatus, Alert, Billing, Contact, Detail, Equipment, Plan, Segment
from app.domain.event import EventType, Json, NewEvent
from app.domain.money import Money
from app.domain.person import AgentSession, Person, Role
from app.sync.crm import Credentials

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def an_account(id: str = "acc-1", **changes: Any) -> Account:
    """A household with fibre, whole (FULL), changed as told."""
    facts: dict[str, Any] = {
        "id": id,
        "number": "100" + id.rpartition("-")[2].rjust(6, "0"),
        "detail": Detail.FULL,
        "name": "Ada Lovelace",
        "first_name": "Ada",
        "segment": Segment.HOUSEHOLD,
        "language": "en",
        "phones": ("+442079460123",),
        "area": "SW1A",
        "jurisdiction": "uk",
        "plan": Plan("Fibre 100", "broadband", Money(2999, "GBP"), speed_mbps=100),
        "bill": Money(3499, "GBP"),
        "billing": Billing.POSTPAID,
        "since": date(2020, 1, 31),
        "contract_end": date(2026, 3, 14),
        "usage_gb": 3.5,
        "overage_count": 2,
        "balance": None,
        "pay_later_credit": Money(0, "GBP"),
        "past_due": False,
        "vulnerable": False,
        "status": AccountStatus.ACTIVE,
        "equipment": (Equipment("e1", "router", "Hub 2", date(2019, 5, 1)),),
        "contacts": (Contact(NOON, "phone", "slow", "solved"),),
        "alerts": (Alert("outage", "Outage in your area", NOON, 1),),
        "consents": ("marketing",),
        "revision": 1,
        "as_of": NOON,
        "street": "12 St James's Square",
        "email": "ada@example.org",
    }
    return Account(**(facts | changes))


def an_event(
    type: EventType = EventType.OFFER_EXTENDED, session: str = "session-1", time: datetime = NOON, **data: Json
) -> NewEvent:
    """Something that happened in a call, with a new id."""
    return NewEvent(str(uuid_utils.uuid7()), type, time, "call-1", session, dict(data))


def a_sign_in(session: str = "session-1", person: str = "ana", device: str = "device-1") -> Credentials:
    """An agent's sign-in."""
    ana = Person(person, "Ana R.", "Ana", "north", (Role.AGENT,))
    return Credentials(
        AgentSession(session, ana, device, "North", "GB", "GBP", NOON, NOON.replace(hour=23)),
        token=f"token of {session}",
        device_token=f"device token of {session}",
    )
