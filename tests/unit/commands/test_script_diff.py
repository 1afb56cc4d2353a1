"""`cuecard script diff`: what changed for the call, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.fakes.small_library import SAVE, small_library


def on_disk(root: Path, old: str = "", new: str = "") -> Path:
    """The small library, with a text of the save script replaced."""
    for name, content in small_library().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content.decode()
        assert name != SAVE or old in text
        path.write_text(text.replace(old, new) if old and name == SAVE else text, encoding="utf-8")
    return root


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """Two libraries, of which the second lost an answer."""
    return on_disk(tmp_path / "old"), on_disk(tmp_path / "new", "- [9] Just cancel => cancel-service\n")


def test_two_libraries_are_compared(versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    old, new = versions

    assert main(["script", "diff", str(old), str(new)]) == 0
    assert capsys.readouterr().out == f"{SAVE}:24 (old): step why lost answer 9 (“Just cancel”)\n1 difference\n"


def test_two_scripts_are_compared(versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (version / SAVE for version in versions)

    assert main(["script", "diff", str(old), str(new), "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["differences"]
    assert (found["kind"], found["subject"], found["side"]) == ("answer-lost", "script stay", "old")
    assert (found["file"], found["line"]) == (str(old), 24)


def test_the_same_twice_is_no_difference(versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "diff", str(versions[0]), str(versions[0])]) == 0
    assert capsys.readouterr().out == "No difference for the call.\n"


def test_reworded_texts_stand_below_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = on_disk(tmp_path / "old"), on_disk(tmp_path / "new", "I hear you.", "That is fair.")

    main(["script", "diff", str(old / SAVE), str(new / SAVE)])
    assert capsys.readouterr().out.splitlines()[1:3] == ["    - I hear you.", "    + That is fair."]


def test_nothing_of_a_script_steers_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = on_disk(tmp_path / "new", "I hear you.", "That is fair\x1b[2J.")

    assert main(["script", "diff", str(hostile / SAVE), str(hostile / SAVE)]) == 1
    assert "\x1b" not in capsys.readouterr().err


def test_a_version_with_errors_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = on_disk(tmp_path / "old"), on_disk(tmp_path / "new", "Else: -> credit", "Else: -> credt")

    assert main(["script", "diff", str(old), str(new)]) == 1
    assert f"cuecard script check {new}" in capsys.readouterr().err


def test_a_script_and_a_library_are_not_compared(
    versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["script", "diff", str(versions[0]), str(versions[1] / SAVE)]) == 2
    assert main(["script", "diff", str(versions[0]), str(versions[1] / "nothing")]) == 2
    assert main(["script", "diff", str(versions[0] / "a.md"), str(versions[1] / "nothing")]) == 2
    assert "Compare a script with a script" in capsys.readouterr().err


def test_a_file_that_is_no_text_is_told(versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    binary = versions[0] / "picture.call.md"
    binary.write_bytes(b"\x89PNG\xff\x00")

    assert main(["script", "diff", str(binary), str(binary)]) == 1
    assert "not UTF-8" in capsys.readouterr().err
