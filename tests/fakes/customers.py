"""Made-up customers for the tests of offers and scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.domain.account import Account, AccountStatus, Billing, Detail, Equipment, Plan, Segment
from app.domain.money import Money


def pounds(text: str) -> Money:
    return Money.of(text, "GBP")


ADA = Account(
    id="acc-4221",
    number="4221",
    detail=Detail.FULL,
    name="Ada Lovelace",
    first_name="Ada",
    segment=Segment.HOUSEHOLD,
    language="en",
    phones=("+442079460123",),
    area="W1",
    jurisdiction="uk",
    plan=Plan("Fibre 500 + TV", "broadband", pounds("42.00"), 100.0, 500),
    bill=pounds("42.00"),
    billing=Billing.POSTPAID,
    since=date(2024, 9, 1),
    contract_end=date(2026, 12, 3),
    usage_gb=8.0,
    overage_count=3,
    balance=None,
    pay_later_credit=pounds("0"),
    past_due=False,
    vulnerable=False,
    status=AccountStatus.ACTIVE,
    equipment=(Equipment("eq-1", "router", "HG-2", date(2021, 10, 1)),),
    contacts=(),
    alerts=(),
    consents=(),
    revision=1,
    as_of=datetime(2026, 11, 21, 14, 0, tzinfo=UTC),
)
"""A fibre customer on a bill, as in the pictures: pays £42.00, uses 8 of 100 GB, add-on data ran out three times."""

BEN = replace(
    ADA,
    id="acc-7003",
    number="7003",
    name="Ben Okafor",
    first_name="Ben",
    phones=("+447700900123",),
    plan=Plan("Pay as you go", "mobile", pounds("10.00"), 4.0, None),
    bill=pounds("10.00"),
    billing=Billing.PREPAID,
    usage_gb=4.0,
    overage_count=3,
    balance=pounds("4.50"),
    pay_later_credit=pounds("0"),
    equipment=(),
)
"""A prepaid mobile customer with £4.50 of balance whose data ran out three times."""
