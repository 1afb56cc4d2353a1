"""`cuecard script export`: a script as a page to print."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from tests.fakes.small_library import SAVE, small_library


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    for name, content in small_library().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_the_page_has_the_offers_of_the_library(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = library.with_name("stay.html")

    assert main(["script", "export", str(library / SAVE), "-o", str(page)]) == 0
    assert "Fibre 100" in page.read_text(encoding="utf-8")
    assert capsys.readouterr().out.endswith("stay.html: 11 steps\n")


def test_a_script_in_no_library_has_a_page_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "stay.call.md"
    script.write_bytes(small_library()[SAVE])

    assert main(["script", "export", str(script), "-o", str(tmp_path / "stay.html")]) == 0
    assert "without a library" in capsys.readouterr().out


def test_errors_keep_it_from_being_printed(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = library.with_name("stay.html")
    other = library / "conditions.yaml"
    other.write_text("conditions: 5\n", encoding="utf-8")

    assert main(["script", "export", str(library / SAVE), "-o", str(page)]) == 1
    assert "cuecard script check" in capsys.readouterr().err
    assert main(["script", "export", str(library / "nothing.call.md"), "-o", str(page)]) == 2
    assert not page.exists()
