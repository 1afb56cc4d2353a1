"""Row 29: a thousand sign-ins a minute are put off, tell nothing about who exists, and hold nobody else up."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
from sqlalchemy import update

from app.hub import schema
from app.hub.administration.tables import person_standing
from app.hub.credentials import Passwords
from tests.fakes.hub import RunningHub


def tried(client: httpx.Client, user: str) -> httpx.Response:
    return client.post("/v1/sessions", json={"user": user, "password": "guess", "device_id": "desk-1"})


def test_row_29_a_thousand_sign_ins_are_put_off_with_the_wait(hub: RunningHub) -> None:
    client = hub.client()
    sam = hub.sign_in("sam", "lead-pc").client
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: tried(client, f"user-{number % 50}"), range(1000)))
    by_status = {status: [each for each in answers if each.status_code == status] for status in (401, 429)}
    assert len(by_status[401]) + len(by_status[429]) == 1000
    assert len(by_status[401]) < 100, "sixty failures a minute of one address, and what was under way meanwhile"
    assert all(int(each.headers["retry-after"]) >= 1 for each in by_status[429])
    assert sam.get("/v1/me").status_code == 200


def test_row_29_the_answers_for_a_known_and_an_unknown_user_are_the_same_at_every_point(hub: RunningHub) -> None:
    client = hub.client()
    for _ in range(12):
        known, unknown = tried(client, "ana"), tried(client, "nobody-of-that-name")
        assert known.status_code == unknown.status_code
        assert known.content == unknown.content
        assert known.headers.keys() == unknown.headers.keys()
        assert known.headers.get("retry-after") == unknown.headers.get("retry-after")


def test_row_29_and_take_as_long(hub: RunningHub) -> None:
    """Medians over turns that alternate, so that whatever else the machine does falls on both."""
    real = Passwords()
    hub.hub.passwords = real
    with hub.store.write() as connection:
        connection.execute(update(schema.person).values(password=real.hash("another")))
    client = hub.client()
    seconds: dict[str, list[float]] = {"ana": [], "nobody-of-that-name": []}
    for turn in range(7):
        for user in ("ana", "nobody-of-that-name") if turn % 2 else ("nobody-of-that-name", "ana"):
            began = time.perf_counter()
            assert tried(client, user).status_code == 401
            seconds[user].append(time.perf_counter() - began)
    known, unknown = (statistics.median(each) for each in seconds.values())
    assert 0.4 < known / unknown < 2.5


def test_a_disabled_person_s_wrong_password_is_answered_like_anybody_s(hub: RunningHub) -> None:
    with hub.store.write() as connection:
        connection.execute(person_standing.insert().values(person="person-ana", disabled_at=1, must_change=0))
    client = hub.client()
    assert tried(client, "ana").content == tried(client, "nobody-of-that-name").content
