"""Conditions over columns: for every row the answer that one account would get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.money import Money
from app.scripts.expressions import DATE, MONEY, NUMBER, ExpressionError, Names, compile_condition, list_of, record_of
from app.scripts.expressions.bulk import compile_bulk
from app.scripts.expressions.columns import ColumnError, columns_of
from tests.fakes.conditions import NAMES, Written, accounts, conditions

TODAY = date(2026, 3, 2)
WITH_MONEY = Names(
    {
        "account": record_of(
            {
                "bill": MONEY,
                "plan": record_of({"price": MONEY}),
                "end": DATE,
                "months": NUMBER,
                "devices": list_of(record_of({})),
            }
        )
    },
    {"dear": "account.bill > 30", "very dear": "[dear] && account.bill > 60"},
)


class Call:
    """A call on a day in March in which the step `listen` was entered twice."""

    def visits(self, step: str) -> int:
        return {"listen": 2}.get(step, 0)

    def days_until(self, day: date) -> int:
        return (day - TODAY).days


def agree(source: str, scopes: list[Mapping[str, Any]], names: Names) -> list[bool]:
    bulk = compile_bulk(source, names)
    held: list[bool] = bulk.holds(columns_of(scopes, bulk.paths, names), Call()).tolist()
    single = compile_condition(source, names)
    assert held == [single.holds(scope, Call()) for scope in scopes]
    return held


@given(conditions(3), st.lists(accounts(), max_size=8))
@settings(max_examples=300, deadline=None)
def test_many_accounts_get_the_answers_that_each_would_get(written: Written, scopes: list[Mapping[str, Any]]) -> None:
    agree(written.ours, scopes, NAMES)


@pytest.mark.parametrize(
    "source",
    [
        "account.bill > 30",
        "30 < account.bill",
        "account.bill == 22.5",
        "account.bill >= 22.505",
        "account.bill > account.plan.price",
        "account.bill - account.plan.price > 5",
        "account.bill - 2.50 > account.plan.price + 0.005",
        "account.bill * 0.7 > 31.5",
        "0.145 * account.bill < 3",
        "account.bill / 8 > 3",
        "account.bill / 3 > 7.5",
        "account.bill / 0 > 7.5",
        "account.bill / account.plan.price > 1.1",
        "-account.bill < 0",
        "account.bill * account.months > 100",
        "very dear",
        "has(account.bill) && [dear]",
        "account.end > account.end",
        "days_until(account.end) < 30 && days_until(account.end) >= 0",
        "(account.months > 3 ? account.bill : account.plan.price) > 20",
        "size(account.devices) > 1",
        "visits(listen) == 2 && account.months % 5 == 2",
        "account.months / account.months == 1",
        "account.bill in [10, 20.5]",
        "1 < 2",
        "1 / 0 > 1",
    ],
)
def test_amounts_days_and_lists_are_reckoned_as_for_one_account(source: str) -> None:
    scopes: list[Mapping[str, Any]] = [
        {
            "account": {
                "bill": None if row % 7 == 0 else Money(row * 137 % 9_000, "GBP"),
                "plan": {"price": Money(row * 71 % 5_000, "GBP")},
                "end": None if row % 5 == 0 else TODAY + timedelta(days=row - 50),
                "months": row % 11,
                "devices": [{}] * (row % 4),
            }
        }
        for row in range(200)
    ]

    agree(source, scopes, WITH_MONEY)


def test_more_rows_than_are_taken_at_a_time_keep_their_order() -> None:
    scopes: list[Mapping[str, Any]] = [{"account": {"months": row}} for row in range(70_000)]

    held = agree("account.months >= 65000", scopes, WITH_MONEY)

    assert held == [False] * 65_000 + [True] * 5_000


def test_no_accounts_give_no_answers() -> None:
    assert agree("account.bill > 30", [], WITH_MONEY) == []


@pytest.mark.parametrize(
    ("path", "values", "said"),
    [
        ("account.bill", [Money(1, "GBP"), Money(1, "EUR")], "several currencies"),
        ("account.bill", [3], "row 0"),
        ("account.months", [1, 2**60], "row 1"),
        ("account.months", ["secret"], "row 0"),
        ("account.other", [1], "not declared"),
    ],
)
def test_what_a_column_cannot_hold_is_refused_without_saying_the_value(
    path: str, values: list[object], said: str
) -> None:
    name = path.partition(".")[2]
    with pytest.raises(ColumnError) as caught:
        columns_of([{"account": {name: value}} for value in values], [path], WITH_MONEY)

    assert said in str(caught.value) and "secret" not in str(caught.value)


def test_a_wrong_condition_is_refused_with_its_column() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_bulk("account.bil > 30", WITH_MONEY)

    assert (caught.value.column, caught.value.suggestion) == (1, "account.bill")
