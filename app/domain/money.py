"""Money as integer minor units with its currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "BHD": 3, "KWD": 3, "JOD": 3, "TND": 3}


class MoneyError(ValueError):
    """Two currencies were mixed, or a text is no amount."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money.

    `minor` is a whole number of minor units (pence, cents); `currency` the ISO 4217 code.
    """

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """The amount in major units ("22.50") as money; raises MoneyError for what is no exact amount."""
        try:
            scaled = Decimal(amount).scaleb(exponent(currency))
        except InvalidOperation as error:
            raise MoneyError(f"{amount!r} is not an amount of money; write it like 22.50") from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise MoneyError(f"{amount!r} has more decimals than {currency} has")
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be mixed")
        return other


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)
