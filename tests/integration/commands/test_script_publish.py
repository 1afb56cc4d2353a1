"""`cuecard script release publish`, `approve`, `rollback` and `list` at a real hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.commands.script_publish import PASSWORD_VARIABLE
from app.domain.person import Person, Role
from app.hub.library.releases import current_id
from app.hub.people import add_person
from app.releases import load_release
from app.scripts.release import split
from tests.fakes.hub import RunningHub, cheap_passwords
from tests.fakes.releases import NOON, other_content, release, stranger, trainer, trusted

STAFF = {"tess": (Role.TRAINER,), "leo": (Role.APPROVER,)}
PASSWORD = "correct horse"
Command = Callable[..., int]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    (tmp_path / "hub").mkdir()
    running = RunningHub(tmp_path / "hub")
    with running.store.write() as connection:
        for name, roles in STAFF.items():
            person = Person(f"person-{name}", name.title(), name.title(), "blue", roles)
            add_person(connection, person, name, cheap_passwords().hash(PASSWORD))
    yield running
    running.stop()


@pytest.fixture
def command(hub: RunningHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Gives a command as one of the staff, in a folder with keys and releases."""
    (tmp_path / "key").write_bytes(trainer().to_pem())
    (tmp_path / "key.pub").write_bytes(trainer().public.to_pem())
    (tmp_path / "1.release").write_bytes(release(1))
    (tmp_path / "2.release").write_bytes(release(2, other_content()))
    (tmp_path / "strange.release").write_bytes(release(3, key=stranger()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)

    def give(user: str, action: str, *more: str) -> int:
        return main(["script", "release", action, *more, "--url", hub.url, "--user", user])

    return give


def in_use(hub: RunningHub) -> str:
    return current_id(hub.store)


def test_two_people_put_a_release_to_use_and_one_takes_it_back(
    hub: RunningHub, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("tess", "publish", "1.release", "--trust", "key.pub") == 0
    assert "waits for approval" in capsys.readouterr().out
    assert in_use(hub) == ""
    assert command("leo", "approve", "1") == 0
    assert "IN USE" in capsys.readouterr().out
    first = in_use(hub)
    assert command("tess", "publish", "2.release", "--trust", "key.pub") == 0
    assert command("leo", "approve", "2") == 0

    assert command("tess", "rollback", first[:8], "--trust", "key.pub", "--key", "key") == 0

    assert "release 3, content" in capsys.readouterr().out
    file = hub.client(hub.sign_in("ana").token).get("/v1/releases/current").content
    envelope, content = split(file)
    assert content == split(release(1))[1]
    assert load_release(content, envelope, trusted(), NOON.replace(year=2126), last_number=2).manifest.number == 3
    assert command("leo", "list") == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == ["3", "2", "1"]
    assert ["IN USE" in line for line in listed] == [True, False, False]


def test_a_trainer_cannot_approve_and_is_told_so(
    hub: RunningHub, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command("tess", "publish", "1.release", "--trust", "key.pub")
    assert command("tess", "approve", "1") == 1
    assert "role approver" in capsys.readouterr().err
    assert in_use(hub) == ""


def test_what_no_desk_would_take_is_not_handed_in(
    command: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command("tess", "publish", "strange.release", "--trust", "key.pub") == 1
    assert "does not trust" in capsys.readouterr().err
    command("tess", "list")
    assert "Nothing was published yet." in capsys.readouterr().out


@pytest.mark.parametrize("which", ["7", "abc", "f" * 12])
def test_a_release_that_is_not_there_is_a_sentence(
    command: Command, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    assert command("leo", "approve", which) == 2
    assert f"no release {which}" in capsys.readouterr().err


def test_a_wrong_password_and_a_hub_that_is_not_there_are_sentences(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "guess")
    assert command("leo", "list") == 1
    assert "wrong" in capsys.readouterr().err
    assert main(["script", "release", "list", "--url", "http://127.0.0.1:9", "--user", "leo"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert main(["script", "release", "list", "--url", "http://hub.example.com", "--user", "leo"]) == 2
    assert "https://" in capsys.readouterr().err
