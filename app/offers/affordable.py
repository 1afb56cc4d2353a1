"""Which options of an offer a customer can pay for, and why not the others.

A prepaid customer pays from the balance, or else from the approved pay-later credit: never part of it from each, and
never on credit with an unpaid bill or when marked as vulnerable. A postpaid customer is bound by neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.account import Account, Billing
from app.domain.money import Money
from app.domain.offer import Offer, OfferOption

ShowMoney = Callable[[Money], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as this customer may have it. `closed` says why not ("" when it is open)."""

    option: OfferOption
    closed: str = ""


def choices(offer: Offer, account: Account, show: ShowMoney) -> tuple[Choice, ...]:
    """Every option of the offer in the catalogue's order, the unaffordable ones with their reason."""
    return tuple(Choice(option, why_closed(offer, option, account, show)) for option in offer.options)


def best(offer: Offer, account: Account, show: ShowMoney) -> OfferOption | None:
    """The largest option (by size; the first of equal ones) that is affordable, or None."""
    fitting = [choice.option for choice in choices(offer, account, show) if not choice.closed]
    return max(fitting, key=lambda option: option.size, default=None)


def why_closed(offer: Offer, option: OfferOption, account: Account, show: ShowMoney) -> str:
    """Why this customer cannot have the option, in words fit to stand beside it; empty when it is affordable."""
    price = option.price
    if price.currency != account.bill.currency:
        return f"it is priced in {price.currency}, the account pays in {account.bill.currency}"
    if account.billing is Billing.POSTPAID or price.minor == 0:
        return ""
    balance, credit = account.balance, account.pay_later_credit
    if balance is None or balance.currency != price.currency:
        return "the balance is not known"
    if price <= balance:
        return ""
    short = f"{show(price)} is more than the balance of {show(balance)}"
    if not offer.on_credit or credit.minor <= 0:
        return short
    if account.past_due:
        return f"{short}, and pay later is closed while a bill is unpaid"
    if account.vulnerable:
        return f"{short}, and pay later is not offered on this account"
    if credit.currency == price.currency and price <= credit:
        return ""
    return f"{short} and the pay-later credit of {show(credit)}"
