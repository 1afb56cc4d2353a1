"""What made-up Northline sells."""

from __future__ import annotations

from app.domain.account import Billing, Plan, Segment
from app.domain.money import Money

CURRENCY = "GBP"


def pounds(amount: str) -> Money:
    """An amount in pounds ("42.00")."""
    return Money.of(amount, CURRENCY)


def _fibre(name: str, price: str, speed: int, data_gb: float | None = None) -> Plan:
    return Plan(name, "broadband", pounds(price), data_gb, speed)


def _mobile(name: str, price: str, data_gb: float | None) -> Plan:
    return Plan(name, "mobile", pounds(price), data_gb)


FIBRE_500_TV = _fibre("Fibre 500 + TV", "42.00", 500, 100)
FIBRE_100 = _fibre("Fibre 100", "18.00", 100)
MOBILE_20 = _mobile("Mobile 20 GB", "14.00", 20)
PREPAID_2 = _mobile("Pay as you go 2 GB", "8.00", 2)
BUSINESS_LINE = _fibre("Business Line 100", "26.00", 100)

# Plan, who buys it, how it is paid, and its share among all customers.
CATALOGUE: tuple[tuple[Plan, Segment, Billing, int], ...] = (
    (FIBRE_100, Segment.HOUSEHOLD, Billing.POSTPAID, 12),
    (_fibre("Fibre 300", "22.00", 300), Segment.HOUSEHOLD, Billing.POSTPAID, 16),
    (_fibre("Fibre 500", "32.00", 500), Segment.HOUSEHOLD, Billing.POSTPAID, 10),
    (FIBRE_500_TV, Segment.HOUSEHOLD, Billing.POSTPAID, 12),
    (_fibre("Fibre 900 + TV", "58.00", 900, 250), Segment.HOUSEHOLD, Billing.POSTPAID, 6),
    (_mobile("Mobile 5 GB", "9.00", 5), Segment.HOUSEHOLD, Billing.POSTPAID, 6),
    (MOBILE_20, Segment.HOUSEHOLD, Billing.POSTPAID, 9),
    (_mobile("Mobile Unlimited", "24.00", None), Segment.HOUSEHOLD, Billing.POSTPAID, 4),
    (PREPAID_2, Segment.HOUSEHOLD, Billing.PREPAID, 8),
    (_mobile("Pay as you go 10 GB", "12.00", 10), Segment.HOUSEHOLD, Billing.PREPAID, 6),
    (BUSINESS_LINE, Segment.BUSINESS, Billing.POSTPAID, 5),
    (_fibre("Business Fibre 300", "39.00", 300), Segment.BUSINESS, Billing.POSTPAID, 4),
    (_fibre("Business Fibre 900", "72.00", 900), Segment.BUSINESS, Billing.POSTPAID, 2),
)
