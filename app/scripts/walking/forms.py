"""Reads what was typed into a form field, by the customs of the site's language and region."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.money import Money, MoneyError
from app.scripts.model import Ask

# Longer than this is no value of a form.
LONGEST = 500
_YES = frozenset(("yes", "y", "true", "1"))
_NO = frozenset(("no", "n", "false", "0"))


class FormError(Exception):
    """What was typed does not fit the field; the text says what to type."""


@dataclass(frozen=True, slots=True)
class Customs:
    """How amounts and dates are written here: a locale ("en_GB") and the currency of the account."""

    locale: str
    currency: str


def read_value(ask: Ask, text: str, customs: Customs) -> object:
    """The typed text as a value of the field's type. Raises FormError; the text must not be empty."""
    text = text.strip()
    if len(text) > LONGEST:
        raise FormError(f"At most {LONGEST} characters.")
    match ask.type:
        case "digits":
            digits = re.sub(r"[\s-]", "", text)
            if not re.fullmatch(r"[0-9]+", digits):
                raise FormError("Digits only.")
            return digits
        case "number":
            return _plain(_decimal(text, customs.locale))
        case "money":
            return _money(text, customs)
        case "date":
            return _date(text, customs.locale)
        case "yes/no":
            return _yes(text)
        case "choice":
            return _choice(text, ask.choices)
        case _:
            return text


def _decimal(text: str, locale: str) -> Decimal:
    from babel.numbers import NumberFormatError, parse_decimal

    # Arabic and full-width digits are digits; what a person cannot have meant as one number is refused.
    try:
        number = parse_decimal(text, locale=locale, strict=True)
    except (NumberFormatError, ValueError) as error:
        raise FormError("Type a number, like 12 or 12.5.") from error
    if not number.is_finite() or abs(number) > 10**12:
        raise FormError("Type a number, like 12 or 12.5.")
    return number


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _money(text: str, customs: Customs) -> Money:
    bare = re.sub(rf"[£$€\s]|{re.escape(customs.currency)}", "", text)
    try:
        return Money.of(_decimal(bare, customs.locale), customs.currency)
    except MoneyError as error:
        raise FormError(f"Too many decimals for {customs.currency}.") from error
    except FormError as error:
        raise FormError("Type an amount, like 25 or 25.50.") from error


def _date(text: str, locale: str) -> date:
    parts = re.findall(r"\d+", text)
    if len(parts) != 3 or re.search(r"[^\d\s./-]", text):
        raise FormError(f"Type a date, like {_example(locale)}.")
    numbers = [int(part) for part in parts]
    if len(parts[0]) == 4:
        year, month, day = numbers
    elif locale.endswith("_US"):
        month, day, year = numbers
    else:
        day, month, year = numbers
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError as error:
        raise FormError(f"Type a date, like {_example(locale)}.") from error


def _example(locale: str) -> str:
    return "12/31/2026" if locale.endswith("_US") else "31/12/2026"


def _yes(text: str) -> bool:
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise FormError("Type yes or no.")


def _choice(text: str, choices: tuple[str, ...]) -> str:
    for choice in choices:
        if choice.lower() == text.lower():
            return choice
    raise FormError(f"Choose one of {', '.join(choices)}.")
