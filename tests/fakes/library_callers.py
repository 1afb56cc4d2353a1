"""Callers for the shipped library, by what is special about them."""

from __future__ import annotations

from dataclasses import replace

from app.domain.account import Account, Alert, Equipment, Plan, Segment
from tests.fakes.customers import ADA, BEN, pounds

CALLERS: dict[str, Account] = {
    "ada": ADA,
    "ben": BEN,
    "fibre-100": replace(ADA, plan=Plan("Fibre 100", "broadband", pounds("18.00"), None, 100)),
    "box": replace(ADA, equipment=(*ADA.equipment, Equipment("eq-2", "set-top box", "TV-1", ADA.since))),
    "business": replace(ADA, segment=Segment.BUSINESS),
    "outage": replace(ADA, alerts=(Alert("outage", "Outage nearby", ADA.as_of),)),
    "own-router": replace(ADA, equipment=(Equipment("eq-9", "router", "Own", ADA.since, "customer"),)),
    "no-term": replace(ADA, contract_end=None),
    "past-due": replace(ADA, past_due=True),
    "california": replace(ADA, jurisdiction="us-ca"),
    "elsewhere in the states": replace(ADA, jurisdiction="us-federal"),
    "europe": replace(ADA, jurisdiction="eu"),
}
