"""`cuecard practice`: the best path and its page in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main

LIBRARY = Path(__file__).parents[2] / "fakes" / "walk_library"


def test_the_best_path_is_played_and_its_page_printed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    given = ["practice", "--script", "save-too-expensive", "--persona", "cancel", "--seed", "3", "--auto"]

    assert main(given) == 0

    printed = capfdbinary.readouterr().out.decode()
    assert "Well done: nothing was missed." in printed
    assert "You honoured the wish to cancel at once." in printed
    assert "  = Cancel the service › Cancellation started" in printed
    assert main(given) == 0
    assert capfdbinary.readouterr().out.decode() == printed


def test_a_draft_is_played_by_the_file_of_its_script(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = LIBRARY / "scripts" / "upsell" / "upsell-data-pack.call.md"

    assert main(["practice", "--library", str(file), "--auto"]) == 0

    assert "What went well" in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--script", "nothing", "--auto"], "There is no script nothing."),
        (["--script", "welcome", "--persona", "nobody", "--auto"], "There is no persona nobody."),
        (["--script", "welcome"], "Ctrl+P"),
        (["--library", "no/such/folder", "--auto"], "There is nothing at no/such/folder."),
    ],
)
def test_what_cannot_be_played_is_said(given: list[str], says: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["practice", *given]) == 2

    assert says in capfdbinary.readouterr().err.decode()


def test_without_a_script_it_lists_what_there_is(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["practice"]) == 0

    printed = capfdbinary.readouterr().out.decode()
    assert "save-too-expensive     Cancel: too expensive" in printed
    assert "bereaved               Bereaved" in printed
