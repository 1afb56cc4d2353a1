"""Blocks of the manager interface, out of whatever pieces arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telephony.ami_protocol import LONGEST_BLOCK, BlockReader, action
from app.telephony.errors import WrongProtocol
from app.telephony.uui import account_in, readable_uui
from tests.fakes.ami import GREETING, transcript

ANSWERED = GREETING + b"".join(transcript("answered"))


def test_a_block_has_fields_and_channel_variables() -> None:
    reader = BlockReader()

    (block,) = reader.feed(
        GREETING + b"Event: DialBegin\r\nUniqueid: 1.1\r\nChanVariable: ACCT=4221\r\n"
        b"DestChanVariable: UUI=a=b\r\nDialString: SIP/1001\r\n\r\n"
    )

    assert (block.event, block.get("DialString"), block.get("Nothing")) == ("DialBegin", "SIP/1001", "")
    assert (block.variables, block.other_variables) == ({"ACCT": "4221"}, {"UUI": "a=b"})


def test_however_a_conversation_is_cut_the_same_blocks_come() -> None:
    whole = BlockReader().feed(ANSWERED)

    for size in (1, 2, 3, 7, 64, 1000):
        reader, blocks = BlockReader(), []
        for start in range(0, len(ANSWERED), size):
            blocks += reader.feed(ANSWERED[start : start + size])
        assert blocks == whole


@given(st.integers(0, len(ANSWERED)), st.integers(0, len(ANSWERED)))
def test_cut_in_three_anywhere_the_same_blocks_come(first: int, second: int) -> None:
    low, high = sorted((first, second))
    reader = BlockReader()

    blocks = reader.feed(ANSWERED[:low]) + reader.feed(ANSWERED[low:high]) + reader.feed(ANSWERED[high:])

    assert blocks == BlockReader().feed(ANSWERED)


@given(st.binary(max_size=400))
def test_whatever_comes_after_the_greeting_does_no_harm(junk: bytes) -> None:
    reader = BlockReader()
    reader.feed(GREETING)

    reader.feed(junk + b"\r\n\r\nEvent: Hangup\r\n\r\n")


@given(st.binary(min_size=1, max_size=400).filter(lambda raw: not b"Asterisk Call Manager".startswith(raw[:21])))
def test_what_does_not_greet_as_asterisk_is_another_protocol(raw: bytes) -> None:
    with pytest.raises(WrongProtocol):
        BlockReader().feed(raw)


def test_a_line_of_ten_megabytes_is_refused_long_before_it_is_all_there() -> None:
    reader = BlockReader()
    reader.feed(GREETING + b"Event: ")

    with pytest.raises(WrongProtocol):
        for _ in range(10_000_000 // 4096):
            reader.feed(b"x" * 4096)
    with pytest.raises(WrongProtocol):
        BlockReader().feed(GREETING + b"x" * (LONGEST_BLOCK + 1) + b"\r\n\r\n")


def test_bytes_that_are_no_utf_8_are_replaced_and_the_rest_is_kept() -> None:
    (block,) = BlockReader().feed(GREETING + b"Event: Newchannel\r\nCallerIDName: J\xfcrgen\r\nUniqueid: 1.1\r\n\r\n")

    assert block.get("CallerIDName") == "J\ufffdrgen" and block.get("Uniqueid") == "1.1"


def test_events_that_nobody_wants_are_passed_over() -> None:
    reader = BlockReader(frozenset({"Hangup"}))

    blocks = reader.feed(GREETING + b"Event: VarSet\r\n\r\nEvent: Hangup\r\n\r\nResponse: Success\r\n\r\n")

    assert [block.event for block in blocks] == ["Hangup", ""]


def test_a_command_cannot_be_made_two_by_a_line_break_in_a_value() -> None:
    assert action("Login", 1, Username="a") == b"Action: Login\r\nActionID: cuecard-1\r\nUsername: a\r\n\r\n"
    with pytest.raises(ValueError, match="line break"):
        action("Login", 1, Secret="x\r\nAction: Originate")


@pytest.mark.parametrize(
    ("raw", "text", "account"),
    [
        ("4143434f554e543d34323231;encoding=hex", "ACCOUNT=4221", "4221"),
        ("ACCOUNT=4221;choice=cancel", "ACCOUNT=4221;choice=cancel", "4221"),
        ("zz;encoding=hex", "zz;encoding=hex", ""),
        ("00ff;encoding=hex", "00ff;encoding=hex", ""),
        ("noaccount=7", "noaccount=7", ""),
        ("", "", ""),
    ],
)
def test_user_to_user_data_is_read_where_it_can_be(raw: str, text: str, account: str) -> None:
    assert (readable_uui(raw), account_in(raw)) == (text, account)
