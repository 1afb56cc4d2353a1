"""What baresip says, read from transcripts of real calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telephony.baresip_control import CallRow, PhoneEvent, Response, call_rows, decode
from app.telephony.errors import WrongProtocol

TRANSCRIPTS = Path(__file__).parents[2] / "telephony_transcripts"


def messages(name: str) -> list[PhoneEvent | Response | None]:
    lines = (TRANSCRIPTS / name).read_text(encoding="utf-8").splitlines()
    return [decode(line.partition(" ")[2].encode()) for line in lines if not line.startswith(">>")]


def test_an_answered_call_is_told_from_ringing_to_end() -> None:
    events = [message for message in messages("answered.txt") if isinstance(message, PhoneEvent)]

    assert [event.type for event in events if event.type.endswith(("INCOMING", "ESTABLISHED", "CLOSED"))] == [
        "CALL_INCOMING",
        "CALL_ESTABLISHED",
        "CALL_CLOSED",
    ]
    assert {event.sip_id for event in events} == {"0fc1f09d4d0b2a1f63c1709765205336@127.0.0.1:5060"}
    assert (events[0].peer_uri, events[0].peer_name) == ("sip:+442079460123@127.0.0.1", "Ada Lovelace")


def test_the_listing_of_calls_is_read() -> None:
    listing = next(message for message in messages("anon.txt") if isinstance(message, Response))

    assert call_rows(listing.text) == [CallRow(1, True, "INCOMING", False, "sip:anonymous@anonymous.invalid", "")]


def test_held_calls_and_later_versions_with_ids_are_read() -> None:
    listing = (
        "\n--- Active calls (2) ---\n"
        "  [line 1]  0:00:02  ESTABLISHED  (on hold)  sip:+442079460123@127.0.0.1\n"
        "> [line 2, id abc@x]  0:00:01  ESTABLISHED             sip:+442079460999@127.0.0.1\n\n"
    )

    held, on = call_rows(listing)

    assert (held.line, held.on_hold, held.current) == (1, True, False)
    assert (on.line, on.on_hold, on.current, on.sip_id) == (2, False, True, "abc@x")
    assert call_rows("\n--- Active calls (0) ---\n(no active calls)\n") == []


def test_a_name_in_another_encoding_still_shows_a_call() -> None:
    payload = '{"event":true,"type":"CALL_INCOMING","id":"a","peeruri":"sip:1@h","peerdisplayname":"Jürgen"}'

    event = decode(payload.encode("latin-1"))

    assert isinstance(event, PhoneEvent) and event.peer_name == "J\ufffdrgen"


def test_quotes_within_a_name_are_shown_without_their_backslashes() -> None:
    payload = json.dumps({"event": True, "type": "CALL_INCOMING", "id": "a", "peerdisplayname": 'Ann \\"Q\\" \\\\ B'})

    event = decode(payload.encode())

    assert isinstance(event, PhoneEvent) and event.peer_name == 'Ann "Q" \\ B'


@pytest.mark.parametrize("payload", [b"hello", b"[]", b"1", b"", b"[" * 100_000, b'{"a":' + b"9" * 5_000 + b"}"])
def test_what_baresip_would_never_say_is_refused(payload: bytes) -> None:
    with pytest.raises(WrongProtocol):
        decode(payload)


NAMES = st.sampled_from(["event", "response", "id", "type", "data", "ok", "direction", "peeruri", "token"])
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.integers()))


@given(st.dictionaries(NAMES, VALUES))
def test_fields_of_any_kind_do_no_harm(fields: dict[str, object]) -> None:
    message = decode(json.dumps(fields).encode())

    assert message is None or isinstance(message, PhoneEvent | Response)
