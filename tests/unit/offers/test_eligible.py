from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.offer import Offer, OfferKind, OfferOption, Period
from app.offers.eligible import Hindrance, Situation, blocked
from app.offers.policy import Policy
from tests.fakes.customers import ADA, pounds

SAVE = Offer("credit", "Loyalty credit", OfferKind.SAVE, (OfferOption("c", "Credit", pounds("32"), Period.MONTH),))
UK = Policy("uk", "The UK policy", 3, 30, False, ())
FINE = Situation(
    account=ADA,
    verified=True,
    role="holder",
    consents=frozenset(),
    cancel_requested=False,
    today=date(2026, 11, 21),
    condition=True,
    affordable=True,
    terms_apply=True,
    extended=False,
    saves_extended=0,
    policy=UK,
)


def why(offer: Offer = SAVE, /, **changes: object) -> Hindrance | None:
    found = blocked(offer, replace(FINE, **changes))  # type: ignore[arg-type]
    return found.hindrance if found else None


def test_a_verified_holder_may_be_made_an_offer() -> None:
    assert why() is None


@pytest.mark.parametrize(
    ("changes", "hindrance"),
    [
        ({"account": None}, Hindrance.NO_ACCOUNT),
        ({"verified": False}, Hindrance.NOT_VERIFIED),
        ({"role": "third_party"}, Hindrance.NOT_HOLDER),
        ({"role": "executor"}, Hindrance.NOT_HOLDER),
        ({"policy": None}, Hindrance.LIMIT),
        ({"cancel_requested": True}, Hindrance.CANCEL),
        ({"condition": False}, Hindrance.NOT_ELIGIBLE),
        ({"affordable": False}, Hindrance.NOTHING_AFFORDABLE),
        ({"terms_apply": False}, Hindrance.NOT_VALID),
    ],
)
def test_what_stands_in_the_way_is_named(changes: dict[str, object], hindrance: Hindrance) -> None:
    assert why(SAVE, **changes) is hindrance


def test_an_authorised_person_may_be_made_an_offer() -> None:
    assert why(role="authorised") is None


@pytest.mark.parametrize(("extended", "hindrance"), [(2, None), (3, Hindrance.LIMIT), (4, Hindrance.LIMIT)])
def test_the_policy_limits_save_offers_in_a_call(extended: int, hindrance: Hindrance | None) -> None:
    assert why(saves_extended=extended) is hindrance


def test_the_limit_leaves_alone_what_was_extended_already_and_what_is_no_save() -> None:
    assert why(saves_extended=3, extended=True) is None
    assert why(replace(SAVE, kind=OfferKind.UPSELL), saves_extended=9) is None
    assert why(saves_extended=9, policy=replace(UK, save_offers=0)) is None


def test_an_offer_is_made_from_its_first_day_to_its_last() -> None:
    offer = replace(SAVE, valid_from=date(2026, 11, 1), valid_until=date(2026, 11, 30))

    assert why(offer, today=date(2026, 10, 31)) is Hindrance.NOT_VALID
    assert why(offer, today=date(2026, 11, 1)) is None
    assert why(offer, today=date(2026, 11, 30)) is None
    assert why(offer, today=date(2026, 12, 1)) is Hindrance.NOT_VALID


def test_where_the_law_asks_for_it_account_data_need_consent_first() -> None:
    california = replace(UK, consent_for_account_data=True)

    assert why(policy=california) is Hindrance.NO_CONSENT
    assert why(policy=california, consents=frozenset({"account-data"})) is None
    assert why(policy=california, account=replace(ADA, consents=("account-data",))) is None
