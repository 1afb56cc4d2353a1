"""Customers and calls on every boundary: the fields of the schema, each from values at which a call may turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeAlias

from app.domain.account import (
    Account,
    AccountStatus,
    Alert,
    Billing,
    Contact,
    Detail,
    Equipment,
    InterruptRecord,
    OfferRecord,
    Plan,
    Segment,
)
from app.domain.money import Money
from app.offers.eligible import ACCOUNT_DATA_CONSENT
from app.scripts.context import WalkContext
from app.scripts.coverage.literals import Plain, literals_of
from app.scripts.library import Library

Vary: TypeAlias = Callable[[Random, Account], Account]
_OUTCOMES = ("extended", "accepted", "declined", "deferred", "passed")
_ROLES = ("", "holder", "authorised", "executor", "third_party")
_MOST_DEVICES = 12


class Customers:
    """Makes customers and contexts for a library, as of one day."""

    def __init__(self, library: Library, today: date) -> None:
        self._library = library
        self._today = today
        self._now = datetime.combine(today, time(12), UTC)
        self._literals = literals_of(library)
        currencies = {option.price.currency for offer in library.offers.values() for option in offer.options}
        self._currency = min(currencies, default="GBP")
        self._vary = self._variations()

    def pool(self, dice: Random, count: int) -> tuple[Account, ...]:
        """So many customers: the plain one first, then with ever other fields on ever other boundaries."""
        fields = list(self._vary)
        pool = [self.plain()]
        for _ in range(count - 1):
            account = self.plain()
            # More often a few fields than all of them: what leads deep into a script is mostly an ordinary customer.
            some = min(dice.randint(1, len(fields)), dice.randint(1, len(fields)))
            for name in dice.sample(fields, some):
                account = self._vary[name](dice, account)
            pool.append(account)
        return tuple(pool)

    def context(self, dice: Random, account: Account | None) -> WalkContext:
        """A call of this customer: with and without network, verified by the phone menu or not, from any queue."""
        policies = sorted(self._library.policies)
        jurisdiction = account.jurisdiction if account else ""
        return WalkContext(
            agent_first_name="Ana",
            company="Cuecard",
            account=account,
            today=self._today,
            policy=jurisdiction if jurisdiction in policies else next(iter(policies), ""),
            region="GB",
            currency=self._currency,
            queue=dice.choice(self._texts("call.queue", "")),
            intent=dice.choice(self._texts("call.intent", "")),
            dnis=dice.choice(self._texts("call.dnis", "")),
            direction=dice.choice(("inbound", "inbound", "outbound")),
            offline=dice.random() < 0.2,
            role=dice.choice(_ROLES) if dice.random() < 0.1 else "",
            verified=account is not None and dice.random() < 0.3,
            extended_before=dice.choice((0, 0, 0, 1, 2, 3)),
        )

    def typed(self, dice: Random, name: str, kind: str, choices: tuple[str, ...]) -> str:
        """Something to type into a form field: on both sides of what it is compared with."""
        match kind:
            case "choice":
                return dice.choice(choices)
            case "yes/no":
                return dice.choice(("yes", "no"))
            case "date":
                return (self._today + timedelta(days=dice.choice((-400, -1, 0, 1, 30, 400)))).isoformat()
            case "number" | "digits":
                return str(max(int(dice.choice(self._numbers(f"ask.{name}", (0, 1, 3, 1_000)))), 0))
            case "money":
                return f"{max(dice.choice(self._numbers(f'ask.{name}', (0, 5, 25, 41.99, 42, 500))), 0):.2f}"
            case _:
                return dice.choice(self._texts(f"ask.{name}", "something", "Ω"))

    def plain(self) -> Account:
        """A customer with nothing special about them."""
        bill = Money.of("42", self._currency)
        return Account(
            id="acc-1",
            number="1001",
            detail=Detail.FULL,
            name="Robin Sample",
            first_name="Robin",
            segment=Segment.HOUSEHOLD,
            language="en",
            phones=("+442079460001",),
            area="NW1",
            jurisdiction=min(self._library.policies, default=""),
            plan=Plan("Fibre 500", "broadband", bill, 100.0, 500),
            bill=bill,
            billing=Billing.POSTPAID,
            since=self._today - timedelta(days=800),
            contract_end=self._today + timedelta(days=200),
            usage_gb=20.0,
            overage_count=0,
            balance=None,
            pay_later_credit=Money(0, self._currency),
            past_due=False,
            vulnerable=False,
            status=AccountStatus.ACTIVE,
            equipment=(Equipment("eq-1", "router", "HG-2", self._today - timedelta(days=900)),),
            contacts=(),
            alerts=(),
            consents=(),
            revision=1,
            as_of=self._now,
        )

    def _variations(self) -> Mapping[str, Vary]:
        """How each field varies, by its name."""
        consents = self._texts("account.consents", ACCOUNT_DATA_CONSENT)
        # One of them no script is written in.
        languages = sorted({"en", "cy", *(language for _, language in self._library.translations)})
        policies = sorted(self._library.policies) or [""]
        days = self._numbers("account.contract_days", (-1, 0, 1, 12, 30, 365))
        return {
            "detail": lambda dice, one: replace(one, detail=Detail.INDEX, first_name=None),
            "segment": _choosing("segment", tuple(Segment)),
            "language": _choosing("language", languages),
            "jurisdiction": _choosing("jurisdiction", policies),
            "plan": self._plan,
            "bill": self._bill,
            "means": self._means,
            "since": self._since,
            "contract_end": lambda dice, one: replace(
                one, contract_end=None if dice.random() < 0.2 else self._day(dice.choice(days))
            ),
            "usage_gb": self._usage,
            "overage_count": lambda dice, one: replace(
                one, overage_count=max(int(dice.choice(self._numbers("account.overage_count", (0, 1, 3)))), 0)
            ),
            "past_due": _choosing("past_due", (False, True)),
            "vulnerable": _choosing("vulnerable", (False, True)),
            "status": _choosing("status", tuple(AccountStatus)),
            "equipment": self._equipment,
            "contacts": self._contacts,
            "alerts": self._alerts,
            "consents": lambda dice, one: replace(one, consents=tuple(dice.sample(consents, dice.randint(0, 1)))),
            "history": self._history,
        }

    def _plan(self, dice: Random, one: Account) -> Account:
        return replace(
            one,
            plan=Plan(
                dice.choice(self._texts("account.plan.name", one.plan.name)),
                dice.choice(self._texts("account.plan.kind", "broadband", "mobile")),
                self._money(dice, "account.plan.price", (10, 42)),
                dice.choice((None, *self._numbers("account.plan.data_gb", (0, 4, 100)))),
                dice.choice((None, *(int(one) for one in self._numbers("account.plan.speed_mbps", (0, 100, 500))))),
            ),
        )

    def _bill(self, dice: Random, one: Account) -> Account:
        return replace(one, bill=self._money(dice, "account.bill", (0, 10, 42, 120)))

    def _means(self, dice: Random, one: Account) -> Account:
        """Balance and credit just below, at and just above what things cost; none of it for a customer with a bill."""
        if dice.random() < 0.3:
            return replace(one, billing=Billing.POSTPAID, balance=None)
        prices = [option.price.minor for offer in self._library.offers.values() for option in offer.options]
        around = [max(price + change, 0) for price in sorted(set(prices)) for change in (-1, 0, 1)] or [0]
        return replace(
            one,
            billing=Billing.PREPAID,
            balance=Money(dice.choice(around), self._currency),
            pay_later_credit=Money(dice.choice((0, dice.choice(around))), self._currency),
        )

    def _since(self, dice: Random, one: Account) -> Account:
        months = dice.choice(self._numbers("account.tenure_months", (0, 1, 12, 60)))
        return replace(one, since=self._day(-round(max(months, 0) * 30.5) - 1))

    def _usage(self, dice: Random, one: Account) -> Account:
        """Absolute amounts, and parts of what is in the plan."""
        numbers = self._numbers("account.usage_gb", (0, 1, 20))
        data = one.plan.data_gb or 10.0
        part = dice.choice((0.0, 0.1, 0.24, 0.25, 0.39, 0.4, 0.5, 0.79, 0.8, 1.0, 1.2))
        return replace(one, usage_gb=float(max(dice.choice((*numbers, data * part)), 0)))

    def _equipment(self, dice: Random, one: Account) -> Account:
        kinds = self._texts("account.equipment_kinds", "router", "set-top box", "phone")
        devices = tuple(
            Equipment(
                f"eq-{number}",
                dice.choice(kinds),
                f"M-{number}",
                self._day(-dice.choice((0, 200, 800, 2_000))),
                dice.choice(("provider", "provider", "customer")),
            )
            for number in range(1, dice.choice((0, 1, 2, 9, _MOST_DEVICES)) + 1)
        )
        return replace(one, equipment=devices)

    def _contacts(self, dice: Random, one: Account) -> Account:
        count = max(int(dice.choice(self._numbers("account.contacts_30_days", (0, 1, 3)))), 0)
        days = [self._now - timedelta(days=number) for number in range(min(count, 20))]
        return replace(one, contacts=tuple(Contact(day, "call", "billing", "solved") for day in days))

    def _alerts(self, dice: Random, one: Account) -> Account:
        kinds = self._texts("account.alert_kinds", "data_out")
        some = dice.sample(kinds, dice.randint(0, min(2, len(kinds))))
        return replace(one, alerts=tuple(Alert(kind, kind, self._now - timedelta(hours=1)) for kind in some))

    def _history(self, dice: Random, one: Account) -> Account:
        """Offers and interrupts of earlier calls, within and beyond what policies let rest."""
        ago = self._now - timedelta(days=dice.choice((0, 10, 29, 30, 89, 90, 400)))
        offers, interrupts = sorted(self._library.offers), sorted({"cancel", *self._library.interrupts})
        made = tuple(OfferRecord(dice.choice(offers), ago, dice.choice(_OUTCOMES)) for _ in range(2)) if offers else ()
        ended = (InterruptRecord(dice.choice(interrupts), ago),) if dice.random() < 0.3 else ()
        return replace(one, offer_history=made, interrupts=ended)

    def _money(self, dice: Random, path: str, usual: tuple[float, ...]) -> Money:
        amount = max(dice.choice(self._numbers(path, usual)), 0)
        return Money(max(round(amount * 100) + dice.choice((-1, 0, 0, 1)), 0), self._currency)

    def _numbers(self, path: str, usual: tuple[float, ...]) -> tuple[float, ...]:
        """What the path is compared with, one less and one more, and the usual ones."""
        compared = [float(one) for one in self._literals.get(path, ()) if not isinstance(one, str)]
        return tuple(sorted({*usual, *(one + change for one in compared for change in (-1, 0, 1))}))

    def _texts(self, path: str, *usual: str) -> tuple[str, ...]:
        """What the path is compared with, and the usual ones."""
        compared: list[Plain] = [one for one in self._literals.get(path, ()) if isinstance(one, str)]
        return tuple(dict.fromkeys((*usual, *(str(one) for one in compared))))

    def _day(self, days: float) -> date:
        return self._today + timedelta(days=int(days))


def _choosing(name: str, values: Any) -> Vary:
    known = tuple(values)
    return lambda dice, one: replace(one, **{name: dice.choice(known)})
