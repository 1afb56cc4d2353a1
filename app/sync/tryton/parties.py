"""Parties as accounts: which of Tryton's fields stand for what, and what Tryton does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.account import Account, AccountStatus, Billing, Contact, Detail, Plan, Segment, mask_name
from app.domain.event import Json
from app.domain.money import Money
from app.sync.tryton.rpc import Row, datetime_from

FIELDS: list[Json] = [
    "name",
    "code",
    "active",
    "lang.code",
    "create_date",
    "write_date",
    "contact_mechanisms.type",
    "contact_mechanisms.value_compact",
    "contact_mechanisms.create_date",
    "contact_mechanisms.write_date",
    "addresses.street",
    "addresses.postal_code",
    "addresses.country.code",
]
UNKNOWN = (
    "plan",
    "bill",
    "billing",
    "segment",
    "usage_gb",
    "overage_count",
    "pay_later_credit",
    "past_due",
    "since",
    "contract_end",
)
"""What an account must have and Tryton's parties do not: nothing may be decided by it (see `Account.unknown`)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PHONES = frozenset({"phone", "mobile", "other"})
_E164 = re.compile(r"\+[1-9][0-9]{4,14}")
_PRIVATE = {"first_name": None, "street": None, "email": None}


@dataclass(frozen=True, slots=True)
class Site:
    """What is true of the site and cannot be asked of Tryton. `policy` counts for addresses in the country `region`."""

    region: str = "GB"
    currency: str = "GBP"
    company: str = ""
    policy: str = "uk"
    timezone: str = "Europe/London"
    team: str = "crm"


def account_of(row: Row, site: Site, as_of: datetime, contacts: Iterable[Contact] = ()) -> Account:
    """A party, read with FIELDS, as an account in FULL detail."""
    mechanisms: Sequence[Row] = row.get("contact_mechanisms.") or ()
    address: Row = next(iter(row.get("addresses.") or ()), {})
    name = str(row.get("name") or "")
    nothing = Money(0, site.currency)
    return Account(
        id=str(row["id"]),
        number=str(row.get("code") or row["id"]),
        detail=Detail.FULL,
        name=name,
        # A party's name is one text, and which of its words to call somebody by cannot be told.
        first_name=None,
        segment=Segment.HOUSEHOLD,
        language=str((row.get("lang.") or {}).get("code") or "en").partition("_")[0],
        phones=tuple(dict.fromkeys(filter(None, map(_phone, mechanisms)))),
        area=str(address.get("postal_code") or "").rpartition(" ")[0],
        jurisdiction=_jurisdiction(address, site),
        plan=Plan("", "", nothing),
        bill=nothing,
        billing=Billing.POSTPAID,
        since=(datetime_from(row.get("create_date")) or as_of).date(),
        contract_end=None,
        usage_gb=0.0,
        overage_count=0,
        balance=None,
        pay_later_credit=nothing,
        past_due=False,
        vulnerable=False,
        status=AccountStatus.ACTIVE if row.get("active") else AccountStatus.CANCELLED,
        equipment=(),
        contacts=tuple(contacts),
        alerts=(),
        consents=(),
        revision=_revision(row, mechanisms),
        as_of=as_of,
        street=str(address.get("street") or "") or None,
        email=next((str(each.get("value_compact")) for each in mechanisms if each.get("type") == "email"), None),
        unknown=UNKNOWN,
    )


def masked(account: Account) -> Account:
    """The same in INDEX detail."""
    return replace(account, detail=Detail.INDEX, name=mask_name(account.name), contacts=(), **_PRIVATE)  # type: ignore[arg-type]


def _phone(mechanism: Row) -> str:
    value = str(mechanism.get("value_compact") or "")
    return value if mechanism.get("type") in _PHONES and _E164.fullmatch(value) else ""


def _jurisdiction(address: Row, site: Site) -> str:
    """The site's policy at home; elsewhere the country, for which a policy may or may not be there."""
    country = str((address.get("country.") or {}).get("code") or site.region)
    return site.policy if country == site.region else country.lower()


def _revision(row: Row, mechanisms: Sequence[Row]) -> int:
    """Microseconds of the last change to the party or to one of its numbers."""
    moments = [datetime_from(each.get(field)) for each in (row, *mechanisms) for field in ("create_date", "write_date")]
    latest = max((moment for moment in moments if moment is not None), default=_EPOCH)
    return int((latest - _EPOCH).total_seconds() * 1_000_000)
