"""What may be dialled at baresip, and where it leads."""

from __future__ import annotations

import pytest

from app.telephony.baresip_legs import address_of, check_digits, number_to_dial
from app.telephony.errors import PhoneRefused

ACCOUNT = "sip:agent@pbx-1.example.com:5070;transport=tcp"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("1002", "sip:1002@pbx-1.example.com:5070"),
        ("+44 (0)20-7946.0123", "sip:+442079460123@pbx-1.example.com:5070"),
        ("*72#", "sip:*72%23@pbx-1.example.com:5070"),
        ("sip:1002@pbx-2.example.com", "sip:1002@pbx-2.example.com"),
    ],
)
def test_a_number_is_one_of_the_phones_own_exchange_and_an_address_stays_as_it_is(typed: str, address: str) -> None:
    assert address_of(number_to_dial(typed), ACCOUNT) == address


@pytest.mark.parametrize("typed", ["", "Ben", "+", "sip:a b@h", "sip:a@h>\r\nX: y", "1" * 40])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(PhoneRefused, match="no number"):
        number_to_dial(typed)


def test_without_an_exchange_only_whole_addresses_can_be_dialled() -> None:
    assert address_of("sip:1002@h", "") == "sip:1002@h"
    with pytest.raises(PhoneRefused, match="which exchange"):
        address_of("1002", "")


def test_only_tones_can_be_sent() -> None:
    check_digits("0123456789*#AD")
    for digits in ("", "1 2", "x", "1" * 33):
        with pytest.raises(PhoneRefused):
            check_digits(digits)
