"""What phones really send as the caller's number, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import Presentation
from app.domain.phone import CallerNumber, is_no_name, is_unfilled_macro, national, read_number

LONDON = "+442079460123"


@pytest.mark.parametrize(
    "raw",
    [
        "+442079460123",
        "+44 20 7946 0123",
        "+44 (0)20 7946 0123",
        "0044 20 7946 0123",
        "0044(0)2079460123",
        "020 7946 0123",
        "(020) 7946-0123",
        "442079460123",
        "tel:+44-20-7946-0123",
        "tel:2079460123;phone-context=+44",
        "sip:+442079460123@127.0.0.1",
        "sip:02079460123@pbx.example;user=phone",
        '"Ada Lovelace" <sip:+442079460123@10.0.0.1>;tag=abc',
        "%2B442079460123",
        "０２０ ７９４６ ０１２３",
        "٠٢٠٧٩٤٦٠١٢٣",
    ],
)
def test_every_form_of_a_number_is_the_same_number(raw: str) -> None:
    assert read_number(raw, "GB") == CallerNumber(LONDON, Presentation.ALLOWED)


def test_a_number_dialled_in_another_country_is_read_in_that_country() -> None:
    assert read_number("(212) 555-0123", "US").e164 == "+12125550123"
    assert read_number("011 44 20 7946 0123", "US").e164 == LONDON
    assert read_number("0011 44 20 7946 0123", "AU").e164 == LONDON


@pytest.mark.parametrize("extension", ["1001", "42", "7001", "sip:1001@127.0.0.1"])
def test_an_internal_extension_is_not_taken_for_a_customer(extension: str) -> None:
    number = read_number(extension, "GB")

    assert number.e164 is None
    assert number.extension == extension.removeprefix("sip:").partition("@")[0]


@pytest.mark.parametrize(
    "raw",
    [
        *("anonymous", "Anonymous", "restricted", "private", "withheld", "blocked", "sip:anonymous@anonymous.invalid"),
        *("+266696687", "+7378742833", "+2562533"),
    ],
)
def test_a_withheld_number_is_restricted_however_it_is_spelt(raw: str) -> None:
    assert read_number(raw, "GB") == CallerNumber(None, Presentation.RESTRICTED)


@pytest.mark.parametrize(
    "raw",
    [
        *("", "   ", "unavailable", "unknown", "<unknown>", "null", "0", "0000000000", "+8656696", "+86282452253"),
        *("%CALLERID%", "%%CallerNumber%%", "%CallerNumber%", "$caller$", "{CALLERNUM}", "$n", "${caller}"),
        *("sip:alice@example.com", '1" -stylesheet e.qss', "+", "+44", "-", "9" * 5_000),
    ],
)
def test_what_is_no_number_is_no_number(raw: str) -> None:
    assert read_number(raw, "GB") == CallerNumber(None, Presentation.UNAVAILABLE)


def test_a_number_that_the_network_says_is_restricted_is_not_even_read() -> None:
    assert read_number(LONDON, "GB", Presentation.RESTRICTED) == CallerNumber(None, Presentation.RESTRICTED)


def test_an_american_number_that_looks_like_a_keypad_word_is_still_a_number() -> None:
    assert read_number("7378742833", "US").e164 == "+17378742833"


@given(
    st.one_of(
        st.text(max_size=300),
        st.text(alphabet="+0123456789()-. ;=@<>%$:", max_size=60),
        st.from_regex(r"(sip|tel):\+?[0-9]{1,20}(;[a-z-]+=\+?[0-9]*)?", fullmatch=True),
    ),
    st.sampled_from(["GB", "US", "DE", "ZZ", "", "gb"]),
)
def test_reading_never_raises_and_gives_a_whole_number_or_none(raw: str, region: str) -> None:
    number = read_number(raw, region)

    assert number.e164 is None or (number.e164.startswith("+") and number.e164[1:].isdigit())
    assert number.e164 is None or number.presentation is Presentation.ALLOWED


@given(st.integers(min_value=10**9, max_value=10**10 - 1))
def test_a_number_read_is_read_again_as_itself_and_from_its_national_form(subscriber: int) -> None:
    number = read_number(f"+44{subscriber}", "GB").e164
    if number is not None:
        assert read_number(number, "GB").e164 == number
        assert read_number(national(number, "GB"), "GB").e164 == number


def test_people_see_numbers_as_they_write_them() -> None:
    assert national(LONDON, "GB") == "020 7946 0123"
    assert national(LONDON, "US") == "+44 20 7946 0123"
    assert national("no number", "GB") == "no number"


def test_a_name_that_says_there_is_none_is_no_name() -> None:
    assert all(is_no_name(text) for text in ("", "Anonymous", "<unknown>", "%CallerDisplayName%", "$caller_name$"))
    assert not any(is_no_name(text) for text in ("O'Brien <o@x>", "Ada Lovelace", "100% Sound Ltd", "a<b and c>d"))
    assert not is_unfilled_macro("100%")
