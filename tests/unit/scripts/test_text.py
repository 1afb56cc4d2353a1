"""Texts with placeholders: how values are written, visible gaps, and nothing that runs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.money import Money
from app.scripts.expressions import DATE, MONEY, NUMBER, TEXT, Names, record_of
from app.scripts.text import compile_text

SCOPE = {
    "account": {
        "first_name": "ada o'brien",
        "bill": Money(2250, "GBP"),
        "usage_gb": 5.26,
        "share": 0.143,
        "since": date(2024, 2, 3),
        "at": datetime(2024, 2, 3, 9, 5, tzinfo=UTC),
        "phone": "+442079460123",
        "street": None,
        "empty": "",
        "consents": ["sms", "mail"],
        "past_due": True,
    }
}
NAMES = Names(
    {"account": record_of({"first_name": TEXT, "bill": MONEY, "usage_gb": NUMBER, "since": DATE}), "gap": MONEY}
)


def rendered(template: str, locale: str = "en_GB") -> str:
    return compile_text(template).render(SCOPE, locale)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("No placeholder.", "No placeholder."),
        ("Hi {account.first_name}.", "Hi ada o'brien."),
        ("{account.first_name|title} {account.first_name|upper}", "Ada O'brien ADA O'BRIEN"),
        ("{account.bill|money} or {account.bill}", "£22.50 or £22.50"),
        ("{account.usage_gb|gb}, {account.usage_gb|mb}, {account.usage_gb|number}", "5.3 GB, 5 MB, 5.26"),
        ("{account.share|percent}", "14.3%"),
        ("{account.since|date}", "3 February 2024"),
        ("{account.at|time}", "09:05"),
        ("{account.phone|phone}", "020 7946 0123"),
        ("{account.consents} {account.past_due}", "sms, mail yes"),
        ("{ account.first_name | upper }", "ADA O'BRIEN"),
    ],
)
def test_values_are_written_as_people_write_them(template: str, text: str) -> None:
    assert rendered(template) == text


def test_the_locale_decides_how() -> None:
    assert rendered("{account.bill|money}, {account.since|date}", "de_DE") == "22,50\xa0£, 3. Februar 2024"
    assert rendered("{account.bill|money}", "xx_YY") == rendered("{account.bill|money}", "en")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {account.street}.", "Hi ⟨street⟩."),
        ("Hi {account.nick_name}.", "Hi ⟨nick name⟩."),
        ("Hi {account.empty}.", "Hi ⟨empty⟩."),
        ("Hi {gap|money}.", "Hi ⟨gap⟩."),
        ("Hi {account.first_name|money}.", "Hi ⟨first name⟩."),
        ("Hi {account.bill|date}.", "Hi ⟨bill⟩."),
        ("Hi {account}.", "Hi ⟨account⟩."),
        ('Hi {account.street|or:"you"}.', "Hi you."),
        ('Hi {account.street|upper|or:"you"}.', "Hi you."),
        ('Hi {account.first_name|or:"you"}.', "Hi ada o'brien."),
    ],
)
def test_what_is_missing_is_a_visible_gap_or_what_or_says(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    "template", ["{account.__class__}", "{account.bill.__init__.__globals__}", "{0}", "{}", "{a b}", "{x"]
)
def test_what_is_no_placeholder_stays_as_written_and_is_told(template: str) -> None:
    assert rendered(template) == template
    assert compile_text(template).problems(NAMES)


def test_fields_of_a_value_cannot_be_reached() -> None:
    assert rendered("{account.bill.minor} {account.since.year}") == "⟨minor⟩ ⟨year⟩"


def test_braces_and_markup_in_a_value_are_text() -> None:
    scope = {"account": {"first_name": "{account.bill} <b>%s</b>"}}

    assert compile_text("{account.first_name}").render(scope, "en") == "{account.bill} <b>%s</b>"


def test_a_value_is_cut_before_it_fills_the_screen() -> None:
    assert len(compile_text("{account.first_name}").render({"account": {"first_name": "x" * 10**6}}, "en")) == 500


@pytest.mark.parametrize(
    ("template", "rule", "column", "suggestion"),
    [
        ("Hi {account.frist_name}", "unknown-variable", 4, "account.first_name"),
        ("Hi {account.bill|mony}", "unknown-filter", 4, "money"),
        ("Hi {account.first_name|money}", "type-error", 4, ""),
        ("Hi {account}", "type-error", 4, ""),
        ("Hi {account.first_name|or}", "syntax", 4, ""),
        ("Hi {if account.bill > 5} you", "syntax", 4, ""),
        ("Hi } you", "syntax", 4, ""),
    ],
)
def test_problems_have_rule_column_and_suggestion(template: str, rule: str, column: int, suggestion: str) -> None:
    (problem,) = compile_text(template).problems(NAMES)

    assert (problem.rule, problem.column, problem.suggestion) == (rule, column, suggestion)


@given(st.text(st.sampled_from("{}|:.\"' _abé%\n"), max_size=40), st.sampled_from(["en", "", "x", "de_DE", "../.."]))
@settings(max_examples=300, deadline=None)
def test_no_template_makes_it_raise(template: str, locale: str) -> None:
    compiled = compile_text(template)

    assert "None" not in compiled.render({"a": {"b": None}, "ab": 5}, locale)
    compiled.problems(NAMES)
