"""Made-up customers: the named ones, and as many more as wanted, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from app.domain.account import Account, AccountStatus, Alert, Billing, Contact, Equipment, Plan, Segment
from app.domain.money import Money
from app.hub import demo_words as words
from app.hub.demo_named import RESERVED_PHONES, Customer, named_customers, plain_account, years_ago
from app.hub.demo_plans import CATALOGUE, CURRENCY

MOST_ACCOUNTS = 5000

_FIRST_NUMBER = 5001
_DRAMA_NUMBERS = 1000

T = TypeVar("T")


def demo_customers(seed: int, now: datetime, count: int = 300) -> tuple[Customer, ...]:
    """`count` customers, the named ones among them; raises ValueError for more than MOST_ACCOUNTS or too few.

    Every twentieth shares its landline with the one before, every fourth has a second number.
    """
    named = named_customers(now)
    if not len(named) <= count <= MOST_ACCOUNTS:
        raise ValueError(f"Choose {len(named)} to {MOST_ACCOUNTS} made-up accounts.")
    random = Random(seed)
    phones = _Phones(random, {phone for customer in named for phone in customer.account.phones})
    made: list[Customer] = []
    for place in range(count - len(named)):
        before = made[-1].account if made and place % 20 == 19 else None
        account = _account(random, str(_FIRST_NUMBER + 7 * place + random.randrange(7)), now, phones, before)
        made.append(Customer(account, _factors(random, account)))
    return (*named, *made)


class _Phones:
    """Hands out each of the numbers kept for drama once."""

    def __init__(self, random: Random, taken: set[str]) -> None:
        self._taken = taken | RESERVED_PHONES
        self._landlines = {prefix: self._shuffled(random, prefix) for prefix, _ in words.LANDLINES}
        self._mobiles = self._shuffled(random, words.MOBILE)

    def landline(self, prefix: str) -> str:
        return next(self._landlines[prefix])

    def mobile(self) -> str | None:
        """A mobile number; None once all thousand are given out."""
        return next(self._mobiles, None)

    def _shuffled(self, random: Random, prefix: str) -> Iterator[str]:
        numbers = [f"{prefix}{number:0{13 - len(prefix)}d}" for number in range(_DRAMA_NUMBERS)]
        random.shuffle(numbers)
        return (number for number in numbers if number not in self._taken)


def _account(random: Random, number: str, now: datetime, phones: _Phones, before: Account | None) -> Account:
    plan, segment, billing, _ = _weighted(random, [(row, row[3]) for row in CATALOGUE])
    prefix, areas = random.choice(words.LANDLINES)
    area = random.choice(areas)
    name = _name(random, segment)
    is_mobile = plan.kind == "mobile"
    mobile = phones.mobile() if is_mobile or random.random() < 0.25 else None
    numbers = [mobile] if mobile else []
    if before is not None:
        # People of one house, or a firm and its owner.
        numbers.append(before.phones[0])
        area = before.area
    elif not is_mobile or not numbers:
        numbers.append(phones.landline(prefix))
    prepaid = billing is Billing.PREPAID
    use = 0.0 if plan.data_gb is None else round(plan.data_gb * min(1.0, random.betavariate(1.6, 2.2) * 1.25), 1)
    overages = random.choice((1, 2, 3, 4)) if plan.data_gb is not None and use >= 0.8 * plan.data_gb else 0
    past_due = not prepaid and random.random() < 0.07
    vulnerable = segment is Segment.HOUSEHOLD and random.random() < 0.05
    return replace(
        plain_account(number, name, plan, now, phones=tuple(dict.fromkeys(reversed(numbers))), area=area),
        first_name=None if segment is Segment.BUSINESS else name.split()[0],
        segment=segment,
        language=_weighted(random, words.LANGUAGES),
        bill=_bill(random, plan, prepaid, overages),
        billing=billing,
        since=(now - timedelta(days=random.randrange(40, 3600))).date(),
        contract_end=None if prepaid else (now + timedelta(days=random.randrange(-200, 540))).date(),
        usage_gb=use,
        overage_count=overages,
        balance=Money(random.randrange(0, 2000, 50), CURRENCY) if prepaid else None,
        pay_later_credit=Money(random.choice((0, 0, 300, 500, 1000)) if prepaid else 0, CURRENCY),
        past_due=past_due,
        vulnerable=vulnerable,
        status=AccountStatus.SUSPENDED if past_due and random.random() < 0.2 else AccountStatus.ACTIVE,
        equipment=_equipment(random, number, plan, now),
        contacts=_contacts(random, is_mobile, now),
        alerts=_alerts(random, plan, use, area, now),
        consents=("marketing",) if random.random() < 0.4 else (),
        street=f"{random.randrange(1, 140)} {random.choice(words.STREETS)}",
        email=f"customer{number}@example.com",
    )


def _name(random: Random, segment: Segment) -> str:
    last = random.choice(words.LAST_NAMES)
    if segment is Segment.BUSINESS:
        return f"{last} {random.choice(words.COMPANIES)}"
    if random.random() < 0.03:
        return random.choice(words.HARD_NAMES)
    return f"{random.choice(words.FIRST_NAMES)} {last}"


def _bill(random: Random, plan: Plan, prepaid: bool, overages: int) -> Money:
    if prepaid:
        return Money(0, CURRENCY)
    extras = random.choice((0, 0, 0, 250, 499, 1200)) + 400 * overages
    return plan.price + Money(extras, CURRENCY)


def _equipment(random: Random, number: str, plan: Plan, now: datetime) -> tuple[Equipment, ...]:
    if plan.kind == "mobile":
        installed = years_ago(now, random.uniform(0, 4)).date()
        return (Equipment(f"eq-{number}-1", "phone", random.choice(words.PHONES), installed, "customer"),)
    model, months = random.choice(words.ROUTERS)
    installed = years_ago(now, (months + random.randrange(0, 18)) / 12).date()
    router = Equipment(f"eq-{number}-1", "router", model, installed)
    if "TV" not in plan.name:
        return (router,)
    return (router, Equipment(f"eq-{number}-2", "set-top box", "TV-1", installed))


def _contacts(random: Random, is_mobile: bool, now: datetime) -> tuple[Contact, ...]:
    reasons = words.MOBILE_REASONS if is_mobile else words.REASONS
    contacts = []
    days = 0.0
    for _ in range(_weighted(random, ((0, 40), (1, 25), (2, 18), (3, 10), (5, 7)))):
        days += random.uniform(0.5, 45)
        reason, outcomes = random.choice(reasons)
        channel = _weighted(random, (("phone", 70), ("chat", 20), ("mail", 10)))
        contacts.append(Contact(now - timedelta(days=days), channel, reason, random.choice(outcomes)))
    return tuple(contacts)


def _alerts(random: Random, plan: Plan, use: float, area: str, now: datetime) -> tuple[Alert, ...]:
    alerts = []
    if plan.data_gb is not None and use >= plan.data_gb:
        alerts.append(Alert("data_out", "Data ran out", now - timedelta(minutes=random.randrange(2, 600))))
    if plan.kind == "broadband" and random.random() < 0.15:
        since = now - timedelta(days=random.randrange(5, 90))
        alerts.append(Alert("update_advised", "Router update advised", since, random.randrange(4)))
    if plan.kind == "broadband" and area == "NW1":
        alerts.append(Alert("outage", "Outage nearby", now - timedelta(minutes=42)))
    return tuple(alerts)


def _factors(random: Random, account: Account) -> dict[str, str]:
    factors = {"pin": f"{random.randrange(10_000):04d}"}
    if account.segment is Segment.BUSINESS:
        factors["branch-id"] = f"{random.randrange(1_000_000):06d}"
    return factors


def _weighted(random: Random, choices: Sequence[tuple[T, int]]) -> T:
    return random.choices([choice for choice, _ in choices], [weight for _, weight in choices])[0]
