"""`cuecard script map`: writes the map of a script."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.cli import main
from tests.fakes.small_library import SAVE, small_library


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "stay.call.md"
    path.write_bytes(small_library()[SAVE])
    return path


def test_the_map_is_written_where_one_says(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    map_file = script.with_name("stay.svg")

    assert main(["script", "map", str(script), "-o", str(map_file)]) == 0
    assert ElementTree.parse(map_file).getroot().tag.endswith("svg")
    assert capsys.readouterr().out.endswith("stay.svg: 11 steps\n")


def test_a_script_with_errors_has_no_map(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text(script.read_text().replace("Verify:", "Verfy:"), encoding="utf-8")

    assert main(["script", "map", str(script), "-o", str(script.with_name("x.svg"))]) == 1
    assert "Line 12" in capsys.readouterr().err
    assert not script.with_name("x.svg").exists()


def test_there_must_be_a_script_and_a_place_to_write(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "map", str(script.parent), "-o", str(script.with_name("x.svg"))]) == 2
    assert main(["script", "map", str(script), "-o", str(script.parent / "nowhere" / "x.svg")]) == 2
    assert "x.svg" in capsys.readouterr().err
