from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.cache.accounts import masked
from app.cache.store import LocalStore
from app.domain.account import Detail
from tests.fakes.accounts import NOON, an_account


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def book(path: Path, key: bytes, watch: Watch) -> Iterator[LocalStore]:
    store = LocalStore.open(path, key, "device-1", clock=watch)
    yield store
    store.close()


def test_a_number_on_several_accounts_finds_them_all_by_account_number(book: LocalStore) -> None:
    later, first = an_account("acc-9", number="200"), an_account("acc-3", number="100")
    book.keep([masked(later), masked(first), masked(an_account("acc-4", phones=("+442079460999",)))])

    assert [account.id for account in book.by_phone("+442079460123")] == ["acc-3", "acc-9"]
    assert book.by_phone("+442079460000") == ()


def test_an_index_account_has_no_name_street_or_address(book: LocalStore) -> None:
    book.keep([masked(an_account())])

    (account,) = book.by_phone("+442079460123")
    assert (account.detail, account.name) == (Detail.INDEX, "A•• L•••••••")
    assert (account.first_name, account.street, account.email) == (None, None, None)


def test_an_opened_account_comes_back_whole_until_it_is_purged(book: LocalStore, watch: Watch) -> None:
    whole = an_account()
    book.keep([whole])
    assert book.by_id("acc-1") == whole

    watch.now += timedelta(minutes=31)
    assert book.purge_opened(watch.now - timedelta(minutes=30)) == 1

    assert book.by_id("acc-1") == masked(whole)
    assert book.purge_opened(watch.now) == 0


def test_news_about_an_opened_account_keeps_its_name_and_when_it_was_opened(book: LocalStore, watch: Watch) -> None:
    book.keep([an_account()])
    watch.now += timedelta(minutes=5)

    book.keep_changes([masked(an_account(revision=2, past_due=True))], "accounts", "c2")

    account = book.by_id("acc-1")
    assert account is not None
    assert (account.detail, account.name, account.past_due) == (Detail.FULL, "Ada Lovelace", True)
    assert book.purge_opened(NOON + timedelta(minutes=1)) == 1


def test_an_older_revision_that_comes_late_changes_no_facts(book: LocalStore) -> None:
    book.keep([masked(an_account(revision=5, phones=("+442079460555",), past_due=True))])

    book.keep([an_account(revision=4)])

    account = book.by_id("acc-1")
    assert account is not None
    assert (account.name, account.past_due, account.revision) == ("Ada Lovelace", True, 5)
    assert book.by_phone("+442079460123") == ()


def test_a_number_taken_off_an_account_finds_it_no_more(book: LocalStore) -> None:
    book.keep([masked(an_account())])

    book.keep([masked(an_account(revision=2, phones=("+442079460777",)))])

    assert book.by_phone("+442079460123") == ()
    assert len(book.by_phone("+442079460777")) == 1


def test_the_cursor_moves_with_its_page_and_can_be_forgotten(book: LocalStore) -> None:
    assert book.cursor("accounts") is None
    book.keep_changes([masked(an_account(f"acc-{n}")) for n in range(100)], "accounts", "after 100")

    assert book.cursor("accounts") == "after 100"
    assert len(book.by_phone("+442079460123")) == 100
    book.forget_cursor("accounts")
    assert book.cursor("accounts") is None


def test_an_index_that_was_not_refreshed_for_too_long_is_forgotten(book: LocalStore) -> None:
    book.keep_changes([masked(an_account())], "accounts", "c1")

    assert book.forget_index("accounts", NOON) is False
    assert book.forget_index("accounts", NOON + timedelta(seconds=1)) is True

    assert book.by_phone("+442079460123") == ()
    assert book.cursor("accounts") is None


def test_an_account_is_found_by_its_number_or_phone_and_not_by_its_masked_name(book: LocalStore) -> None:
    book.keep((an_account("acc-1"), an_account("acc-2", phones=("+441614960101",))))
    assert [one.id for one in book.find_accounts("100000002", "GB")] == ["acc-2"]
    assert [one.id for one in book.find_accounts("0161 496 0101", "GB")] == ["acc-2"]
    assert book.find_accounts("Lovelace", "GB") == ()
