"""Assembling the library out of its files: all or nothing, with every finding, and the account as scripts see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.account import Billing, Contact, Plan
from app.domain.money import Money
from app.scripts.library import LARGEST_FILE, MOST_FILES, load_library
from app.scripts.schema import account_scope, read_schema
from tests.fakes.accounts import an_account
from tests.fakes.small_library import SAVE, TROUBLE, loaded_with, small_library

SHIPPED = Path(__file__).resolve().parents[3] / "scripts_library"
SCHEMA = (SHIPPED / "schema" / "account.yaml").read_bytes()


def test_the_files_become_a_library() -> None:
    library = load_library(small_library(), number=7).library

    assert library is not None
    assert sorted(library.scripts) == ["cancel-service", "slow", "stay"]
    assert sorted(library.offers) == ["loyalty-credit", "plan-down"]
    assert library.disclosures["credit-terms"].title == "Terms of the credit"
    assert library.disclosures["credit-terms"].text == "The credit lasts six months. After that the price is as before."
    assert library.disclosures["credit-terms"].jurisdictions == ("uk",)
    assert library.policies["uk"].save_offers == 3
    assert list(library.conditions) == ["low data user"]
    assert [one.id for one in library.dispositions][:2] == ["saved", "cancelled"]
    assert library.reasons == {"price": "Price"}
    assert library.release.number == 7


def test_the_content_hash_follows_the_content_and_not_the_order_of_the_files() -> None:
    files = small_library()
    turned = dict(reversed(files.items()))
    changed = loaded_with(SAVE, "Let them finish.", "Let them finish!").library
    first, again = load_library(files).library, load_library(turned).library

    assert first is not None and again is not None and changed is not None
    assert first.release.content_hash == again.release.content_hash != changed.release.content_hash
    assert len(first.release.content_hash) == 64


def test_an_error_anywhere_keeps_the_whole_library_from_use() -> None:
    loaded = loaded_with(SAVE, "Offer: plan-down", "Offer: plan-dwn")

    assert loaded.library is None
    assert sorted(loaded.known.scripts) == ["cancel-service", "slow", "stay"]


@pytest.mark.parametrize(
    ("file", "content", "rule"),
    [
        ("notes.txt", b"x", "unknown-file"),
        ("scripts/save/stay.md", b"x", "unknown-file"),
        ("interrupts.yaml", b"x: 1", "syntax"),
        ("catalog/competitors.yaml", b"x: 1", "syntax"),
        ("scripts/save/stay.fr.call.md", b"---", "syntax"),
        (
            "scripts/save/wrong-name.call.md",
            b"---\nscript: right\ntitle: T\nkind: care\n---\n## a\nEnd: saved",
            "syntax",
        ),
        (
            "scripts/upsell/stay.call.md",
            b"---\nscript: stay\ntitle: T\nkind: care\n---\n## a\nEnd: saved",
            "duplicate-script",
        ),
        ("scripts/care/x.call.md", b"\xff\xfe", "syntax"),
        ("scripts/care/x.call.md", b"", "syntax"),
        ("scripts/care/x.call.md", b"x" * (LARGEST_FILE + 1), "syntax"),
        ("disclosures/x.md", b"no front matter", "syntax"),
        ("disclosures/x.md", b"---\ntitle: T\nrule: R\n---\n", "syntax"),
        ("policies/x.yaml", b"title: X", "syntax"),
        ("policies/x.yaml", b"a: &a [*a, *a]", "syntax"),
        ("policies/x.yaml", b"[" * 1000, "syntax"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_never_lost(file: str, content: bytes, rule: str) -> None:
    files = small_library() | {file: content}

    assert (rule, file) in {(problem.rule, problem.file) for problem in load_library(files).problems}


def test_an_offer_twice_names_both_files() -> None:
    files = small_library()
    files["catalog/twice.yaml"] = files["catalog/saves.yaml"]
    problems = load_library(files).problems

    assert [(problem.rule, problem.file, problem.place.line) for problem in problems] == [
        ("duplicate-offer", "catalog/twice.yaml", 4),
        ("duplicate-offer", "catalog/twice.yaml", 11),
    ]
    assert "catalog/saves.yaml" in problems[0].message


def test_explanations_are_no_part_of_it() -> None:
    files = small_library() | {"README.md": b"Read me", "scripts/README.md": b"x", ".gitignore": b"x"}

    assert load_library(files).problems == ()


def test_too_many_files_are_refused() -> None:
    loaded = load_library({f"scripts/care/s{number}.call.md": b"" for number in range(MOST_FILES + 1)})

    assert loaded.library is None and f"{MOST_FILES:,} files" in loaded.problems[0].message


def test_the_shipped_library_has_no_findings() -> None:
    files = {path.relative_to(SHIPPED).as_posix(): path.read_bytes() for path in SHIPPED.rglob("*") if path.is_file()}

    assert load_library(files).problems == ()


@given(
    st.dictionaries(
        st.sampled_from([*small_library(), "catalog/x.yaml", "scripts/x.call.md", "../x", "", "a/\0b"]),
        st.binary(max_size=60) | st.text("-: \n[]{}#&*!|>'\"abz09", max_size=80).map(str.encode),
        max_size=5,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_files_make_it_raise(changes: dict[str, bytes]) -> None:
    loaded = load_library(small_library() | changes)

    assert loaded.library is not None or loaded.problems


# The account as scripts see it


def test_the_shipped_schema_is_clean_and_covers_what_the_account_gives() -> None:
    schema, found = read_schema(SCHEMA)
    scope = account_scope(an_account(), schema, date(2026, 3, 2))

    assert found == ()
    for path, field in schema.fields.items():
        value: object = {"account": scope}
        for part in path.split("."):
            assert isinstance(value, dict) and part in value, path
            value = value[part]
        assert field.meaning


def test_what_is_counted_is_counted_on_the_day_of_the_call() -> None:
    schema, _ = read_schema(SCHEMA)
    account = replace(
        an_account(),
        since=date(2020, 1, 31),
        contract_end=date(2026, 3, 14),
        contacts=tuple(Contact(datetime(2026, month, 1, tzinfo=UTC), "phone", "x", "y") for month in (1, 2, 3)),
    )
    scope = account_scope(account, schema, date(2026, 3, 2))

    assert scope["contract_days"] == 12
    assert scope["tenure_months"] == 73
    assert scope["contacts_30_days"] == 2
    assert scope["bill"] == Money(3499, "GBP")
    assert account_scope(account, schema, date(2026, 3, 31))["tenure_months"] == 74


def test_what_is_not_known_is_none_and_nothing_undeclared_is_there() -> None:
    schema, _ = read_schema(SCHEMA)
    account = replace(
        an_account(),
        billing=Billing.POSTPAID,
        balance=None,
        contract_end=None,
        first_name=None,
        plan=Plan("Fibre", "broadband", Money(1800, "GBP")),
    )
    scope = account_scope(account, schema, date(2026, 3, 2))

    assert (scope["balance"], scope["contract_days"], scope["first_name"]) == (None, None, None)
    assert scope["plan"] == {
        "name": "Fibre",
        "kind": "broadband",
        "price": Money(1800, "GBP"),
        "data_gb": None,
        "speed_mbps": None,
    }
    assert "revision" not in scope and "id" not in scope


def test_a_schema_with_mistakes_names_their_lines() -> None:
    _, found = read_schema(
        b"fields:\n  - {path: account.x, type: txt, meaning: X}\n  - {path: bill, type: money, meaning: Y}\n"
    )

    assert [(one.line, "text" in one.message or "account.name" in one.message) for one in found] == [
        (2, True),
        (3, True),
    ]


def test_a_list_answer_knows_the_fields_of_its_item() -> None:
    loaded = loaded_with(TROUBLE, "{device.model}", "{device.modle}")

    assert [(one.rule, one.suggestion) for one in loaded.problems] == [("unknown-variable", "device.model")]
