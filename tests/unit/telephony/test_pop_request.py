"""What comes from outside can show a call, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telephony.errors import PopRefused
from app.telephony.pop_request import PopRequest


def test_an_address_of_ours_is_a_call() -> None:
    request = PopRequest.from_address("cuecard://call?from=%2B442079460123&name=Ada%20Lovelace&dnis=0800&call-id=7")

    assert request == PopRequest("+442079460123", "Ada Lovelace", "0800", "", "7")


def test_a_plus_is_a_plus_in_a_number_and_a_space_in_a_name() -> None:
    request = PopRequest.from_address("cuecard://call?from=+442079460123&name=Ada+Lovelace")

    assert (request.number, request.name) == ("+442079460123", "Ada Lovelace")


@pytest.mark.parametrize("address", ["tel:+442079460123", "TEL:+442079460123", "sip:+442079460123@pbx"])
def test_a_telephone_address_is_a_call_from_that_number(address: str) -> None:
    assert PopRequest.from_address(address).number.endswith(address.partition(":")[2])


def test_what_is_smuggled_in_beside_the_number_stays_text() -> None:
    request = PopRequest.from_address('cuecard://call?from=1" -stylesheet e.qss&action=accept&do=answer')

    assert request == PopRequest(number='1" -stylesheet e.qss')


@pytest.mark.parametrize(
    "address",
    [
        "cuecard://call?from=1%00",
        "cuecard://call?name=a%0D%0Ab",
        "cuecard://call?from=" + "1" * 10_000,
        "cuecard://accept?call=7",
        "cuecard://call/../accept",
        "cuecard:",
        "https://example.com/?from=1",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "",
    ],
)
def test_what_is_no_call_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(PopRefused, match=r"\.$|\)\.$"):
        PopRequest.from_address(address)


def test_control_characters_and_more_than_two_kilobytes_are_refused() -> None:
    with pytest.raises(PopRefused):
        PopRequest.of(number="1", name="a\x00b")
    with pytest.raises(PopRefused):
        PopRequest.of(name="ü" * 1_025)
    assert PopRequest.of(name="ü" * 1_024).name


def test_a_line_end_that_a_softphone_left_at_the_end_is_dropped() -> None:
    assert PopRequest.of(number=" +442079460123\r\n").number == "+442079460123"


def test_bytes_that_were_no_text_do_not_travel_on() -> None:
    assert PopRequest.of(name="J\udcfcrgen").name == "J?rgen"


@given(st.text(max_size=400))
def test_any_address_is_a_call_or_is_refused(rest: str) -> None:
    for address in (rest, "cuecard://call?" + rest, "tel:" + rest):
        try:
            request = PopRequest.from_address(address)
        except PopRefused:
            continue
        assert PopRequest.from_wire(request.to_wire()) == request
