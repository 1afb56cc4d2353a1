"""A rate that never stands without its numerator, denominator and interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

# The 97.5 % quantile of the normal distribution: a two-sided 95 % interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator` of `denominator`, with the Wilson 95 % interval from `low` to `high` (shares from 0 to 1).

    `share`, `low` and `high` are None where the denominator is 0: nothing can be said then.
    """

    numerator: int
    denominator: int
    share: float | None
    low: float | None
    high: float | None


def rate(numerator: int, denominator: int) -> Rate:
    """The rate with its interval (E. B. Wilson 1927, the score interval); raises ValueError for an impossible pair."""
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator} is not a rate")
    if denominator == 0:
        return Rate(0, 0, None, None, None)
    share = numerator / denominator
    spread = _Z * _Z / denominator
    centre = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * sqrt(share * (1 - share) / denominator + spread / (4 * denominator))
    # At the ends the formula is exact but for rounding: none of ten is 0, not 1e-17.
    low = 0.0 if numerator == 0 else max(0.0, centre - half)
    high = 1.0 if numerator == denominator else min(1.0, centre + half)
    return Rate(numerator, denominator, share, low, high)
