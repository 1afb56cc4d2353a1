"""Accounts in by the file, on both databases: taken once, gone on with after a kill, told to every cache."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.cache.store import LocalStore
from app.commands import import_accounts
from app.domain.account import Account
from app.domain.person import Person, Role
from app.hub import schema
from app.hub.accounts import account_by_id, accounts_by_phone, changes, put_accounts, verify
from app.hub.errors import Problem
from app.hub.importing import imports, removal
from app.hub.importing.into_store import IntoStore
from app.hub.importing.mapping import parse_map
from app.hub.importing.over_http import OverHttp
from app.hub.importing.reading import look_at_export
from app.hub.people import add_person
from app.hub.store import Store
from app.sync.crm import Changes
from tests.fakes.accounts import an_account
from tests.fakes.hub import NOW, RunningHub, cheap_passwords
from tests.fakes.postgres import PostgresServer

KEY = b"k" * 32
HEADER = "NO,NAME,TEL,PLAN,SINCE,BILL,PIN"
MAP = """
fields: {number: NO, name: NAME, phones: TEL, plan.name: PLAN, since: SINCE, bill: BILL}
factors: {pin: PIN}
"""
PASSWORD = "a long enough one"


def line(number: int, name: str = "Ada Lovelace", phone: int | None = None) -> str:
    return f"{number},{name},+4420794{phone or number:05d},Fibre,2020-01-31,20.00,{number:04d}"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database, KEY)
    yield opened
    opened.close()


def export(folder: Path, *lines: str) -> Path:
    file = folder / "export.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    (folder / "map.yaml").write_text(MAP, "utf-8")
    return file


def bring_in(store: Store, file: Path, *, now: datetime = NOW, **how: bool) -> Any:
    way = IntoStore(store, lambda: now)
    found = look_at_export(file, parse_map(MAP))
    about = way.begin(found, is_full=how.get("is_full", False), is_trial=how.get("is_trial", False))
    last = way.take(found, file.with_name("map.yaml"), about, lambda rows: None)
    return way.finish(about, last, allow_removal=how.get("allow_removal", False))


def everyone(store: Store) -> dict[str, Account]:
    page = changes(store, "", 1000)
    return {account.number: account for account in page.accounts}


def test_accounts_are_found_by_phone_and_their_callers_verified(store: Store, tmp_path: Path) -> None:
    done = bring_in(store, export(tmp_path, line(101), line(102, "William King")))
    assert (done.counts.fresh, done.counts.bad, done.faults) == (2, 0, 0)
    (account,) = accounts_by_phone(store, "+442079400102")
    assert (account.name, account.revision, account.id) == ("William King", 1, "acc-102")
    assert verify(store, account.id, "pin", "0102", NOW) == "yes"
    assert verify(store, account.id, "pin", "0101", NOW) == "no"


def test_the_same_file_again_changes_nothing_and_a_changed_row_one_account(store: Store, tmp_path: Path) -> None:
    bring_in(store, export(tmp_path, line(101), line(102)))
    cursor = changes(store, "", 10).cursor
    again = bring_in(store, export(tmp_path, line(101), line(102)))
    assert (again.counts.fresh, again.counts.changed, again.counts.unchanged) == (0, 0, 2)
    assert changes(store, cursor, 10).accounts == []

    third = bring_in(store, export(tmp_path, line(101), line(102, phone=777)), now=NOW + timedelta(days=1))
    assert (third.counts.changed, third.counts.unchanged) == (1, 1)
    assert [(one.number, one.revision) for one in changes(store, cursor, 10).accounts] == [("102", 2)]
    assert accounts_by_phone(store, "+442079400102") == []
    assert [one.number for one in accounts_by_phone(store, "+442079400777")] == ["102"]


def test_what_the_file_does_not_tell_stays(store: Store, tmp_path: Path) -> None:
    with store.write() as connection:
        put_accounts(connection, [an_account("acc-101", number="101", name="Old Name")])
    bring_in(store, export(tmp_path, line(101, "New Name")))
    account = account_by_id(store, "acc-101")
    assert account is not None
    assert (account.name, account.street, account.equipment[0].model) == ("New Name", "12 St James's Square", "Hub 2")


def test_an_account_twice_in_a_file_is_taken_once_however_far_apart(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [line(101), *(line(number) for number in range(102, 1200)), line(101, "Somebody Else"), line(102)]
    done = bring_in(store, export(tmp_path, *rows, line(1300), line(1300)))
    assert (done.counts.fresh, done.counts.bad) == (1100, 3)
    assert [fault.row for fault in imports.faults_of(store, done.number)] == [1101, 1102, 1104]
    account = account_by_id(store, "acc-101")
    assert account is not None and account.name == "Ada Lovelace"


def test_an_account_number_of_another_account_is_refused(store: Store, tmp_path: Path) -> None:
    with store.write() as connection:
        put_accounts(connection, [an_account("other", number="101")])
    found = "fields: {id: NAME, number: NO, name: NAME, plan.name: PLAN, since: SINCE}"
    given = look_at_export(export(tmp_path, line(101)), parse_map(found))
    way = IntoStore(store, lambda: NOW)
    about = way.begin(given, is_full=False, is_trial=False)
    way.take(given, tmp_path / "map.yaml", about, lambda rows: None)
    assert ["another id" in fault.problem for fault in way.faults(about)] == [True]


def test_a_dry_run_counts_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    bring_in(store, export(tmp_path, line(101), *(line(number) for number in range(200, 230))))
    before = everyone(store)
    file = export(tmp_path, line(101, "New Name"), line(103), *(line(number) for number in range(200, 228)), "x,y")
    done = bring_in(store, file, is_full=True, is_trial=True, allow_removal=True)
    assert (done.counts.fresh, done.counts.changed, done.counts.bad, done.gone) == (1, 1, 1, 2)
    assert everyone(store) == before


def test_accounts_that_a_full_file_no_longer_has_are_gone_from_hub_and_caches(store: Store, tmp_path: Path) -> None:
    bring_in(store, export(tmp_path, *(line(number) for number in range(101, 121))))
    cache = LocalStore.open(tmp_path / "cache.db", KEY, "desk-1")
    page = changes(store, "", 100)
    told = Changes(tuple(page.accounts), page.cursor, page.more, tuple(page.gone))
    cache.keep_changes(told.accounts, "accounts", told.cursor, told.gone)
    assert cache.by_phone("+442079400101")

    done = bring_in(store, export(tmp_path, *(line(number) for number in range(102, 121))), is_full=True)
    assert done.gone == 1
    page = changes(store, page.cursor, 100)
    assert (page.accounts, page.gone) == ([], ["acc-101"])
    cache.keep_changes(page.accounts, "accounts", page.cursor, page.gone)
    assert (cache.by_phone("+442079400101"), cache.by_id("acc-101")) == ((), None)
    assert accounts_by_phone(store, "+442079400101") == []

    bring_in(store, export(tmp_path, *(line(number) for number in range(101, 121))), is_full=True)
    page = changes(store, page.cursor, 100)
    assert ([(one.id, one.revision) for one in page.accounts], page.gone) == ([("acc-101", 3)], [])
    cache.close()


def test_a_file_that_is_not_whole_takes_nobody_away(store: Store, tmp_path: Path) -> None:
    bring_in(store, export(tmp_path, *(line(number) for number in range(101, 121))))
    half = export(tmp_path, *(line(number) for number in range(101, 111)))
    with pytest.raises(Problem, match="10 of 20 accounts"):
        bring_in(store, half, is_full=True)
    assert len(everyone(store)) == 20
    assert bring_in(store, half, is_full=True, allow_removal=True).gone == 10


def test_a_bad_row_keeps_its_account_and_one_of_nobody_stops_the_removal(store: Store, tmp_path: Path) -> None:
    rows = [line(number) for number in range(101, 121)]
    bring_in(store, export(tmp_path, *rows))
    bad_bill = export(tmp_path, *rows[1:], rows[0].replace("20.00", "much"))
    assert bring_in(store, bad_bill, is_full=True).gone == 0
    with pytest.raises(Problem, match="1 rows could not be told"):
        bring_in(store, export(tmp_path, *rows[1:], "x,y"), is_full=True)


def test_who_went_long_ago_is_forgotten_and_an_old_cursor_begins_anew(store: Store, tmp_path: Path) -> None:
    rows = [line(number) for number in range(101, 121)]
    bring_in(store, export(tmp_path, *rows))
    old = changes(store, "", 100).cursor
    bring_in(store, export(tmp_path, *rows[1:]), is_full=True)
    later = changes(store, old, 100).cursor
    removal.forget_old(store, NOW + timedelta(days=91))
    with pytest.raises(Problem, match="too old"):
        changes(store, old, 100)
    assert changes(store, later, 100).gone == []


def test_a_chunk_sent_again_is_answered_as_before_and_another_one_is_refused(store: Store, tmp_path: Path) -> None:
    from app.hub.importing.given import GivenRow

    begun = imports.begin(store, NOW, fingerprint="f", person="", is_full=False, is_trial=False)
    facts = an_account()
    told = {"name": facts.name, "plan": facts.plan, "since": facts.since}

    def rows() -> list[GivenRow]:
        return [GivenRow(2, "101", facts=told)]

    first = imports.take(store, NOW, begun.number, 1, b"1", rows())
    assert imports.take(store, NOW, begun.number, 1, b"1", rows()) == first
    with pytest.raises(Problem, match="other rows"):
        imports.take(store, NOW, begun.number, 1, b"2", rows())
    with pytest.raises(Problem, match="chunk 2 is missing"):
        imports.finish(store, NOW, begun.number, 2)
    assert imports.finish(store, NOW, begun.number, 1) == imports.finish(store, NOW, begun.number, 1)
    with pytest.raises(Problem, match="has ended"):
        imports.take(store, NOW, begun.number, 2, b"3", rows())


def test_a_killed_import_goes_on_where_it_was_and_doubles_nobody(tmp_path: Path) -> None:
    file = export(tmp_path, *(line(number) for number in range(10_000, 40_000)))
    url, key = f"sqlite:///{tmp_path / 'hub.sqlite'}", tmp_path / "hub.sqlite.key"
    command = [sys.executable, "-m", "app.cli", "import", "accounts", str(file), "--db", url]
    command += ["--map", str(tmp_path / "map.yaml"), "--key-file", str(key)]
    Store(url, key_file=key).close()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        watched = Store(url, key_file=key)
        while process.poll() is None and _chunks(watched) < 5:
            pass
        process.kill()
    half = _chunks(watched)
    assert 5 <= half < 30
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert f"Going on after row {half * 1000}" in told or f"Going on after row {(half + 1) * 1000}" in told
    assert "30000 new, 0 changed" in told
    with watched.read() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (schema.account, schema.account_phone, schema.factor)
        ]
    assert counted == [30_000, 30_000, 30_000]
    watched.close()


def _chunks(store: Store) -> int:
    from app.hub.importing.tables import account_import_chunk

    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(account_import_chunk)).scalar_one()


def test_readers_of_changes_miss_nothing_while_transactions_end_in_any_order(postgres: PostgresServer) -> None:
    """The older transaction ends last: what it wrote must not lie behind a cursor that was given out meanwhile."""
    store = Store(postgres.new_database(), KEY)
    older, newer = store.write(), store.write()
    with older as first:
        put_accounts(first, [an_account("acc-1", number="1")])
        with newer as second:
            put_accounts(second, [an_account("acc-2", number="2")])
        seen = changes(store, "", 10)
        assert seen.accounts == []
    after = changes(store, seen.cursor, 10)
    assert [account.id for account in after.accounts] == ["acc-1", "acc-2"]
    store.close()


def test_two_writers_and_a_reader_at_full_speed_miss_nothing(postgres: PostgresServer) -> None:
    store = Store(postgres.new_database(), KEY)
    ended = threading.Event()
    read: dict[str, int] = {}

    def write(who: str) -> None:
        for round_ in range(60):
            with store.write() as connection:
                put_accounts(
                    connection,
                    [an_account(f"{who}-{place}", number=f"{who}{place}", revision=round_ + 1) for place in range(5)],
                )

    def follow() -> None:
        cursor, last = "", False
        while not last:
            last = ended.is_set()
            page = changes(store, cursor, 7)
            while page.accounts or page.more:
                read.update({account.id: account.revision for account in page.accounts})
                page = changes(store, page.cursor, 7)
            cursor = page.cursor

    writers = [threading.Thread(target=write, args=(who,)) for who in ("a", "b", "c")]
    reader = threading.Thread(target=follow)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join(60)
    ended.set()
    reader.join(60)
    with store.read() as connection:
        kept = {row.id: row.revision for row in connection.execute(select(schema.account))}
    assert len(kept) == 15 and read == kept
    store.close()


@pytest.fixture
def admin(hub: RunningHub) -> str:
    """The user name of an administrator."""
    with hub.store.write() as connection:
        person = Person("person-root", "Root", "Root", "blue", (Role.ADMIN,))
        add_person(connection, person, "root", cheap_passwords().hash(PASSWORD))
    return "root"


def test_a_running_hub_takes_the_same_file(hub: RunningHub, admin: str, tmp_path: Path) -> None:
    file = export(tmp_path, *(line(number) for number in range(10_000, 12_500)), "x,y")
    found = look_at_export(file, parse_map(MAP))
    with OverHttp.signed_in(hub.url, admin, PASSWORD) as way:
        about = way.begin(found, is_full=False, is_trial=False)
        last = way.take(found, tmp_path / "map.yaml", about, lambda rows: None)
        done = way.finish(about, last, allow_removal=False)
        faults = way.faults(done)
    assert (done.counts.fresh, done.counts.bad, done.counts.lost) == (2500, 1, 1)
    assert [(fault.row, fault.place) for fault in faults] == [(2502, "")]
    assert [one.number for one in accounts_by_phone(hub.store, "+442079412499")] == ["12499"]


def test_only_an_administrator_may_import(hub: RunningHub) -> None:
    ana = hub.sign_in("ana").client
    assert ana.post("/v1/accounts/imports", json={"fingerprint": "f"}).status_code == 403
    assert ana.put("/v1/accounts/imports/1/chunks/1", json={"rows": []}).status_code == 403


def test_a_chunk_with_nonsense_is_refused_whole(hub: RunningHub, admin: str) -> None:
    who = {"user": admin, "password": PASSWORD, "device_id": "t"}
    client = hub.client(httpx.post(f"{hub.url}/v1/sessions", json=who, trust_env=False).json()["token"])
    number = client.post("/v1/accounts/imports", json={"fingerprint": "f"}).json()["number"]
    chunks = f"/v1/accounts/imports/{number}/chunks"
    good = {"row": 2, "number": "101", "facts": {"name": "Ada", "since": "2020-01-31", "plan": _PLAN}}
    for bad in (
        {"facts": {"phones": ["020"]}},
        {"facts": {"shoe_size": 38}},
        {"number": "1\0"},
        {"facts": {"bill": {"minor": "much", "currency": "GBP"}}},
        {"row": 0},
    ):
        answer = client.put(f"{chunks}/1", json={"rows": [good, good | bad]})
        assert answer.status_code == 400, bad
    assert client.put(f"{chunks}/0", json={"rows": [good]}).status_code == 400
    assert client.put("/v1/accounts/imports/99/chunks/1", json={"rows": [good]}).status_code == 404
    assert client.put(f"{chunks}/1", json={"rows": [good]}).json() == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "bad": 0,
    }
    status = client.get(f"/v1/accounts/imports/{number}").json()
    assert (status["next_chunk"], status["new"], status["finished_at"]) == (2, 1, None)


_PLAN = {"name": "Fibre", "kind": "broadband", "price": {"minor": 100, "currency": "GBP"}}


def test_the_command_prints_and_reports_without_personal_data(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import argparse

    file = export(tmp_path, line(101), line(102).replace("20.00", "much"), line(103, "=cmd()"))
    parser = argparse.ArgumentParser()
    import_accounts.add_arguments(parser)
    options = ["accounts", str(file), "--map", str(tmp_path / "map.yaml"), "--report", str(tmp_path / "report.csv")]
    options += ["--db", f"sqlite:///{tmp_path / 'hub.sqlite'}"]
    assert import_accounts.run(parser.parse_args(options)) == 0
    told, report = capfd.readouterr().out, (tmp_path / "report.csv").read_text("utf-8-sig")
    assert "1 new" in told and "2 rows are bad" in told
    assert [one.split(",")[:2] for one in report.splitlines()[1:]] == [["3", "BILL"], ["4", "NAME"]]
    for text in (told, report):
        assert "Lovelace" not in text and "much" not in text and "cmd" not in text and "+44" not in text


def test_the_stored_times_are_aware(store: Store, tmp_path: Path) -> None:
    bring_in(store, export(tmp_path, line(101)))
    account = account_by_id(store, "acc-101")
    assert account is not None and account.as_of == NOW.astimezone(UTC)
