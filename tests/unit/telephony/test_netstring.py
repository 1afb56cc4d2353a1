"""Netstrings in pieces, and everything that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telephony.errors import WrongProtocol
from app.telephony.netstring import LONGEST, NetstringReader, netstring


@given(st.lists(st.binary(max_size=200), max_size=8), st.data())
def test_payloads_come_out_whole_however_they_are_cut(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(netstring, payloads))
    reader, got = NetstringReader(), []

    while stream:
        size = data.draw(st.integers(1, len(stream)))
        got += reader.feed(stream[:size])
        stream = stream[size:]

    assert got == payloads


@pytest.mark.parametrize(
    "rubbish",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b":x,",
        b"-1:x,",
        b"3:abcd",
        b"10000000:",
        b"99999999999999999999",
        b"%d:" % (LONGEST + 1),
        b"5 :hello,",
        b"\x00\xff\xfe",
    ],
)
def test_what_is_no_netstring_is_refused_at_once(rubbish: bytes) -> None:
    with pytest.raises(WrongProtocol):
        NetstringReader().feed(rubbish)


@given(st.binary(max_size=100))
def test_rubbish_is_refused_or_waited_on_and_never_anything_else(rubbish: bytes) -> None:
    try:
        NetstringReader().feed(rubbish)
    except WrongProtocol:
        return


def test_half_a_line_is_waited_for() -> None:
    reader = NetstringReader()

    assert reader.feed(b"5:hel") == []
    assert reader.feed(b"lo") == []
    assert reader.feed(b",") == [b"hello"]
