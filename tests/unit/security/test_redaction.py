from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.redaction import MAX_NOTE_BYTES, Removed, redact, redact_together

CARD, CODE = Removed.CARD_NUMBER.value, Removed.CARD_CODE.value


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111 – 1111 – 1111 – 1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u20091111\u30001111",
        "4111\n1111\n1111\n1111",
        "4\u200b111111111\u2060111111",
        "４１１１ １１１１ １１１１ １１１１",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱",
        "४१११ ११११ ११११ ११११",
        "④①①①①①①①①①①①①①①①",
        "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "6011111111111117",
        "3530111333300000",
        "30569309025904",
        "6212345678901232",
        "6759649826438453",
        "4222222222222",
    ],
)
def test_a_card_number_is_removed_however_it_is_written(number: str) -> None:
    assert redact(f"pays by {number}, thanks").text == f"pays by {CARD}, thanks"


@pytest.mark.parametrize(
    "text",
    [
        "call back on +44 20 7946 0123 or 07700 900123 after 17:30",
        "4111 1111 1111 1112",
        "9999 9999 9999 9995",
        "account 100000123, bill 34.99 on 2026-03-02",
        "order 12345678901234",
        "speed 940/110 at 2026-03-02 12:00, router X1-2000",
        "cvvs are 3 digits",
        "her cid number: see ticket",
        "",
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cvv 123", f"cvv {CODE}"),
        ("CVV: 1234.", f"CVV: {CODE}."),
        ("cvc2 is １２３ ok", f"cvc2 is {CODE} ok"),
        ("security code 9 8 7", f"security code {CODE}"),
        ("Csc=٩٨٧", f"Csc={CODE}"),
        ("4111 1111 1111 1111 cvv 123 exp 01/27", f"{CARD} cvv {CODE} exp 01/27"),
    ],
)
def test_the_code_on_the_card_is_removed(text: str, kept: str) -> None:
    assert redact(text).text == kept


def test_a_number_begun_in_one_note_and_ended_in_the_next_is_removed_from_both() -> None:
    first, second = redact_together(["card 4111 1111", "1111 1111 exp 01/27"])

    assert (first.text, second.text) == (f"card {CARD}", f"{CARD} exp 01/27")
    assert first.removals[0].digits == second.removals[0].digits == "4111111111111111"


def test_a_code_in_the_note_after_its_name_is_removed() -> None:
    assert [it.text for it in redact_together(["his cvv", "123"])] == ["his cvv", CODE]


def test_an_order_number_that_looks_like_a_card_can_be_put_back() -> None:
    typed = "order 4111111111111111 and card 5555 5555 5555 4444"
    removal = redact(typed).removals[0]
    assert (removal.start, removal.end, removal.at) == (6, 22, 6)

    again = redact(typed, keep={removal.digits})

    assert again.text == f"order 4111111111111111 and card {CARD}"


def test_where_a_placeholder_stands_is_told_in_both_texts() -> None:
    typed = "a 4111 1111 1111 1111 b 378282246310005 c"
    redacted = redact(typed)

    for removal in redacted.removals:
        assert redacted.text[removal.at :].startswith(removal.what.value)
    assert [typed[r.start : r.end] for r in redacted.removals] == ["4111 1111 1111 1111", "378282246310005"]


def test_the_digits_show_in_no_printed_form() -> None:
    assert "4111" not in repr(redact("4111111111111111"))


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact("card 4111 1111 1111 1111 cvv 123").text

    assert redact(once).text == once
    assert redact(once).removals == ()


def test_a_megabyte_becomes_four_kilobytes_and_says_so() -> None:
    redacted = redact("é" * 1_000_000)

    assert redacted.cut
    assert len(redacted.text.encode()) <= MAX_NOTE_BYTES
    assert set(redacted.text) == {"é"}


def test_a_note_of_just_the_size_is_not_cut() -> None:
    assert not redact("a" * MAX_NOTE_BYTES).cut


def test_a_number_across_the_cap_leaves_no_digit_behind() -> None:
    redacted = redact("x" * (MAX_NOTE_BYTES - 10) + "4111 1111 1111 1111")

    assert redacted.cut
    assert "1" not in redacted.text


@given(st.text(max_size=300))
def test_any_text_comes_through_within_the_size_and_unchanged_where_nothing_was_found(text: str) -> None:
    redacted = redact(text)

    assert redacted.removals or redacted.text == text
    assert len(redacted.text.encode()) <= MAX_NOTE_BYTES


@given(
    before=st.text(st.characters(exclude_categories=["Nd", "No", "Nl", "So", "Cs"]), max_size=30),
    breaks=st.lists(st.sampled_from(["", " ", "-", " - ", "\u200b", "\n"]), min_size=15, max_size=15),
    zero=st.sampled_from([0x30, 0xFF10, 0x660, 0x966]),
)
def test_no_break_and_no_script_hides_a_card_number(before: str, breaks: list[str], zero: int) -> None:
    digits = [chr(zero + int(digit)) for digit in "5555555555554444"]
    number = "".join(digit + gap for digit, gap in zip(digits, [*breaks, ""], strict=True))

    redacted = redact(before + "\n" + number)

    assert not any(digit in redacted.text for digit in digits)
