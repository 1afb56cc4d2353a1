"""Conditions beside the CEL of the package cel-expr-python: the same answers, and the differences that are wanted."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from app.scripts.expressions import compile_condition
from tests.fakes.conditions import NAMES, Written, accounts, conditions

cel = importlib.import_module("cel_expr_python.cel")
ENVIRONMENT = cel.NewEnv(variables={"account": cel.Type.DYN, "outcome": cel.Type.DYN, "nothing": cel.Type.DYN})


class Nowhere:
    """No call: no step was entered, every day is today."""

    def visits(self, step: str) -> int:
        return 0

    def days_until(self, day: date) -> int:
        return 0


def ours(source: str, scope: Mapping[str, Any]) -> bool:
    return compile_condition(source, NAMES).holds(scope, Nowhere())


def theirs(source: str, scope: Mapping[str, Any]) -> bool | None:
    """CEL's answer with all numbers as doubles; None where it has an error instead of one."""
    data: dict[str, Any] = {"nothing": {}} | _as_cel(scope)
    # A name that is bound to nothing is an error in CEL only when it is not bound at all.
    source = source if "outcome" in data else source.replace("outcome", "nothing.outcome")
    result = ENVIRONMENT.compile(source).eval(data=data)
    return result.value() if result.type() == cel.Type.BOOL else None


def _as_cel(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is missing, and with numbers of one type."""
    cast: dict[str, Any] = {}
    for name, value in scope.items():
        if isinstance(value, Mapping):
            cast[name] = _as_cel(value)
        elif value is not None:
            cast[name] = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return cast


@given(conditions(3), accounts())
@settings(max_examples=800, deadline=None)
def test_a_condition_holds_where_cel_says_so_and_not_where_cel_has_an_error(
    written: Written, scope: dict[str, Any]
) -> None:
    assert ours(written.ours, scope) is (theirs(written.cel, scope) is True)


@given(conditions(3), accounts())
@settings(max_examples=300, deadline=None)
def test_a_condition_that_lacks_something_does_not_hold_and_can_say_what(
    written: Written, scope: dict[str, Any]
) -> None:
    condition = compile_condition(written.ours, NAMES)
    lacks = condition.missing(scope, Nowhere())

    assert (lacks != "") is (theirs(written.cel, scope) is None)
    assert not (lacks and condition.holds(scope, Nowhere()))


@given(accounts())
@settings(max_examples=100, deadline=None)
def test_a_named_condition_is_what_it_stands_for(scope: dict[str, Any]) -> None:
    assert ours("low data user", scope) is (theirs(NAMES.conditions["low data user"], scope) is True)


def test_the_remainder_is_that_of_whole_numbers_in_cel() -> None:
    for left in (-7, -4, 0, 4, 7):
        for right in (-3, 2, 5):
            result = ENVIRONMENT.compile(f"({left}) % ({right})").eval(data={}).value()
            assert ours(f"({left}) % ({right}) == ({result})", {})


# The table of the help, row for row: ours, CEL's source, our answer, CEL's answer (None: an error or refused).
DIFFERENCES = [
    ("5 == 5.0", "5 == 5.0", True, None),
    ("account.overage_count * 1.5 == 3", "int(account.overage_count) * 1.5 == 3.0", True, None),
    ("5 / 2 == 2.5", "5 / 2 == 2", True, True),
    ("7.5 % 2 == 1.5", "7.5 % 2.0 == 1.5", True, None),
    ("account.overage_count / 0 > 1", "account.overage_count / 0.0 > 1.0", False, True),
    ("account.usage_gb > 1 || true", "account.usage_gb > 1.0 || true", False, True),
    ("!(account.usage_gb > 1 && false)", "!(account.usage_gb > 1.0 && false)", False, True),
    ("account.status != 'x'", "account.nothing != 'x'", False, None),
]


@pytest.mark.parametrize(("source", "in_cel", "holds", "cel_says"), DIFFERENCES)
def test_the_differences_are_those_that_the_help_names(
    source: str, in_cel: str, holds: bool, cel_says: bool | None
) -> None:
    scope = {"account": {"overage_count": 2, "usage_gb": None, "status": None}}

    assert ours(source, scope) is holds
    try:
        assert theirs(in_cel, scope) is cel_says
    except RuntimeError:
        assert cel_says is None
