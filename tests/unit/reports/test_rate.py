"""Rates: with their interval, or honestly unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.rate import rate


def test_the_interval_is_wilson_s() -> None:
    # Agresti and Coull 1998, table of score intervals: 0 of 10 and 9 of 10.
    assert rate(0, 10).high == pytest.approx(0.2775, abs=5e-5)
    assert rate(9, 10).low == pytest.approx(0.5958, abs=5e-5)
    assert rate(9, 10).high == pytest.approx(0.9821, abs=5e-5)


def test_nothing_is_said_of_nothing() -> None:
    none = rate(0, 0)
    assert (none.share, none.low, none.high) == (None, None, None)


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        rate(3, 2)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(numbers: tuple[int, int]) -> None:
    found = rate(*numbers)
    assert found.low is not None and found.share is not None and found.high is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
