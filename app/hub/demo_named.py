"""The demo's customers by name: those whom the guided call, the help and the tests speak of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.account import (
    Account,
    AccountStatus,
    Alert,
    Billing,
    Contact,
    Detail,
    Equipment,
    Plan,
    Segment,
)
from app.domain.money import Money
from app.hub.demo_plans import BUSINESS_LINE, CURRENCY, FIBRE_100, FIBRE_500_TV, MOBILE_20, PREPAID_2, pounds

ADA_NUMBER = "4221"
ADA_PHONE = "+442079460123"
ADA_PIN = "4711"
SHARED_PHONE = "+442079460200"
PREPAID_NUMBER = "4230"
PREPAID_PHONE = "+447700900123"
PREPAID_PIN = "2058"
OWN_ROUTER_PHONE = "+442079460225"
OVERDUE_PHONE = "+442079460226"
GERMAN_PHONE = "+442079460227"
SPANISH_PHONE = "+442079460228"

# Numbers that are given to nobody else.
RESERVED_PHONES = frozenset(
    {ADA_PHONE, SHARED_PHONE, PREPAID_PHONE, OWN_ROUTER_PHONE, OVERDUE_PHONE, GERMAN_PHONE, SPANISH_PHONE}
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with what its holder must know to be verified, by method ("pin")."""

    account: Account
    factors: dict[str, str] = field(default_factory=dict)


def named_customers(now: datetime) -> tuple[Customer, ...]:
    """All of them, with times relative to `now`; between them they have a reason to call for each shipped script."""
    return (
        Customer(_ada(now), {"pin": ADA_PIN}),
        *_sharers(now),
        Customer(_own_router(now), {"pin": "3390"}),
        Customer(_overdue(now), {"pin": "7125"}),
        Customer(_german(now), {"pin": "5846"}),
        Customer(_spanish(now), {"pin": "9031"}),
        Customer(_prepaid(now), {"pin": PREPAID_PIN}),
    )


def plain_account(number: str, name: str, plan: Plan, now: datetime, *, phones: tuple[str, ...], area: str) -> Account:
    """A postpaid household account with nothing special about it, to be varied with `replace`."""
    return Account(
        id=f"acc-{number}",
        number=number,
        detail=Detail.FULL,
        name=name,
        first_name=name.split()[0],
        segment=Segment.HOUSEHOLD,
        language="en",
        phones=phones,
        area=area,
        jurisdiction="uk",
        plan=plan,
        bill=plan.price,
        billing=Billing.POSTPAID,
        since=(now - timedelta(days=806)).date(),
        contract_end=(now + timedelta(days=200)).date(),
        usage_gb=0.0,
        overage_count=0,
        balance=None,
        pay_later_credit=Money(0, CURRENCY),
        past_due=False,
        vulnerable=False,
        status=AccountStatus.ACTIVE,
        equipment=(),
        contacts=(),
        alerts=(),
        consents=(),
        revision=1,
        as_of=now,
    )


def years_ago(now: datetime, years: float) -> datetime:
    """So many years before, to the day or so; a little more, so that it is never a day short of a birthday."""
    return now - timedelta(days=years * 365.25 + 20)


def _ada(now: datetime) -> Account:
    return replace(
        plain_account(ADA_NUMBER, "Ada Lovelace", FIBRE_500_TV, now, phones=(ADA_PHONE,), area="NW1"),
        bill=pounds("42.00"),
        contract_end=(now + timedelta(days=12)).date(),
        usage_gb=8.0,
        overage_count=3,
        equipment=(
            Equipment("eq-4221-1", "router", "HG-2", years_ago(now, 5).date()),
            Equipment("eq-4221-2", "set-top box", "TV-1", years_ago(now, 2).date()),
        ),
        # With today's, the fourth call in 30 days.
        contacts=(
            Contact(now - timedelta(days=4, hours=3), "phone", "Slow internet", "not solved"),
            Contact(now - timedelta(days=9, hours=1), "phone", "Bill question", "explained"),
            Contact(now - timedelta(days=19, hours=5), "phone", "Slow internet", "line test fine"),
        ),
        alerts=(
            Alert("data_out", "Add-on data ran out", now - timedelta(minutes=9)),
            Alert("update_advised", "Router update advised", now - timedelta(days=40), ignored=2),
        ),
        street="12 Canal Street",
        email="ada.lovelace@example.com",
    )


