"""`cuecard script walk`: what a trainer is told of ten thousand calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.fakes.small_library import SAVE, small_library

# Lead to a step that is only for prices which no customer of these tests pays.
_NEVER = "- [2] Very rich {if account.bill > 9000 && account.bill < 1} -> kept\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return written(tmp_path / "library", small_library())


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def with_a_dead_answer(folder: Path) -> Path:
    files = small_library()
    text = files[SAVE].decode()
    place = "- [3] Service trouble"
    assert place in text
    files[SAVE] = text.replace(place, _NEVER + place).encode()
    return written(folder, files)


def test_a_script_that_is_walked_through_says_so(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "walk", str(library / "scripts/troubleshoot/slow.call.md"), "--calls", "300"]) == 0

    told = capsys.readouterr().out
    assert "slow: 4 of 4 steps" in told
    assert "1 script, 300 calls each, seed 7: everything was reached." in told


def test_what_no_call_came_to_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = with_a_dead_answer(tmp_path / "library")

    assert main(["script", "walk", str(folder), "--calls", "200"]) == 1

    line = (folder / SAVE).read_text().splitlines().index(_NEVER.strip()) + 1
    assert f"stay.call.md:{line}: never reached: answer [2] Very rich (step why)" in capsys.readouterr().out


def test_json_tells_the_same_and_the_same_seed_gives_the_same(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["script", "walk", str(library), "--calls", "60", "--format", "json"]
    texts = []
    for seed in ("7", "7", "8"):
        main([*asked, "--seed", seed])
        texts.append(capsys.readouterr().out)

    report = json.loads(texts[0])
    assert [one["script"] for one in report["scripts"]] == ["cancel-service", "slow", "stay"]
    assert report["scripts"][1]["steps_reached"] == 4
    assert texts[0] == texts[1] != texts[2]


def test_a_script_of_the_library_here_is_named_by_its_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "scripts_library", small_library())
    monkeypatch.chdir(tmp_path)

    assert main(["script", "walk", "slow", "--calls", "300"]) == 0
    assert "slow: 4 of 4 steps" in capsys.readouterr().out
    assert main(["script", "walk", "no-such"]) == 2
    assert "There is no script no-such in scripts_library." in capsys.readouterr().err


def test_a_library_with_errors_is_not_walked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = small_library()
    files[SAVE] = files[SAVE].replace(b"-> listen", b"-> lisen")
    folder = written(tmp_path / "library", files)

    assert main(["script", "walk", str(folder)]) == 1
    assert "has errors" in capsys.readouterr().err


@pytest.mark.parametrize("calls", ["0", "-3", "many", "99999999999"])
def test_a_number_of_calls_that_makes_no_sense_is_refused(library: Path, calls: str) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["script", "walk", str(library), "--calls", calls])
    assert refused.value.code == 2
