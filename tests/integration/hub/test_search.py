"""The hub finds accounts by what a caller says of himself, and tells nothing that a caller has not proved."""

from __future__ import annotations

import time

import httpx
import pytest
from sqlalchemy import select

from app.domain.account import Account
from app.hub import schema
from app.hub.accounts import put_accounts
from app.hub.search.tables import account_word
from app.hub.search.words import words_of
from tests.fakes.accounts import an_account
from tests.fakes.hub import Desk, RunningHub

PEOPLE = ("Ada Lovelace", "José Müller-Lüdenscheid", "Jose Marti", "Søren Kierkegård", "Smith & Sons Ltd.")


@pytest.fixture
def filled(hub: RunningHub) -> RunningHub:
    """A hub with a few more customers, all in the index."""
    people = [
        an_account(f"acc-{900 + place}", name=name, phones=(f"+44161496010{place}",))
        for place, name in enumerate(PEOPLE)
    ]
    put(hub, *people)
    return hub


def put(hub: RunningHub, *accounts: Account) -> None:
    """Stores accounts and waits until they are in the index."""
    with hub.hub.store.write() as connection:
        put_accounts(connection, accounts)
    until(hub, {(one.id, word) for one in accounts for word in words_of(one.name)})


def until(hub: RunningHub, wanted: set[tuple[str, str]]) -> None:
    """Waits until these words of these accounts are in the index, and no other words of them."""
    ids = {account for account, _ in wanted}
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with hub.hub.store.read() as connection:
            rows = connection.execute(select(account_word.c.account, account_word.c.word)).all()
        if {(row.account, row.word) for row in rows if row.account in ids} == wanted:
            return
        time.sleep(0.02)
    raise AssertionError("the accounts did not get into the index")


def numbers(desk: Desk, text: str) -> list[str]:
    """The account numbers found."""
    answer = search(desk, text)
    assert answer.status_code == 200, answer.text
    return [one["number"] for one in answer.json()["accounts"]]


def search(desk: Desk, text: str) -> httpx.Response:
    """The agent's search."""
    return desk.client.post("/v1/accounts/search", json={"text": text}, headers=bearer(desk.token))


def bearer(token: str) -> dict[str, str]:
    """The header that says who asks."""
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("muller", ["100000901"]),
        ("MÜLLER jose", ["100000901"]),
        ("lüdensch", ["100000901"]),
        ("jos mart", ["100000902"]),
        ("soren", ["100000903"]),
        ("kierkegard", ["100000903"]),
        ("smith", ["100000904"]),
        ("100000902", ["100000902"]),
        ("0161 496 0103", ["100000903"]),
        ("+44 161 496 0104", ["100000904"]),
        ("zzyzx", []),
        ("kegard", []),
    ],
)
def test_an_account_is_found_by_name_number_or_phone(filled: RunningHub, text: str, found: list[str]) -> None:
    assert numbers(filled.sign_in("ana"), text) == found


def test_what_is_found_is_masked(filled: RunningHub) -> None:
    text = search(filled.sign_in("ana"), "kierkegard").text
    assert "S•••• K•••••••••" in text
    for personal in ("Kierkeg", "James", "ada@"):
        assert personal not in text


def test_a_new_name_is_found_and_the_old_one_no_longer(filled: RunningHub) -> None:
    put(filled, an_account("acc-903", name="Regine Olsen", phones=(), revision=2))
    desk = filled.sign_in("ana")
    assert numbers(desk, "olsen") == ["100000903"]
    assert numbers(desk, "kierkegard") == []


def test_a_search_is_in_the_audit_trail_without_what_was_searched_for(filled: RunningHub) -> None:
    search(filled.sign_in("ana"), "kierkegard")
    with filled.hub.store.read() as connection:
        rows = connection.execute(select(schema.audit).where(schema.audit.c.kind == "accounts-searched")).all()
    assert [(row.about, row.detail) for row in rows] == [("name", "1")]
    assert "kierk" not in str(rows).lower()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "ab"}, 400),
        ({"text": "%%%"}, 400),
        ({"text": ""}, 400),
        ({"text": "x" * 201}, 400),
        ({"text": "'; DROP TABLE account; --"}, 200),
        ({"text": "\U0010ffff" * 5}, 400),
        ({}, 400),
    ],
)
def test_what_cannot_be_searched_for_is_refused(hub: RunningHub, body: dict[str, str], status: int) -> None:
    desk = hub.sign_in("ana")
    answer = desk.client.post("/v1/accounts/search", json=body, headers=bearer(desk.token))
    assert answer.status_code == status, answer.text


def test_only_agents_may_search(hub: RunningHub) -> None:
    desk = hub.sign_in("ana")
    assert hub.client().post("/v1/accounts/search", json={"text": "ada"}).status_code == 401
    assert search_with(desk, desk.device_token) == 403


def search_with(desk: Desk, token: str) -> int:
    """The status of a search with another token."""
    return desk.client.post("/v1/accounts/search", json={"text": "ada"}, headers=bearer(token)).status_code
