"""The demo's customers and people."""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.domain.account import Billing, Detail, Segment
from app.hub import schema
from app.hub.accounts import account_by_id, accounts_by_phone, changes, mask, verify
from app.hub.demo import fill_demo
from app.hub.demo_accounts import MOST_ACCOUNTS, demo_customers
from app.hub.demo_named import ADA_PHONE, ADA_PIN, PREPAID_PHONE, SHARED_PHONE
from app.hub.demo_sign_ins import read_sign_ins
from app.hub.store import Store
from tests.fakes.hub import cheap_passwords

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)

# Numbers that Ofcom keeps for drama: they ring nowhere.
DRAMA = re.compile(r"\+44(2079460|1[1-6]\d4960|1914980|2920180|7700900)\d{3}")


def test_the_same_seed_makes_the_same_customers_and_another_others() -> None:
    assert demo_customers(1, NOW) == demo_customers(1, NOW)
    assert demo_customers(1, NOW) != demo_customers(2, NOW)


def test_three_hundred_customers_are_a_mix_worth_trying() -> None:
    accounts = [customer.account for customer in demo_customers(1, NOW)]
    assert len(accounts) == len({account.id for account in accounts}) == len({a.number for a in accounts}) == 300
    assert all(account.detail is Detail.FULL for account in accounts)
    shared = Counter(phone for account in accounts for phone in account.phones)
    assert 5 <= sum(count > 1 for count in shared.values()) <= 30
    assert max(shared.values()) <= 3
    for some in (
        [a for a in accounts if len(a.phones) > 1],
        [a for a in accounts if a.billing is Billing.PREPAID and a.balance is not None],
        [a for a in accounts if a.pay_later_credit.minor > 0],
        [a for a in accounts if a.past_due],
        [a for a in accounts if a.vulnerable],
        [a for a in accounts if a.segment is Segment.BUSINESS],
        [a for a in accounts if a.language != "en"],
        [a for a in accounts if a.alerts],
        [a for a in accounts if a.contract_end and a.contract_end > NOW.date()],
    ):
        assert len(some) >= 5


def test_every_number_is_one_that_rings_nowhere() -> None:
    phones = {phone for customer in demo_customers(3, NOW, 2000) for phone in customer.account.phones}
    assert [phone for phone in phones if not DRAMA.fullmatch(phone)] == []


@pytest.mark.parametrize("count", [4, MOST_ACCOUNTS + 1])
def test_too_few_or_too_many_accounts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="made-up accounts"):
        demo_customers(1, NOW, count)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'hub.sqlite'}")


def test_ada_is_the_only_one_on_her_number_and_known_by_her_pin(store: Store, tmp_path: Path) -> None:
    fill_demo(store, cheap_passwords(), tmp_path / "sign-ins.json", now=NOW)
    (ada,) = accounts_by_phone(store, ADA_PHONE)
    assert (ada.name, ada.number, ada.plan.name, str(ada.bill.amount)) == (
        "Ada Lovelace",
        "4221",
        "Fibre 500 + TV",
        "42.00",
    )
    assert ada.contract_end == (NOW + timedelta(days=12)).date()
    assert (ada.usage_gb, ada.plan.data_gb) == (8, 100)
    router = ada.equipment[0]
    assert (router.kind, router.model, (NOW.date() - router.installed).days // 365) == ("router", "HG-2", 5)
    assert sum(NOW - contact.at < timedelta(days=30) for contact in ada.contacts) == 3
    assert ada.alerts[0].since == NOW - timedelta(minutes=9)
    assert verify(store, ada.id, "pin", ADA_PIN, NOW) == "yes"
    assert mask(ada).name == "A•• L•••••••"
    store.close()


def test_three_share_a_number_and_the_prepaid_customer_needs_his_credit(store: Store, tmp_path: Path) -> None:
    fill_demo(store, cheap_passwords(), tmp_path / "sign-ins.json", now=NOW)
    assert [mask(account).name for account in accounts_by_phone(store, SHARED_PHONE)] == [
        "A•• L•••••••",
        "W•••••• K•••",
        "K••• & C••",
    ]
    (prepaid,) = accounts_by_phone(store, PREPAID_PHONE)
    assert prepaid.billing is Billing.PREPAID and prepaid.balance is not None
    assert prepaid.balance < prepaid.pay_later_credit
    assert prepaid.alerts[0].kind == "data_out"
    store.close()


def test_filling_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "sign-ins.json"
    first = fill_demo(store, cheap_passwords(), file, now=NOW, seed=1)
    before = changes(store, "", 1000)
    again = fill_demo(store, cheap_passwords(), file, now=NOW + timedelta(days=1), seed=2)
    assert (again, changes(store, "", 1000)) == (first, before)
    store.close()


def test_passwords_are_random_kept_for_the_owner_and_set_anew_where_the_file_was_lost(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "sign-ins.json"
    passwords = cheap_passwords()
    first = fill_demo(store, passwords, file, now=NOW)
    assert read_sign_ins(file) == first
    assert len({sign_in.password for sign_in in first.people}) == len(first.people)
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0
    file.unlink()
    second = fill_demo(store, passwords, file, now=NOW)
    assert second.agent.password != first.agent.password
    with store.read() as connection:
        kept = connection.execute(
            select(schema.person.c.password).where(schema.person.c.user_name == "ana")
        ).scalar_one()
    assert passwords.fits(second.agent.password, kept)
    assert not passwords.fits(first.agent.password, kept)
    store.close()


def test_neither_passwords_nor_factors_stand_in_the_database(store: Store, tmp_path: Path) -> None:
    sign_ins = fill_demo(store, cheap_passwords(), tmp_path / "sign-ins.json", now=NOW)
    assert account_by_id(store, "acc-4221") is not None
    with store.read() as connection:
        rows = [*connection.execute(select(schema.person)), *connection.execute(select(schema.factor))]
    text = repr(rows)
    assert sign_ins.agent.password not in text
    assert ADA_PIN not in [row.digest for row in rows if hasattr(row, "digest")]
    store.close()
