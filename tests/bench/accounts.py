"""How long a million accounts take to come in, and how quickly one of them is found by a caller's number.

The import is the command as an administrator runs it (`cuecard import accounts FILE --map MAP --db URL`), from its
start to its end. The floor is the same rows (accounts, phone numbers, factors) by bare COPY or executemany into the
same tables with the same indexes, in transactions as large; nothing is read, checked or compared.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from app.cache.store import LocalStore
from app.domain.account import Account, Billing, Equipment, Plan, Segment
from app.domain.money import Money
from app.hub.accounts import changes
from app.hub.demo_sign_ins import read_sign_ins
from app.hub.engine import driver_url
from app.hub.importing.merging import Site, new_account
from app.hub.store import Store
from tests.bench._measuring import ROOT, Reading, conditions
from tests.bench.hub import _connect as connect
from tests.bench.hub import database, hub

LOOK_UPS = 3000
_CHUNK = 1000
_MAP = """
delimiter: ";"
decimal: ","
dates: DD.MM.YYYY
yes: [J]
no: [N]
fields:
  number: ACCOUNT
  name: [FIRST, LAST]
  first_name: FIRST
  segment: {column: TYPE, words: {RES: household, BUS: business}}
  phones: [TEL, MOBILE]
  street: STREET
  area: {column: POSTCODE, outward: true}
  email: EMAIL
  plan.name: TARIFF
  plan.kind: KIND
  plan.price: PRICE
  bill: BILL
  billing: {column: PAY, words: {M: postpaid, P: prepaid}}
  since: SINCE
  contract_end: END
  usage_gb: USED
  overage_count: OVER
  past_due: DUE
equipment:
  - {kind: {value: router}, id: SERIAL, model: ROUTER, installed: INSTALLED}
consents: {marketing: OPTIN}
factors: {pin: PIN}
"""
_HEADER = (
    "ACCOUNT;FIRST;LAST;TYPE;TEL;MOBILE;STREET;POSTCODE;EMAIL;TARIFF;KIND;PRICE;BILL;PAY;SINCE;END;USED;OVER;DUE;"
    "ROUTER;SERIAL;INSTALLED;PIN;OPTIN"
)
_FIRST = ("Ada", "Amy", "William", "Mary", "Tom", "Lena", "José", "Zoë")
_LAST = ("Lovelace", "Lockwood", "King", "Bishop", "Ferris", "Vogt", "Müller", "O'Brien")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--no-cache", action="store_true", help="leave the encrypted cache out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cuecard-bench-") as made:
        file, map_file = Path(made) / "export.csv", Path(made) / "map.yaml"
        write_export(file, options.count)
        map_file.write_text(_MAP, "utf-8")
        print(f"{options.count} accounts, {file.stat().st_size / options.count:.0f} bytes a row, {conditions()}")
        for kind in options.on or ("sqlite", "postgresql"):
            with database(kind) as (url, folder):
                took = import_takes(file, map_file, url, folder / "hub.key")
                print(
                    f"{kind}: import {took:.1f} s ({options.count / took:.0f} accounts/s)   goal 60 s   {conditions()}"
                )
                look_up_over_http(kind, url, folder, options.count)
                if kind == "sqlite" and not options.no_cache:
                    look_up_in_cache(url, folder, options.count)
            with database(kind) as (url, folder):
                floor = floor_takes(kind, url, folder / "hub.key", options.count)
                print(f"{kind}: floor {floor:.1f} s, the import is {took / floor:.1f} times that   {conditions()}")


def number_of(place: int) -> str:
    """The account number in a place."""
    return str(100_000_000 + 7 * place)


def phones_of(place: int) -> tuple[str, str]:
    """The two phone numbers of the account in a place."""
    return (
        f"020 7{place // 1000 % 1000:03d} {place % 1000:03d}{place // 1_000_000 % 10}",
        f"07{400_000_000 + place:09d}",
    )


def write_export(file: Path, count: int) -> None:
    """Writes an operator's export; the same for the same count."""
    draw = random.Random(5)
    with file.open("w", encoding="utf-8") as out:
        out.write(_HEADER + "\n")
        for place in range(count):
            landline, mobile = phones_of(place)
            day = f"{draw.randrange(1, 28):02d}.{draw.randrange(1, 12):02d}."
            out.write(
                f"{number_of(place)};{draw.choice(_FIRST)};{draw.choice(_LAST)};{draw.choice(('RES', 'BUS'))};"
                f"{landline};{mobile};{draw.randrange(1, 200)} High Street;"
                f"N{draw.randrange(1, 22)} {draw.randrange(1, 9)}AB;"
                f"user{place}@example.org;Fibre {draw.choice((100, 300, 500))};broadband;18,00;"
                f"{draw.randrange(10, 90)},{draw.randrange(100):02d};M;{day}{draw.randrange(2005, 2026)};"
                f"{draw.choice(('', '14.03.2027', '01.09.2026'))};{draw.randrange(100)},{draw.randrange(10)};"
                f"{draw.randrange(4)};{draw.choice('JN')};Hub {draw.randrange(1, 4)};SN{place:08d};"
                f"{draw.randrange(1, 28):02d}.05.20{draw.randrange(15, 26)};{draw.randrange(10_000):04d};"
                f"{draw.choice('JN')}\n"
            )


