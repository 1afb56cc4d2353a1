"""The customer's account, as far as a call needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.money import Money


class Detail(StrEnum):
    """How much of an account this is.

    INDEX: prefetched, masked: what the pop and the offers need, no name, no street. FULL: fetched for this call.
    """

    INDEX = "index"
    FULL = "full"


class Billing(StrEnum):
    """Whether the customer pays before use (balance, pay-later credit) or after (bill)."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"


class Segment(StrEnum):
    """What kind of customer."""

    HOUSEHOLD = "household"
    BUSINESS = "business"


class AccountStatus(StrEnum):
    """The account's status at the CRM."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the customer has. `data_gb` is None for unlimited or where there is no data; `price` is a month's."""

    name: str
    kind: str
    price: Money
    data_gb: float | None = None
    speed_mbps: int | None = None


@dataclass(frozen=True, slots=True)
class Equipment:
    """A device at the customer's. `owner` is "customer" or "provider"."""

    id: str
    kind: str
    model: str
    installed: date
    owner: str = "provider"


@dataclass(frozen=True, slots=True)
class Contact:
    """An earlier contact. `reason` and `outcome` are short words fit for the screen."""

    at: datetime
    channel: str
    reason: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something worth knowing before the agent speaks (data ran out, outage, update advised and not done)."""

    kind: str
    text: str
    since: datetime
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """An offer made to this account before; `outcome` is extended, accepted, declined, deferred or passed."""

    offer: str
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class InterruptRecord:
    """Something that ended all selling in an earlier call (cancel, bereavement, ..), and when."""

    interrupt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account.

    `number` is the account number as the customer knows it. `name` is masked ("A•• L•••••••") and `first_name`,
    `street` and `email` are None when `detail` is INDEX. `phones` are E.164. `area` is the outward part of the
    postcode; `jurisdiction` names the policy that the service address falls under ("uk", "us-ca"). `usage_gb` is the
    current month's data use, `overage_count` how often data ran out in 90 days. `balance` is None for postpaid.
    `offer_history` and `interrupts` are what earlier calls left: they keep offers away as long as the policy says.
    `revision` grows with each change at the CRM; `as_of` is when the CRM said all this. `unknown` names the fields that
    this CRM does not have: whatever stands in them is not shown, and nothing is decided by it.
    """

    id: str
    number: str
    detail: Detail
    name: str
    first_name: str | None
    segment: Segment
    language: str
    phones: tuple[str, ...]
    area: str
    jurisdiction: str
    plan: Plan
    bill: Money
    billing: Billing
    since: date
    contract_end: date | None
    usage_gb: float
    overage_count: int
    balance: Money | None
    pay_later_credit: Money
    past_due: bool
    vulnerable: bool
    status: AccountStatus
    equipment: tuple[Equipment, ...]
    contacts: tuple[Contact, ...]
    alerts: tuple[Alert, ...]
    consents: tuple[str, ...]
    revision: int
    as_of: datetime
    street: str | None = None
    email: str | None = None
    offer_history: tuple[OfferRecord, ...] = ()
    interrupts: tuple[InterruptRecord, ...] = ()
    unknown: tuple[str, ...] = ()


def mask_name(name: str) -> str:
    """A name with every word cut to its first letter ("Ada Lovelace" -> "A•• L•••••••"); signs like "&" stay."""
    return " ".join(_masked(word) for word in name.split())


def _masked(word: str) -> str:
    hides_something = word.isalpha() or len(word) > 2
    return word[0] + "•" * (len(word) - 1) if hides_something else word
