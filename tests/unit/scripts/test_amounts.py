"""Amounts and numbers: in every language exactly what Babel writes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.money import Money
from app.scripts.amounts import money_text, number_text

LOCALES = ("en_GB", "en_US", "de_DE", "de_AT", "de_CH", "es_ES", "es_MX", "fr_FR", "pt_PT", "pl_PL", "en_IN", "ar_EG")
CURRENCIES = ("GBP", "USD", "EUR", "JPY", "KWD", "CHF", "PLN", "XYZ")
minor = st.integers(-(10**12), 10**12) | st.integers(-2_000_000, 2_000_000)


@given(minor, st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
@settings(max_examples=800, deadline=None)
def test_an_amount_is_written_as_babel_writes_it(amount: int, currency: str, locale: str) -> None:
    money = Money(amount, currency)

    assert money_text(money, locale) == format_currency(money.amount, currency, locale=locale)


@given(
    st.integers(-(10**20), 10**20)
    | st.floats(-1e20, 1e20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**7), max_value=10**7),
    st.sampled_from(LOCALES),
)
@settings(max_examples=800, deadline=None)
def test_a_number_is_written_as_babel_writes_it(number: int | float | Decimal, locale: str) -> None:
    assert number_text(number, locale) == format_decimal(Decimal(str(number)), locale=locale)


@pytest.mark.parametrize("number", [0.0, -0.0, 1e-7, 1e19, 0.0005, 0.9995, Decimal("1E+3"), Decimal("-0.000")])
def test_numbers_at_the_edges_are_written_as_babel_writes_them(number: float | Decimal) -> None:
    for locale in LOCALES:
        assert number_text(number, locale) == format_decimal(Decimal(str(number)), locale=locale)


def test_every_language_that_babel_knows_is_written_alike() -> None:
    for locale in locale_identifiers():
        for amount in (-123_456_789, -105, 0, 99, 1_234_50):
            money = Money(amount, "EUR")
            assert money_text(money, locale) == format_currency(money.amount, "EUR", locale=locale)
            assert number_text(amount, locale) == format_decimal(amount, locale=locale)
