"""Row 26 of the table of bad inputs: what cannot be read gets 400, whatever route it is sent to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.hub import Desk, RunningHub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    running = RunningHub(Path(tmp_path_factory.mktemp("hub")))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ana(hub: RunningHub) -> Desk:
    return hub.sign_in("ana")


UNREADABLE = {
    "200,000 brackets": b"[" * 200_000,
    "brackets that close": b'[{"id":"x","data":' + b"[" * 500 + b"]" * 500 + b"}]",
    "a 5,000-digit integer": b"[" + b"9" * 5_000 + b"]",
    "2^63": b"[9223372036854775808]",
    "below -2^63": b"[-9223372036854775809]",
    "1e999": b"[1e999]",
    "a lone surrogate": b'["\\ud800"]',
    "a lone surrogate as a key": b'[{"\\udfff":1}]',
    "NaN": b"[NaN]",
    "Infinity": b"[-Infinity]",
    "bad UTF-8": b'["\xff\xfe"]',
    "a surrogate in UTF-8": b'["\xed\xa0\x80"]',
    "a key twice": b'[{"id":"a","id":"b"}]',
    "a key twice, once escaped": b'[{"id":"a","\\u0069d":"b"}]',
    "half a list": b'[{"id":"a"}',
    "nothing": b"",
    "no list": b'{"id":"a"}',
    "a list of no events": b"[1,2]",
    "an id that is no text": b'[{"id":7}]',
    "a control character": b'["\x01"]',
    "a byte order mark": b"\xef\xbb\xbf[]",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_row_26_a_body_that_cannot_be_read_gets_400(hub: RunningHub, ana: Desk, name: str) -> None:
    answer = ana.client.post("/v1/events", content=UNREADABLE[name])
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert hub.recorded() == []


@pytest.mark.parametrize("name", [name for name in UNREADABLE if name != "no list"])
def test_row_26_holds_for_every_route_that_takes_a_body(hub: RunningHub, ana: Desk, name: str) -> None:
    for path in ("/v1/sessions", "/v1/orders", "/v1/accounts/acc-4221/verify"):
        assert ana.client.post(path, content=UNREADABLE[name]).status_code == 400
