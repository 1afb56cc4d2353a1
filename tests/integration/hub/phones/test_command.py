"""`cuecard hub phones`: an administrator says which phone systems may post, and whose phone is whose."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from app.cli import main
from app.hub.phones.sources import sources
from app.hub.store import Store
from tests.fakes.hub import RunningHub


@pytest.fixture
def database(tmp_path: Path) -> str:
    hub = RunningHub(tmp_path)
    hub.stop()
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


def phones(database: str, *words: str) -> int:
    return main(["hub", "phones", *words, "--db", database])


def test_a_source_is_added_listed_without_its_secret_and_removed(
    database: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUECARD_PHONE_SECRET", "the-auth-token")
    url = "https://hub.example.com/v1/phones/main"
    assert phones(database, "add", "main", "--kind", "twilio", "--public-url", url) == 0
    assert phones(database, "list") == 0

    said = capfd.readouterr().out
    assert "main" in said and url in said and "the-auth-token" not in said
    store = Store(database)
    assert sources(store)["main"].secret == b"the-auth-token"
    store.close()

    assert phones(database, "remove", "main") == 0
    assert phones(database, "remove", "main") == 1
    assert "There is no source" in capfd.readouterr().err


def test_the_secret_may_come_from_standard_input(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("x" * 40 + "\n"))

    assert phones(database, "add", "own", "--kind", "json") == 0

    store = Store(database)
    assert sources(store)["own"].secret == b"x" * 40
    store.close()


@pytest.mark.parametrize(
    ("words", "secret", "sentence"),
    [
        (["add", "main", "--kind", "pigeon"], "x" * 40, "There is no kind"),
        (["add", "Main Line", "--kind", "twilio"], "x" * 40, "name has 1 to 40"),
        (["add", "own", "--kind", "json"], "short", "needs 32 characters"),
        (["add", "main", "--kind", "twilio"], "", "secret is empty"),
        (["add", "main", "--kind", "twilio", "--public-url", "hub.example.com"], "x", "Give --public-url like"),
        (["agent", "1001", "nobody"], "", "Nobody has the user name"),
        (["import", "missing.csv"], "", "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    database: str,
    words: list[str],
    secret: str,
    sentence: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CUECARD_PHONE_SECRET", secret)

    assert phones(database, *words) == 1
    assert sentence in capfd.readouterr().err
    phones(database, "list")
    assert capfd.readouterr().out == ""


def test_phones_are_assigned_one_by_one_or_by_a_file(
    database: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "phones.csv"
    file.write_text("Extension,User\n1002,noor\nPJSIP/1003,ana\n", encoding="utf-8")
    assert phones(database, "agent", "1001", "ana") == 0
    assert phones(database, "import", str(file)) == 0
    assert phones(database, "agent", "1002") == 0
    capfd.readouterr()

    phones(database, "list")
    assert capfd.readouterr().out.split() == ["1001", "person-ana", "pjsip/1003", "person-ana"]


def test_a_file_with_one_wrong_line_changes_nothing(
    database: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "phones.csv"
    for content, sentence in (
        ("1001,ana\n1002\n", "Line 2 is not of the form"),
        ("1001,ana\n1001,noor\n", "named before"),
        ("1001,ana\n1002,nobody\n", "Nobody has the user name"),
    ):
        file.write_text(content, encoding="utf-8")
        assert phones(database, "import", str(file)) == 1
        assert sentence in capfd.readouterr().err
    phones(database, "list")
    assert capfd.readouterr().out == ""


def test_without_words_it_says_which_there_are(database: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert phones(database) == 2
    assert "cuecard hub phones add NAME" in capfd.readouterr().err


def test_a_switch_that_is_none_keeps_the_hub_from_starting(database: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "--db", database, "--phone", "baresip://127.0.0.1"]) == 1
    assert "Asterisk only" in capfd.readouterr().err