def import_takes(file: Path, map_file: Path, url: str, key_file: Path) -> float:
    """Seconds that the command takes."""
    command = [sys.executable, "-m", "app.cli", "import", "accounts", str(file), "--map", str(map_file), "--db", url]
    begun = time.monotonic()
    subprocess.run(
        [*command, "--key-file", str(key_file)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ
    )
    return time.monotonic() - begun


def floor_takes(kind: str, url: str, key_file: Path, count: int) -> float:
    """Seconds that the same rows take by the barest means."""
    Store(url, key_file=key_file).close()
    took = 0.0
    rows = _rows(count)
    if kind == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            while some := list(islice(rows, _CHUNK)):
                begun = time.monotonic()
                connection.execute("BEGIN IMMEDIATE")
                for sql, part in _inserts(some, "?"):
                    connection.executemany(sql, part)
                connection.execute("COMMIT")
                took += time.monotonic() - begun
        return took
    with psycopg.connect(driver_url(url)) as driver:
        while some := list(islice(rows, _CHUNK)):
            begun = time.monotonic()
            for target, part in _copies(some):
                with driver.cursor().copy(f"COPY {target} FROM STDIN") as copy:
                    for row in part:
                        copy.write_row(row)
            driver.commit()
            took += time.monotonic() - begun
    return took


def look_up_over_http(kind: str, url: str, folder: Path, count: int) -> None:
    """Accounts by phone number, one after the other over one connection, signed in as an agent."""
    with hub(url, folder / "hub.key", folder, 1) as address:
        sign_ins = read_sign_ins(folder / "demo-sign-ins.json")
        assert sign_ins is not None
        connection = connect(address)
        who = {"user": sign_ins.agent.user, "password": sign_ins.agent.password, "device_id": "bench"}
        connection.request("POST", "/v1/sessions", json.dumps(who))
        token = json.loads(connection.getresponse().read())["token"]
        draw, waits = random.Random(8), []
        for place in range(LOOK_UPS + 100):
            e164 = "%2B44" + phones_of(draw.randrange(count))[1][1:]
            begun = time.perf_counter()
            connection.request("GET", f"/v1/accounts?phone={e164}", headers={"Authorization": f"Bearer {token}"})
            response = connection.getresponse()
            body = response.read()
            waits.append((time.perf_counter() - begun) * 1000)
            # The first ones warm everything up. A device may ask fifty times a second in the long run.
            assert response.status == 200 and b'"number"' in body, body[:200]
            time.sleep(0 if place < 500 else 0.02)
        _say(f"{kind}: by phone over HTTP", waits[100:], 5)


def look_up_in_cache(url: str, folder: Path, count: int) -> None:
    """Accounts by phone number out of an agent's encrypted store that holds all of them."""
    store, cursor, more = Store(url, key_file=folder / "hub.key"), "", True
    cache = LocalStore.open(folder / "agent.db", b"c" * 32, "bench")
    begun = time.monotonic()
    while more:
        page = changes(store, cursor, 1000)
        cache.keep(page.accounts)
        cursor, more = page.cursor, page.more
    store.close()
    print(f"cache: filled in {time.monotonic() - begun:.0f} s, {(folder / 'agent.db').stat().st_size / 1e6:.0f} MB")
    draw, waits = random.Random(9), []
    for _ in range(LOOK_UPS + 100):
        e164 = "+44" + phones_of(draw.randrange(count))[1][1:]
        began = time.perf_counter()
        found = cache.by_phone(e164)
        waits.append((time.perf_counter() - began) * 1000)
        assert len(found) == 1
    cache.close()
    _say("cache: by phone", waits[100:], 1)


def _say(what: str, waits: Sequence[float], goal: float) -> None:
    reading = Reading(what, tuple(waits))
    print(
        f"{what}: median {reading.median:.2f} ms, p99 {reading.percentile(0.99):.2f} ms, worst {max(waits):.2f} ms"
        f"   goal p99 < {goal:g}   {conditions()}"
    )


def _rows(count: int) -> Iterator[tuple[tuple[Any, ...], list[tuple[str, str]], tuple[str, str, bytes]]]:
    """Accounts, phone numbers and factors, ready to be written."""
    site, now = Site("GBP", "uk"), datetime(2026, 3, 2, tzinfo=UTC)
    facts: dict[str, Any] = {
        "name": "William Lockwood",
        "first_name": "William",
        "segment": Segment.HOUSEHOLD,
        "street": "120 High Street",
        "area": "N12",
        "plan": Plan("Fibre 300", "broadband", Money(1800, "GBP")),
        "bill": Money(4321, "GBP"),
        "billing": Billing.POSTPAID,
        "since": date(2015, 5, 17),
        "contract_end": date(2027, 3, 14),
        "equipment": (Equipment("SN00000000", "router", "Hub 2", date(2019, 5, 4)),),
        "consents": ("marketing",),
    }
    assert set(facts) <= set(Account.__slots__)
    for place in range(count):
        landline, mobile = ("+44" + phone.replace(" ", "")[1:] for phone in phones_of(place))
        number, account = number_of(place), f"acc-{number_of(place)}"
        told = facts | {"phones": (landline, mobile), "email": f"user{place}@example.org"}
        body = msgspec.json.encode(new_account(account, number, told, site, 1, now)).decode()
        row = (account, number, 1, place + 1, body)
        yield row, [(landline, account), (mobile, account)], (account, "pin", number.encode().ljust(32))


def _parts(some: Sequence[Any]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    yield "account (id, number, revision, position, body)", [row for row, _, _ in some]
    yield "account_phone (phone, account)", [pair for _, pairs, _ in some for pair in pairs]
    yield "factor (account, method, digest)", [factor for _, _, factor in some]


def _inserts(some: Sequence[Any], mark: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    for target, rows in _parts(some):
        yield f"INSERT INTO {target} VALUES ({', '.join(mark * len(rows[0]))})", rows


_copies = _parts


if __name__ == "__main__":
    main()
