"""Conditions and values: what they mean, what is refused and where, and that they never raise during a call."""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.money import Money
from app.scripts.expressions import (
    DATE,
    MISSING,
    MONEY,
    NUMBER,
    TEXT,
    YES_NO,
    ExpressionError,
    Names,
    compile_condition,
    compile_value,
    list_of,
    record_of,
)

TODAY = date(2026, 3, 2)
NAMES = Names(
    {
        "account": record_of(
            {
                "bill": MONEY,
                "usage_gb": NUMBER,
                "first_name": TEXT,
                "contract_end": DATE,
                "past_due": YES_NO,
                "consents": list_of(TEXT),
                "plan": record_of({"name": TEXT, "data_gb": NUMBER}),
            }
        ),
        "caller": record_of({"verified": YES_NO}),
        "gap": MONEY,
    },
    {"low data user": "account.usage_gb < 10", "in arrears": "account.past_due", "heavy": "!([low data user])"},
    frozenset(("listen", "why")),
)
SCOPE = {
    "account": {
        "bill": Money(2250, "GBP"),
        "usage_gb": 5,
        "first_name": "Ada",
        "contract_end": date(2026, 3, 14),
        "past_due": False,
        "consents": ["marketing", "account-data"],
        "plan": {"name": "Fibre", "data_gb": None},
    },
    "caller": {"verified": True},
    "gap": Money(500, "GBP"),
}


class Call:
    """A call on a day in March in which the step `listen` was entered twice."""

    def visits(self, step: str) -> int:
        return {"listen": 2}.get(step, 0)

    def days_until(self, day: date) -> int:
        return (day - TODAY).days


def holds(source: str) -> bool:
    return compile_condition(source, NAMES).holds(SCOPE, Call())


def value(source: str) -> object:
    return compile_value(source, NAMES).value(SCOPE, Call())


