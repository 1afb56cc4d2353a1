"""Amounts and numbers as a language writes them: exactly what Babel gives, by a short way where that is certain.

Babel reads its pattern anew for every number. Here the pieces of a language's pattern (what stands before and behind,
how thousands are parted) are taken from Babel once and tried on a row of numbers; where they do not give Babel's own
result, and for whatever is out of the ordinary, Babel is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.domain.money import Money, exponent

_TRIED = (0, 1, 7, 10, 99, 100, 999, 1000, 1234, 9999, 10000, 99999, 100000, 123456, 1234567, 9876543210)
_MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What stands before and behind a number, for positive and for negative ones, and its separators."""

    before: tuple[str, str]
    behind: tuple[str, str]
    thousands: str
    point: str

    def written(self, negative: bool, whole: int, decimals: str) -> str:
        """A number of this whole part and these decimals ("" for none)."""
        digits = f"{whole:,}".replace(",", self.thousands) if whole > 999 else str(whole)
        if decimals:
            return f"{self.before[negative]}{digits}{self.point}{decimals}{self.behind[negative]}"
        return f"{self.before[negative]}{digits}{self.behind[negative]}"


def money_text(value: Money, locale: str) -> str:
    """An amount with its currency, as Babel's format_currency has it. `locale` must be one that Babel knows."""
    pieces = _money_pieces(locale, value.currency)
    if pieces is None:
        return _money_by_babel(value, locale)
    return _money_by_pieces(value, pieces)


def number_text(value: int | float | Decimal, locale: str) -> str:
    """A finite number, as Babel's format_decimal has it. `locale` must be one that Babel knows."""
    pieces = _number_pieces(locale)
    if pieces is not None:
        whole, _, decimals = str(value).partition(".")
        negative = whole.startswith("-")
        digits = whole[1:] if negative else whole
        decimals = decimals.rstrip("0")
        plain = digits.isdecimal() and (not decimals or decimals.isdecimal()) and len(decimals) <= _MOST_DECIMALS
        if plain and (decimals or not negative or digits.strip("0")):
            return pieces.written(negative, int(digits), decimals)
    return _number_by_babel(value, locale)


def _money_by_pieces(value: Money, pieces: _Pieces) -> str:
    places = exponent(value.currency)
    whole, rest = divmod(abs(value.minor), 10**places)
    return pieces.written(value.minor < 0, whole, f"{rest:0{places}}" if places else "")


def _money_by_babel(value: Money, locale: str) -> str:
    from babel.numbers import format_currency

    return str(format_currency(value.amount, value.currency, locale=locale))


def _number_by_babel(value: int | float | Decimal, locale: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(Decimal(str(value)), locale=locale))


@lru_cache(maxsize=500)
def _money_pieces(locale: str, currency: str) -> _Pieces | None:
    """The pieces for a currency; None where they do not give what Babel gives."""
    from babel.numbers import get_currency_precision

    places = exponent(currency)
    if get_currency_precision(currency) != places:
        return None
    pieces = _cut(
        _money_by_babel(Money(7 * 10**places, currency), locale),
        _money_by_babel(Money(-7 * 10**places, currency), locale),
        "7" if places == 0 else f"7{_symbols(locale)[1]}{'0' * places}",
        locale,
    )
    amounts = [Money(sign * number, currency) for number in _TRIED for sign in (1, -1)]
    if pieces is None or any(_money_by_pieces(one, pieces) != _money_by_babel(one, locale) for one in amounts):
        return None
    return pieces


@lru_cache(maxsize=100)
def _number_pieces(locale: str) -> _Pieces | None:
    """The pieces for numbers; None where they do not give what Babel gives."""
    pieces = _cut(_number_by_babel(7, locale), _number_by_babel(-7, locale), "7", locale)
    if pieces is None:
        return None
    for number in _TRIED:
        for decimals in ("", "5", "25", "125"):
            for sign in (1, -1) if number or decimals else (1,):
                value = sign * Decimal(f"{number}.{decimals}" if decimals else number)
                if pieces.written(sign < 0, number, decimals) != _number_by_babel(value, locale):
                    return None
    return pieces


def _cut(positive: str, negative: str, digits: str, locale: str) -> _Pieces | None:
    """The pieces out of a positive and a negative number with these digits in the middle."""
    if digits not in positive or digits not in negative:
        return None
    before, _, behind = positive.partition(digits)
    before_negative, _, behind_negative = negative.partition(digits)
    thousands, point = _symbols(locale)
    return _Pieces((before, before_negative), (behind, behind_negative), thousands, point)


def _symbols(locale: str) -> tuple[str, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return get_group_symbol(locale), get_decimal_symbol(locale)
