"""`cuecard admin`: on the database itself, of each kind, and at a running hub; the first start of an empty hub."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.cli import main
from app.hub import schema
from app.hub.administration.certificates import CertificateUnusable, check_certificate, make_self_signed
from app.hub.administration.messages import SetUp
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.setup import offer_setup, set_up
from app.hub.errors import Problem
from app.hub.presence import announced
from app.hub.server import lock_beside
from app.hub.store import Store
from tests.fakes.hub import RunningHub, cheap_passwords

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse battery"


class Command:
    """`cuecard admin` on one database, as the machine's administrator types it."""

    def __init__(self, url: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.url, self.key_file, self._capsys = url, folder / "admin.key", capsys
        self.error = ""

    def __call__(self, *words: str, code: int = 0) -> str:
        """Runs it; what it printed."""
        given = ["admin", *words, "--db", self.url, "--key-file", str(self.key_file)]
        got = main(given)
        printed = self._capsys.readouterr()
        self.error = printed.err
        assert got == code, printed.out + printed.err
        return printed.out

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture
def admin(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    monkeypatch.setenv("CUECARD_PASSWORD", PASSWORD)
    command = Command(database, tmp_path, capsys)
    command("first", "--user", "rae", "--name", "Rae F.")
    command("team", "create", "blue", "--name", "Blue")
    yield command


def test_the_first_administrator_is_made_once(admin: Command) -> None:
    [rae] = admin.json("user", "list")["users"]
    assert (rae["user"], rae["first_name"], rae["roles"], rae["must_change"]) == ("rae", "Rae", ["admin"], False)
    admin("first", "--user", "eve", "--name", "Eve", code=1)
    assert "This hub has people already." in admin.error


def test_a_person_is_added_changed_and_shown(admin: Command) -> None:
    added = admin(
        "user", "create", "ana", "--name", "Ana R.", "--first-name", "Ana", "--team", "blue", "--role", "agent"
    )
    assert re.search(r"One-time password of ana: \w{4}-\w{4}-\w{4}", added)
    admin("user", "set-roles", "ana", "--role", "agent", "--role", "lead", "--leads", "blue")
    admin("user", "move", "ana", "office", "--from", "2099-01-01")
    ana = admin.json("user", "list")["users"][0]
    assert (ana["roles"], ana["leads"], ana["team"]) == (["agent", "lead"], ["blue"], "blue")
    assert [one["team"] for one in ana["teams"]] == ["blue", "office"]
    admin("user", "disable", "ana")
    assert admin.json("user", "list")["users"][0]["disabled_at"]
    assert "Blue" in admin("team", "list")


def test_what_cannot_be_is_said_in_a_sentence(admin: Command) -> None:
    admin("user", "disable", "nobody", code=1)
    assert admin.error == "cuecard admin: There is no such user.\n"
    admin("user", "list", "--hub", "https://hub.example.com", code=2)
    assert admin.error == "cuecard admin: Give either --db URL, or --hub URL.\n"


def test_a_list_of_people_and_their_passwords_in_a_file_of_one_s_own(admin: Command, tmp_path: Path) -> None:
    people, passwords = tmp_path / "people.csv", tmp_path / "passwords.csv"
    people.write_text(
        "\ufeffUser;Name;First name;Team;Roles\nana;Ana R.;Ana;blue;agent lead\nbad;;;blue;agent\n\n"
        "bo;Bo;Bo;blue;agent\n",
        encoding="utf-8",
    )
    tried = admin.json("user", "import", str(people), "--dry-run", code=1)
    assert (tried["added"], [one["line"] for one in tried["bad"]]) == ([2, 5], [3])
    assert len(admin.json("user", "list")["users"]) == 1

    printed = admin("user", "import", str(people), "--passwords", str(passwords), code=1)
    kept = dict(line.split(",") for line in passwords.read_text().splitlines())
    assert kept.keys() == {"ana", "bo"} and not [one for one in kept.values() if one in printed]
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert "2 added, 0 changed, 0 unchanged, 1 bad" in printed
    again = admin.json("user", "import", str(people), code=1)
    assert (again["unchanged"], again["added"]) == ([2, 5], [])
    admin("user", "import", str(people), "--passwords", str(passwords), code=1)
    assert "is there already" in admin.error


def test_a_list_that_is_none_is_refused_whole(admin: Command, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    for content, why in ((b"user,name\na,b\n", "lacks the column"), (b"\xff\xfe", "not UTF-8")):
        people.write_bytes(content)
        admin("user", "import", str(people), code=1)
        assert why in admin.error


def test_a_changed_row_of_the_audit_trail_is_named(admin: Command) -> None:
    assert "all as they were written" in admin("audit", "verify")
    assert [row["kind"] for row in admin.json("audit", "list")["rows"]] == ["user-created", "team-created"]
    store = Store(admin.url, key_file=admin.key_file)
    with store.write() as connection:
        connection.execute(update(schema.audit).where(schema.audit.c.number == 1).values(detail="agent"))
    store.close()
    assert "row 1 is not as it was written" in admin("audit", "verify", code=1)


def test_retention_only_tells(admin: Command) -> None:
    assert "Nothing was removed." in admin("retention", "--events-older-than", "5y")
    with pytest.raises(SystemExit):
        main(["admin", "retention", "--db", admin.url, "--events-older-than", "long"])


def test_a_database_in_use_by_a_hub_is_left_to_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hub.sqlite"
    file.touch()
    lock = lock_beside(file)
    try:
        assert main(["admin", "user", "list", "--db", f"sqlite:///{file}"]) == 1
    finally:
        lock.release()
    assert "A hub runs on this database." in capsys.readouterr().err


def test_a_hub_that_has_people_offers_no_set_up(hub: RunningHub) -> None:
    first = {"code": "x", "user": "rae", "name": "Rae", "first_name": "Rae", "password": PASSWORD}
    assert hub.client().post("/v1/setup", json=first).status_code == 404
    assert offer_setup(hub.store) is None


def test_wrong_set_up_codes_are_counted(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    code = offer_setup(store)
    assert code is not None
    office = Office(store, cheap_passwords(), datetime.now(UTC), MACHINE)
    asked = SetUp("wrong", "rae", "Rae", "Rae", PASSWORD)
    statuses = []
    for _ in range(9):
        with pytest.raises(Problem) as refused:
            set_up(office, asked)
        statuses.append(refused.value.status)
    assert statuses == [403] * 8 + [429]
    # A new start gives a new code, and the one before is void.
    assert offer_setup(store) != code
    store.close()


def test_a_typing_error_makes_no_new_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "user", "list", "--db", f"sqlite:///{tmp_path / 'typo' / 'hub.sqlite'}"]) == 1
    assert "There is no such database." in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_customer_is_given_out_and_erased(
    hub: RunningHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = hub.sign_in("ana")
    ana.send(ana.event("account.matched", "call-1", {"account": "acc-4221", "by": "ani", "candidates": 1}))
    # The test's own way past the sign-in: Sam gets the role, and signs in with his password from standard input.
    with hub.store.write() as connection:
        connection.execute(update(schema.person).where(schema.person.c.user_name == "sam").values(roles="lead admin"))
    where = ["--hub", hub.url, "--user", "sam", "--password-stdin"]
    out = tmp_path / "customer.zip"

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(hub.sign_ins.of("sam").password + "\n"))
        assert main(["admin", *words, *where]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    run("customer", "export", "acc-4221", "--out", str(out))
    with zipfile.ZipFile(out) as packed:
        assert '"acc-4221"' in packed.read("events.jsonl").decode()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Would be erased: 1 account, 1 events, 0 orders." in run("customer", "erase", "acc-4221")
    assert ana.client.get("/v1/accounts/acc-4221").status_code == 200
    assert "Erased: 1 account, 1 events, 0 orders" in run("customer", "erase", "acc-4221", "--yes")
    assert ana.client.get("/v1/accounts/acc-4221").status_code == 404
    assert "all as they were written" in run("audit", "verify")
    # Signed out each time: nothing is left open.
    assert not [line for line in run("token", "list").splitlines() if "cuecard-admin" in line and " person " in line][
        1:
    ]


def test_an_empty_hub_is_set_up_over_tls_from_its_first_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        main(["admin", "tls", "self-signed", "--host", "localhost", "--host", "127.0.0.1", "--out", str(tmp_path)]) == 0
    )
    certificate, key = tmp_path / "hub.crt", tmp_path / "hub.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    ready, said = tmp_path / "ready.json", tmp_path / "said"
    command = [sys.executable, "-m", "app.cli", "hub", "--db", f"sqlite:///{tmp_path / 'hub.sqlite'}", "--port", "0"]
    command += ["--host", "0.0.0.0", "--tls-cert", str(certificate), "--tls-key", str(key), "--ready-file", str(ready)]
    with said.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=output, env=dict(os.environ))
    try:
        deadline = time.monotonic() + 60
        while (presence := announced(ready)) is None:
            assert process.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.02)
        assert presence.url.startswith("https://")
        url = f"https://localhost:{presence.url.rpartition(':')[2]}"
        code = re.search(r"set-up code (\S+)", said.read_text())
        assert code is not None
        where = ["--hub", url, "--user", "rae"]
        first = ["admin", "first", "--name", "Rae F.", *where]
        monkeypatch.setenv("CUECARD_PASSWORD", PASSWORD)

        monkeypatch.setenv("CUECARD_SETUP_CODE", code[1])
        assert main(first) == 1
        assert "The hub's certificate is not trusted" in capsys.readouterr().err
        trusting = ["--ca", str(certificate)]
        monkeypatch.setenv("CUECARD_SETUP_CODE", "wrong")
        assert main([*first, *trusting]) == 1
        assert "The code is not right." in capsys.readouterr().err
        monkeypatch.setenv("CUECARD_SETUP_CODE", code[1])
        assert main([*first, *trusting]) == 0, capsys.readouterr().err
        assert main([*first, *trusting]) == 1
        assert "This hub is set up." in capsys.readouterr().err

        assert main(["admin", "user", "list", *where, *trusting]) == 0
        assert "Rae F." in capsys.readouterr().out
        assert main(["admin", "team", "create", "blue", "--name", "Blue", *where, *trusting]) == 0
        create = ["user", "create", "ana", "--name", "Ana", "--first-name", "Ana", "--team", "blue", "--role", "agent"]
        assert main(["admin", *create, "--json", *where, *trusting]) == 0
        printed = capsys.readouterr().out
        one_time = json.loads(printed[printed.index("{") :])["password"]
        as_ana = ["--hub", url, "--user", "ana", "--password-stdin", *trusting]
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{one_time}\n"))
        assert main(["admin", "user", "list", *as_ana]) == 1
        assert "This password is for once." in capsys.readouterr().err
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{one_time}\n{PASSWORD}\n"))
        assert main(["admin", "password", *as_ana]) == 0
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
        assert main(["admin", "user", "list", *as_ana]) == 1
        assert "role admin" in capsys.readouterr().err
    finally:
        process.terminate()
        process.wait(20)
    assert process.returncode == 0
    assert PASSWORD not in said.read_text()