def _sharers(now: datetime) -> tuple[Customer, ...]:
    amy = replace(
        plain_account("4222", "Amy Lockwood", FIBRE_500_TV, now, phones=(SHARED_PHONE,), area="NW1"),
        usage_gb=61.5,
        equipment=(Equipment("eq-4222-1", "router", "HG-4", years_ago(now, 1).date()),),
        contacts=(Contact(now - timedelta(days=4, hours=6), "phone", "Internet", "not solved"),),
        street="3 Elm Grove",
        email="amy.lockwood@example.com",
    )
    william = replace(
        plain_account("4223", "William King", MOBILE_20, now, phones=(SHARED_PHONE, "+447700900223"), area="NW1"),
        usage_gb=11.2,
        equipment=(Equipment("eq-4223-1", "phone", "Galaxy A54", years_ago(now, 2).date(), "customer"),),
        street="3 Elm Grove",
        email="william.king@example.com",
    )
    company = replace(
        plain_account("4224", "King & Co.", BUSINESS_LINE, now, phones=(SHARED_PHONE, "+442079460201"), area="NW1"),
        first_name=None,
        segment=Segment.BUSINESS,
        equipment=(Equipment("eq-4224-1", "router", "HG-3", years_ago(now, 3).date()),),
        street="5 Elm Grove",
        email="office@king-and-co.example.com",
    )
    return (
        Customer(amy, {"pin": "1907"}),
        Customer(william, {"pin": "6402"}),
        Customer(company, {"pin": "8316"}),
    )


def _own_router(now: datetime) -> Account:
    """Depends on the phone, which hangs on a router that is not ours; no television, a line that could be faster."""
    return replace(
        plain_account("4225", "Mary Bishop", FIBRE_100, now, phones=(OWN_ROUTER_PHONE,), area="N7"),
        vulnerable=True,
        equipment=(Equipment("eq-4225-1", "router", "bought in a shop", years_ago(now, 4).date(), "customer"),),
        contacts=(Contact(now - timedelta(days=2), "phone", "No dial tone", "not solved"),),
        street="31 Kiln Close",
        email="mary.bishop@example.com",
    )


def _overdue(now: datetime) -> Account:
    """A bill that is higher than usual and has not been paid."""
    return replace(
        plain_account("4226", "Tom Ferris", FIBRE_100, now, phones=(OVERDUE_PHONE,), area="E8"),
        bill=pounds("34.50"),
        past_due=True,
        equipment=(Equipment("eq-4226-1", "router", "HG-3", years_ago(now, 3).date()),),
        contacts=(Contact(now - timedelta(days=6), "mail", "Bill question", "explained"),),
        street="7 Dock Street",
        email="tom.ferris@example.com",
    )


def _german(now: datetime) -> Account:
    """Speaks German; hardly uses what she pays for, is out of contract, and has an old box."""
    return replace(
        plain_account("4227", "Lena Vogt", FIBRE_500_TV, now, phones=(GERMAN_PHONE,), area="SE5"),
        language="de",
        usage_gb=6.0,
        contract_end=(now - timedelta(days=20)).date(),
        equipment=(
            Equipment("eq-4227-1", "router", "HG-4", years_ago(now, 1).date()),
            Equipment("eq-4227-2", "set-top box", "TV-1", years_ago(now, 4).date()),
        ),
        contacts=(Contact(now - timedelta(days=15), "phone", "TV picture", "not solved"),),
        street="18 The Green",
        email="lena.vogt@example.com",
    )


def _spanish(now: datetime) -> Account:
    """Speaks Spanish; the Wi-Fi does not reach every room, and a move is coming up."""
    return replace(
        plain_account("4228", "Carmen Ruiz", FIBRE_500_TV, now, phones=(SPANISH_PHONE,), area="SW9"),
        language="es",
        usage_gb=71.0,
        equipment=(Equipment("eq-4228-1", "router", "HG-3", years_ago(now, 3).date()),),
        contacts=(Contact(now - timedelta(days=11), "chat", "Wi-Fi in one room", "advised"),),
        street="2 Orchard Way",
        email="carmen.ruiz@example.com",
    )


def _prepaid(now: datetime) -> Account:
    return replace(
        plain_account(PREPAID_NUMBER, "Kofi Mensah", PREPAID_2, now, phones=(PREPAID_PHONE,), area="M14"),
        billing=Billing.PREPAID,
        contract_end=None,
        since=(now - timedelta(days=430)).date(),
        usage_gb=2.0,
        overage_count=4,
        # Too little for the larger packs, which pay-later credit reaches.
        balance=pounds("1.50"),
        pay_later_credit=pounds("5.00"),
        equipment=(Equipment("eq-4230-1", "phone", "Moto G", years_ago(now, 1).date(), "customer"),),
        contacts=(Contact(now - timedelta(days=23), "phone", "Data ran out", "pack added"),),
        alerts=(Alert("data_out", "Data ran out", now - timedelta(minutes=2)),),
        street="48 Station Road",
        email="kofi.mensah@example.com",
    )
