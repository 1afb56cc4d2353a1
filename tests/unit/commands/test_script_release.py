"""`cuecard script release`: from a library to a signed file, and back to an earlier one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from app.cli import main
from tests.fakes.small_library import SAVE, small_library


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small library and a key, in which the commands are given."""
    for name, content in small_library().items():
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    assert main(["script", "release", "key", "-o", "key"]) == 0
    return tmp_path


def build(number: int, output: str, *more: str) -> int:
    """Releases the library."""
    who = ["--author", "Tara", "--approver", "Leo", "--key", "key", "--without-vectors"]
    return main(["script", "release", "build", "library", "--number", str(number), *who, "-o", output, *more])


def test_a_key_is_two_files_and_the_secret_one_is_the_owner_s_alone(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["script", "release", "key", "-o", "other"]) == 0
    if os.name == "posix":
        assert stat.S_IMODE((desk / "other").stat().st_mode) == 0o600
    assert b"PRIVATE" in (desk / "other").read_bytes()
    assert b"PUBLIC" in (desk / "other.pub").read_bytes()
    told = capsys.readouterr().out
    assert "PRIVATE" not in told and "keep it secret" in told


def test_a_key_is_never_written_over_another(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (desk / "key").read_bytes()

    assert main(["script", "release", "key", "-o", "key"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (desk / "key").read_bytes() == before


def test_a_release_is_built_and_verified(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(7, "7.release", "--valid-from", "2026-01-01T08:00+00:00", "--valid-until", "2126-01-01") == 0
    capsys.readouterr()

    assert main(["script", "release", "show", "7.release", "--trust", "key.pub"]) == 0
    told = capsys.readouterr().out
    assert "release 7, content " in told
    assert "by Tara, approved by Leo, valid from 2026-01-01 08:00 UTC until 21" in told
    assert "3 scripts, 2 offers, without vectors for find" in told


def test_a_library_with_errors_is_not_released(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = desk / "library" / SAVE
    script.write_text(script.read_text(encoding="utf-8").replace("-> credit", "-> credt"), encoding="utf-8")

    assert build(7, "7.release") == 1
    assert "cuecard script check" in capsys.readouterr().err
    assert not (desk / "7.release").exists()


def test_an_altered_release_is_not_shown(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(7, "7.release")
    file = desk / "7.release"
    file.write_bytes(file.read_bytes()[:-1] + b" ")

    assert main(["script", "release", "show", "7.release", "--trust", "key.pub"]) == 1
    assert "altered" in capsys.readouterr().err


def test_going_back_is_a_new_number_with_the_old_content(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(7, "7.release")
    who = ["--author", "Tara", "--approver", "Leo", "--key", "key", "--trust", "key.pub"]
    capsys.readouterr()

    assert main(["script", "release", "again", "7.release", "--number", "7", *who, "-o", "8.release"]) == 1
    assert "must be higher than 7" in capsys.readouterr().err
    assert main(["script", "release", "again", "7.release", "--number", "9", *who, "-o", "9.release"]) == 0
    old, new = ((desk / f"{number}.release").read_bytes().partition(b"}\n")[2] for number in (7, 9))
    assert old == new


def test_whoever_wrote_it_cannot_approve_it(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(7, "7.release", "--approver", "tara") == 1
    assert "second person" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--key", "key.pub"], "no private key"),
        (["--key", "nowhere"], "cannot be read"),
        (["--key", "library"], "cannot be read"),
    ],
)
def test_a_wrong_key_is_told_without_a_traceback(
    desk: Path, capsys: pytest.CaptureFixture[str], more: list[str], sentence: str
) -> None:
    assert build(7, "7.release", *more) == 2
    error = capsys.readouterr().err
    assert sentence in error and "Traceback" not in error


def test_a_time_that_is_none_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build(7, "7.release", "--valid-from", "tomorrow")
    assert "is no time like 2026-12-01" in capsys.readouterr().err


def test_a_release_is_never_written_over_another(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(7, "7.release")
    before = (desk / "7.release").read_bytes()

    assert build(8, "7.release") == 2
    assert (desk / "7.release").read_bytes() == before