def test_a_hub_that_others_reach_does_not_begin_without_tls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "--db", f"sqlite:///{tmp_path / 'hub.sqlite'}", "--host", "0.0.0.0"]) == 1
    assert "Without TLS, passwords could be read on the way." in capsys.readouterr().err
    assert not (tmp_path / "hub.sqlite").exists()


def test_a_certificate_has_to_fit_its_key_and_to_be_good_now(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    good = make_self_signed(tmp_path / "good", ["hub.example.com"], now)
    other = make_self_signed(tmp_path / "other", ["hub.example.com"], now)
    tls = check_certificate(good.certificate, good.key, now)
    assert tls.warning(now) is None
    assert "expires in 29 days" in str(tls.warning(tls.until - timedelta(days=29, seconds=5)))
    for certificate, key, when, why in (
        (good.certificate, other.key, now, "is not the key of"),
        (good.certificate, good.key, now + timedelta(days=400), "expired on"),
        (good.certificate, good.key, now - timedelta(days=2), "is not good before"),
        (good.key, good.certificate, now, "is not PEM"),
        (tmp_path / "none", good.key, now, "cannot be read"),
    ):
        with pytest.raises(CertificateUnusable, match=why):
            check_certificate(certificate, key, when)
    with pytest.raises(CertificateUnusable, match="Nothing is overwritten"):
        make_self_signed(tmp_path / "good", ["hub.example.com"], now)