def error(source: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile_condition(source, NAMES)
    return caught.value


@pytest.mark.parametrize(
    "source",
    [
        "5 == 5.0",
        "0.1 + 0.2 > 0.3",
        "account.usage_gb == 5.0",
        "account.bill == 22.5",
        "account.bill == 22.50",
        "22.5 == account.bill",
        "account.bill > 22",
        "account.bill - gap == 17.5",
        "account.bill - 2.50 == 20",
        "account.bill * 0.1 == 2.25",
        "account.bill / 3 == 7.5",
        "account.bill / gap == 4.5",
        "-gap < 0",
        "7 / 2 == 3.5",
        "7 % 4 == 3 && -7 % 4 == -3",
        "2 + 3 * 4 == 14 && (2 + 3) * 4 == 20",
        "10 - 3 - 2 == 5",
        "true || false && false",
        "!account.past_due && caller.verified",
        "account.first_name == 'Ada' && account.first_name != \"Eve\"",
        '"marketing" in account.consents',
        "!('sms' in account.consents)",
        "account.usage_gb in [1, 5.0]",
        "size(account.consents) == 2",
        "size(account.first_name) == 3",
        "visits(listen) == 2 && visits('why') == 0",
        "days_until(account.contract_end) == 12",
        "has(account.first_name) && !has(account.plan.data_gb)",
        "caller.verified ? true : false",
        "(account.usage_gb > 3 ? 'much' : 'little') == 'much'",
        "low data user",
        " low data user ",
        "[low data user] && caller.verified",
        "!([in arrears])",
        "![heavy]",
        r'"a\"b" == ' + "'a\"b'",
    ],
)
def test_holds(source: str) -> None:
    assert holds(source)


@pytest.mark.parametrize(
    "source",
    [
        "account.plan.data_gb > 1",
        "!(account.plan.data_gb > 1)",
        "account.plan.data_gb > 1 || true",
        "account.plan.data_gb == account.plan.data_gb",
        "1 / 0 == 1 || true",
        "account.bill / 0 > 1",
        "days_until(account.contract_end) / 0 > 1 || true",
    ],
)
def test_what_is_missing_makes_the_whole_condition_false(source: str) -> None:
    assert not holds(source)


@pytest.mark.parametrize(
    "source",
    [
        "true || account.plan.data_gb > 1",
        "!(false && account.plan.data_gb > 1)",
        "!has(account.plan.data_gb) || account.plan.data_gb > 1",
        "has(account.plan.data_gb) ? account.plan.data_gb > 1 : true",
    ],
)
def test_what_is_missing_does_no_harm_behind_has_or_a_short_cut(source: str) -> None:
    assert holds(source)


def test_a_named_condition_with_a_missing_value_is_not_turned_round_by_not() -> None:
    names = Names(NAMES.types, {"big plan": "account.plan.data_gb > 50"})

    assert not compile_condition("![big plan]", names).holds(SCOPE, Call())


def test_the_log_is_told_which_field_was_missing() -> None:
    condition = compile_condition("account.plan.data_gb > 1", NAMES)

    assert condition.missing(SCOPE, Call()) == "account.plan.data_gb"
    assert compile_condition("caller.verified", NAMES).missing(SCOPE, Call()) == ""


def test_money_of_two_currencies_neither_compares_nor_adds() -> None:
    scope = {**SCOPE, "gap": Money(500, "EUR")}

    assert not compile_condition("account.bill > gap", NAMES).holds(scope, Call())
    assert not compile_condition("account.bill == gap", NAMES).holds(scope, Call())
    assert compile_value("account.bill - gap", NAMES).value(scope, Call()) is MISSING


def test_a_value_keeps_money_as_money_and_rounds_half_a_penny_up() -> None:
    assert value("account.bill - gap") == Money(1750, "GBP")
    assert value("gap * 0.333") == Money(167, "GBP")
    assert value("gap * 0.001") == Money(1, "GBP")
    assert value("account.plan.data_gb * 2") is MISSING


def test_exact_numbers_from_a_form_compare_with_others() -> None:
    scope = {**SCOPE, "account": {"usage_gb": Decimal("0.1")}}

    assert compile_condition("account.usage_gb == 0.1 && account.usage_gb < 0.2", NAMES).holds(scope, Call())


@pytest.mark.parametrize(
    ("source", "rule", "column", "suggestion"),
    [
        ("account.usag_gb > 1", "unknown-variable", 1, "account.usage_gb"),
        ("1 < account.plan.dat_gb", "unknown-variable", 5, "account.plan.data_gb"),
        ("caller.__class__", "unknown-variable", 1, ""),
        ("low data usr", "unknown-condition", 1, "low data user"),
        ("true && [low dta user]", "unknown-condition", 10, "low data user"),
        ("visits(lisen) > 1", "unknown-step", 8, "listen"),
        ("account.bill", "type-error", 1, ""),
        ("account.bill == 'much'", "type-error", 14, ""),
        ("account.contract_end > 5", "type-error", 22, ""),
        ("account.first_name - 1 > 0", "type-error", 20, ""),
        ("account.bill * gap > 1", "type-error", 14, ""),
        ("!account.usage_gb", "type-error", 1, ""),
        ("account.usage_gb && true", "type-error", 1, ""),
        ("1 in 5", "type-error", 6, ""),
        ("'a' in [1, 2]", "type-error", 5, ""),
        ("[1, 'a'] == [1]", "type-error", 5, ""),
        ("days_until(account.bill) > 1", "type-error", 12, ""),
        ("size(5) > 1", "type-error", 6, ""),
        ("has(1 + 1)", "type-error", 7, ""),
        ("account.plan == 5", "type-error", 14, ""),
        ("account.usage_gb = 5", "syntax", 18, ""),
        ("account.usage_gb > 5 and caller.verified", "syntax", 22, "&&"),
        ("1 < 2 < 3", "syntax", 7, ""),
        ("(1 < 2", "syntax", 7, ""),
        ("1 <", "syntax", 4, ""),
        ("", "syntax", 1, ""),
        ("'open", "syntax", 1, ""),
        ("size()", "syntax", 6, ""),
        ("siz(account.consents) > 1", "syntax", 1, "size"),
        ("account.first_name.upper()", "syntax", 1, ""),
        ("5 > 3 $", "syntax", 7, ""),
        ("£5 > 3", "syntax", 1, ""),
        ("1" * 30 + " > 1", "syntax", 1, ""),
        ("5px > 1", "syntax", 1, ""),
    ],
)
def test_is_refused_with_rule_column_and_suggestion(source: str, rule: str, column: int, suggestion: str) -> None:
    refused = error(source)

    assert (refused.rule, refused.column, refused.suggestion) == (rule, column, suggestion)


def test_named_conditions_that_lead_round_in_a_circle_are_refused() -> None:
    names = Names(NAMES.types, {"a b": "[c d]", "c d": "[a b]"})

    with pytest.raises(ExpressionError, match="circle"):
        compile_condition("a b", names)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 500 + "true" + ")" * 500,
        "!" * 1500 + "true",
        "true" + " && true" * 240,
        "1" + "+1" * 900 + " > 1",
        "[" * 900,
        "true ? " * 200 + "true",
        "x" * 5000,
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(source: str) -> None:
    error(source)


_WORDS = st.sampled_from(
    (
        *("account.bill", "account.usage_gb", "account.plan.data_gb", "account.consents", "caller.verified", "gap"),
        *("1", "0", "2.5", "'a'", "9" * 18, "true", "[", "]", "(", ")", ",", "&&", "||", "!", "-", "+", "*", "/", "%"),
        *("<", "<=", "==", "!=", "in", "?", ":", "has(", "size(", "visits(listen)", "[low data user]"),
        "days_until(account.contract_end)",
    )
)


@given(st.lists(_WORDS, max_size=25).map(" ".join) | st.text(string.printable, max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_text_is_either_refused_or_gives_yes_or_no(source: str) -> None:
    try:
        condition = compile_condition(source, NAMES)
    except ExpressionError as refused:
        assert refused.message and refused.column >= 1
    else:
        assert condition.holds(SCOPE, Call()) in (True, False)


_VALUES = st.none() | st.integers() | st.floats() | st.text(max_size=3) | st.booleans() | st.just(Money(1, "JPY"))


@given(_VALUES, _VALUES, st.sampled_from(["<", "==", "+", "-", "*", "/", "%", "in", ">="]))
@settings(max_examples=500, deadline=None)
def test_values_of_a_wrong_type_never_raise_during_a_call(left: object, right: object, operator: str) -> None:
    names = Names({"left": NUMBER, "right": NUMBER if operator != "in" else list_of(NUMBER)})

    compile_value(f"left {operator} right", names).value({"left": left, "right": right}, Call())


def test_a_mistyped_name_with_words_like_operators_is_still_a_name() -> None:
    names = Names(NAMES.types, {"customer is in arrears": "account.past_due"})

    with pytest.raises(ExpressionError) as caught:
        compile_condition("customer is in arears", names)
    assert (caught.value.rule, caught.value.suggestion) == ("unknown-condition", "customer is in arrears")
