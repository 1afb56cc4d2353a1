"""Every side of the three limits: balance, pay-later credit, and who is never given credit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.account import Account, Billing
from app.domain.money import Money
from app.domain.offer import Offer, OfferKind, OfferOption, Period
from app.offers.affordable import best, choices, why_closed
from tests.fakes.customers import ADA, BEN, pounds

SIZES = (("100", "1.00"), ("200", "2.00"), ("500", "4.00"), ("1000", "8.00"))
PACK = Offer(
    "data-pack",
    "Data pack",
    OfferKind.UPSELL,
    tuple(OfferOption(size, f"{size} MB", pounds(price), Period.ONCE, int(size)) for size, price in SIZES),
    on_credit=True,
)
NO_CREDIT = replace(PACK, on_credit=False)


def show(money: Money) -> str:
    return f"£{money.amount}"


def prepaid(balance: str, credit: str = "0", **changes: bool) -> Account:
    return replace(BEN, balance=pounds(balance), pay_later_credit=pounds(credit), **changes)  # type: ignore[arg-type]


def best_size(offer: Offer, account: Account) -> int:
    option = best(offer, account, show)
    return option.size if option else 0


@pytest.mark.parametrize(
    ("balance", "size"),
    [("0", 0), ("0.99", 0), ("1.00", 100), ("1.01", 100), ("3.99", 200), ("4.00", 500), ("7.99", 500), ("8.00", 1000)],
)
def test_the_balance_decides_the_largest_size(balance: str, size: int) -> None:
    assert best_size(NO_CREDIT, prepaid(balance)) == size


@pytest.mark.parametrize(("credit", "size"), [("3.99", 200), ("4.00", 500), ("8.00", 1000)])
def test_credit_pays_where_the_balance_is_short(credit: str, size: int) -> None:
    assert best_size(PACK, prepaid("0", credit)) == size


def test_balance_and_credit_are_never_added_up() -> None:
    assert best_size(PACK, prepaid("3.99", "3.99")) == 200


def test_an_offer_that_does_not_allow_credit_ignores_it() -> None:
    assert best_size(NO_CREDIT, prepaid("0", "8.00")) == 0


@pytest.mark.parametrize("mark", ["past_due", "vulnerable"])
def test_credit_is_never_for_arrears_or_vulnerable_customers_but_their_balance_is_theirs(mark: str) -> None:
    account = prepaid("2.00", "8.00", **{mark: True})

    assert best_size(PACK, account) == 200


def test_neither_limit_binds_a_postpaid_customer() -> None:
    assert best_size(PACK, replace(ADA, past_due=True, pay_later_credit=pounds("0"))) == 1000


def test_what_is_not_affordable_says_why() -> None:
    account = prepaid("1.20", "2.50")
    medium = PACK.options[2]

    reasons = [choice.closed for choice in choices(PACK, account, show)]

    assert reasons == [
        "",
        "",
        "£4.00 is more than the balance of £1.20 and the pay-later credit of £2.50",
        "£8.00 is more than the balance of £1.20 and the pay-later credit of £2.50",
    ]
    assert why_closed(NO_CREDIT, medium, account, show) == "£4.00 is more than the balance of £1.20"
    assert "while a bill is unpaid" in why_closed(PACK, medium, replace(account, past_due=True), show)
    assert "not offered on this account" in why_closed(PACK, medium, replace(account, vulnerable=True), show)


def test_an_unknown_balance_or_another_currency_closes_the_option() -> None:
    in_dollars = replace(PACK.options[0], price=Money(100, "USD"))
    without_credit = replace(BEN, balance=pounds("0"), pay_later_credit=pounds("0"))

    assert why_closed(PACK, PACK.options[0], replace(BEN, balance=None), show) == "the balance is not known"
    assert "priced in USD" in why_closed(PACK, in_dollars, BEN, show)
    assert "priced in USD" in why_closed(PACK, in_dollars, ADA, show)
    assert why_closed(PACK, PACK.options[0], without_credit, show) == "£1.00 is more than the balance of £0.00"


def test_what_costs_nothing_is_always_affordable() -> None:
    free = replace(PACK.options[0], price=pounds("0"))

    assert why_closed(PACK, free, prepaid("0"), show) == ""


def may_have(account: Account, price: int, on_credit: bool) -> bool:
    """The rule of scripts.md in one sentence, to hold the other against."""
    if account.billing is Billing.POSTPAID:
        return True
    balance = account.balance.minor if account.balance else 0
    creditworthy = on_credit and not account.past_due and not account.vulnerable
    return balance >= price or (creditworthy and account.pay_later_credit.minor >= price)


AROUND = (0, 1, 399, 400, 401, 10_000)


@pytest.mark.parametrize("billing", Billing)
@pytest.mark.parametrize("on_credit", [False, True])
@pytest.mark.parametrize("past_due", [False, True])
@pytest.mark.parametrize("vulnerable", [False, True])
def test_on_every_boundary_an_option_is_open_exactly_when_the_rule_says_so(
    billing: Billing, on_credit: bool, past_due: bool, vulnerable: bool
) -> None:
    offer, medium = replace(PACK, on_credit=on_credit), PACK.options[2]

    for balance in AROUND:
        for credit in AROUND:
            account = replace(
                BEN,
                billing=billing,
                balance=None if billing is Billing.POSTPAID else Money(balance, "GBP"),
                pay_later_credit=Money(credit, "GBP"),
                past_due=past_due,
                vulnerable=vulnerable,
            )
            closed = why_closed(offer, medium, account, show)
            assert (closed == "") is may_have(account, 400, on_credit), (balance, credit, closed)
            proposed = best(offer, account, show)
            assert proposed is None or may_have(account, proposed.price.minor, on_credit)
