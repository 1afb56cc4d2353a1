"""`cuecard script find-eval`: how often find is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.fakes.small_library import small_library


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A small library on disk."""
    root = tmp_path / "library"
    for name, content in small_library().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def sentences(folder: Path, *lines: dict[str, str]) -> str:
    """A file of callers' sentences."""
    path = folder / "callers.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    return str(path)


def test_recall_is_printed_at_one_three_and_five(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sentences(
        tmp_path,
        {"text": "too expensive", "wanted": "stay"},
        {"text": "just cancel", "wanted": "cancel-service"},
        {"text": "just cancel", "wanted": "stay"},
        {"text": "qqq", "wanted": "slow"},
    )

    assert main(["script", "find-eval", file, "--library", str(library), "--lexical", "--missed"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "by words    50.0% at 1   75.0% at 3   75.0% at 5  of 4 sentences"
    assert told[1:] == ["  stay, not cancel-service: just cancel", "  slow, not nothing: qqq"]


def test_steps_and_objections_can_be_wanted_too(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sentences(tmp_path, {"text": "find the reason", "wanted": "stay/why", "current": "stay"})

    assert main(["script", "find-eval", file, "--library", str(library), "--lexical"]) == 0
    assert "100.0% at 1" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "x"}', '{"text": 1, "wanted": "stay"}', "[" * 100_000])
def test_a_line_that_is_no_sentence_is_named(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (tmp_path / "callers.jsonl").write_text(f'{{"text": "x", "wanted": "stay"}}\n{line}\n', encoding="utf-8")

    assert main(["script", "find-eval", str(tmp_path / "callers.jsonl"), "--library", str(library)]) == 2
    assert "Line 2" in capsys.readouterr().err


def test_a_script_that_is_not_in_the_library_is_named(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sentences(tmp_path, {"text": "x", "wanted": "no-such-script"})

    assert main(["script", "find-eval", file, "--library", str(library), "--lexical"]) == 1
    assert "no-such-script" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "find-eval", "nowhere.jsonl", "--library", str(library)]) == 2
    assert "nowhere.jsonl cannot be read" in capsys.readouterr().err
