"""An account after a row: what the file tells replaces what was known, everything else stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.account import Account, AccountStatus, Billing, Detail, Segment
from app.domain.money import Money

NEEDED = ("name", "plan", "since")
"""What must be told of an account that is new."""


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for the site where a file says nothing."""

    currency: str
    policy: str
    language: str = "en"


def new_account(
    account_id: str, number: str, facts: Mapping[str, Any], site: Site, revision: int, now: datetime
) -> dict[str, Any]:
    """An account that was not known, as the fields of `Account`: it is only to be written, never looked at."""
    nothing = Money(0, site.currency)
    return {
        "first_name": None,
        "segment": Segment.HOUSEHOLD,
        "language": site.language,
        "phones": (),
        "area": "",
        "jurisdiction": site.policy,
        "bill": nothing,
        "billing": Billing.POSTPAID,
        "contract_end": None,
        "usage_gb": 0.0,
        "overage_count": 0,
        "balance": None,
        "pay_later_credit": nothing,
        "past_due": False,
        "vulnerable": False,
        "status": AccountStatus.ACTIVE,
        "equipment": (),
        "contacts": (),
        "alerts": (),
        "consents": (),
        "as_of": now,
        **facts,
        "id": account_id,
        "number": number,
        "detail": Detail.FULL,
        "revision": revision,
    }


def changed_account(
    old: Account, revision: int, number: str, facts: Mapping[str, Any], now: datetime
) -> Account | None:
    """The account with what is new, a revision higher; None where nothing is."""
    if old.number == number and all(getattr(old, name) == value for name, value in facts.items() if name != "as_of"):
        return None
    return replace(old, **({"as_of": now} | dict(facts)), number=number, revision=revision + 1)
