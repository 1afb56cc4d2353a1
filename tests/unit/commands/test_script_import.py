"""`cuecard script import`: a script out of a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from app.scripts.parse import parse_script

TABLE = """\
Step,Say,Answer,Goes to,End,Author
Greet,Hello.,Yes,bye,,Ana
,,No,bye,,
bye,Goodbye.,,,solved,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "No picture (TV).csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_the_script_is_written_under_its_id(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["script", "import", str(table), "--kind", "care", "-o", str(table.parent)])
    printed = capsys.readouterr()
    script = table.with_name("no-picture-tv.call.md")

    assert code == 0
    parsed = parse_script(script.read_text(encoding="utf-8"), script.name)
    assert parsed.problems == () and parsed.script is not None
    assert (parsed.script.id, parsed.script.title, len(parsed.script.steps)) == ("no-picture-tv", "No picture tv", 2)
    assert "no-picture-tv.call.md: 2 steps. Now: cuecard script check" in printed.out
    assert "Row 2, column F: “Ana”" in printed.err


def test_a_dry_run_prints_the_script_and_writes_nothing(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--kind", "save", "--script", "tv", "--title", "TV", "--cancel", "cancel-service"]

    assert main(["script", "import", str(table), *options, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("---\nscript: tv\ntitle: TV\nkind: save\ncancel: cancel-service\n---\n")
    assert list(table.parent.iterdir()) == [table]


def test_a_script_that_is_there_stays_unless_one_says_so(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = table.with_name("tv.call.md")
    there.write_text("precious", encoding="utf-8")
    command = ["script", "import", str(table), "--kind", "care", "--script", "tv", "-o", str(table.parent)]

    assert main(command) == 2
    assert "--replace" in capsys.readouterr().err and there.read_text(encoding="utf-8") == "precious"
    assert main([*command, "--replace"]) == 0
    assert there.read_text(encoding="utf-8").startswith("---\nscript: tv\n")


def test_errors_are_listed_and_nothing_is_written(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table.write_text(TABLE.replace("Yes,bye", "Yes,by"), encoding="utf-8")

    assert main(["script", "import", str(table), "--kind", "care", "-o", str(table.parent)]) == 1
    error = capsys.readouterr().err
    assert 'Row 2, column D: There is no step "by" in the column "step". Did you mean "bye"?' in error
    assert "Nothing was written." in error
    assert list(table.parent.iterdir()) == [table]


def test_there_must_be_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "import", str(tmp_path / "none.csv"), "--kind", "care"]) == 2
    assert "There is no file" in capsys.readouterr().err
