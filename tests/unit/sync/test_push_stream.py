"""Server-sent events come out whole, wherever the network cuts them, and nothing grows without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync.push_stream import LARGEST_EVENT, EventReader, ServerEvent, StreamDamaged

WHOLE = (
    b"\xef\xbb\xbfretry: 2000\n\n: still here\n\n"
    b'id: 7\r\nevent: alert\r\ndata: {"text":\r\ndata: "out"}\r\n\r\n'
    b"data:x\rid: 8\r\revent: nothing to say\n\nid\nnonsense: y\ndata\n\n"
)
EVENTS = [
    ServerEvent("7", "alert", '{"text":\n"out"}'),
    ServerEvent("8", "message", "x"),
    ServerEvent("", "message", ""),
]


def read(*pieces: bytes) -> list[ServerEvent]:
    reader = EventReader()
    return [event for piece in pieces for event in reader.feed(piece)]


def test_events_are_read_as_the_standard_says() -> None:
    assert read(WHOLE) == EVENTS


@given(cuts=st.lists(st.integers(0, len(WHOLE)), max_size=8).map(sorted))
def test_where_the_pieces_are_cut_makes_no_difference(cuts: list[int]) -> None:
    pieces = [WHOLE[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(WHOLE)], strict=True)]
    assert read(*pieces) == EVENTS


def test_byte_by_byte_is_the_same() -> None:
    assert read(*(WHOLE[place : place + 1] for place in range(len(WHOLE)))) == EVENTS


def test_the_wait_that_the_hub_asks_for_is_kept_within_reason() -> None:
    reader = EventReader()
    reader.feed(b"retry: 1500\n\n")
    assert reader.retry_seconds == 1.5
    reader.feed(b"retry: 999999999\nretry: soon\nretry: -1\n")
    assert reader.retry_seconds == 60


def test_an_event_without_its_empty_line_is_none_yet() -> None:
    assert read(b"data: half\n") == []


@pytest.mark.parametrize("endless", [b"x" * 1024, b"data: " + b"x" * 1017 + b"\n"])
def test_a_line_or_an_event_without_end_is_refused_before_it_fills_the_memory(endless: bytes) -> None:
    reader = EventReader()
    with pytest.raises(StreamDamaged):
        for _ in range(2 * LARGEST_EVENT // len(endless)):
            reader.feed(endless)
