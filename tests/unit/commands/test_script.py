"""`cuecard script`: what a trainer sees in the terminal."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from app.cli import main
from tests.fakes.small_library import SAVE, TROUBLE, small_library


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A small library without findings, on disk."""
    root = tmp_path / "library"
    for name, content in small_library().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def change(library: Path, file: str, old: str, new: str) -> None:
    path = library / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_clean_library_is_told_in_one_line(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "check", str(library)]) == 0
    assert capsys.readouterr().out == "No problems in 3 scripts and 2 offers.\n"


def test_each_finding_is_a_line_with_its_place(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, SAVE, "Else: -> credit", "Else: -> credt")

    assert main(["script", "check", str(library)]) == 1
    first, total = capsys.readouterr().out.splitlines()
    assert first == (f'{library / SAVE}:38:7: error unknown-step: There is no step "credt". Did you mean "credit"?')
    assert total == "1 error, 0 warnings"


def test_a_script_is_checked_with_its_library_but_told_alone(
    library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(library, SAVE, "Else: -> credit", "Else: -> credt")
    monkeypatch.chdir(library)

    assert main(["script", "check", TROUBLE]) == 0
    assert main(["script", "check", "scripts/troubleshoot"]) == 0
    capsys.readouterr()
    assert main(["script", "check", SAVE]) == 1
    assert capsys.readouterr().out.startswith(f"{SAVE}:38:7: error ")


def test_a_warning_is_told_and_is_no_failure(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, SAVE, "## kept\n", "## lost\nEnd: saved\n\n## kept\n")

    assert main(["script", "check", str(library)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 errors, 1 warning"


def test_json_tells_the_same_with_the_help_of_the_rule(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, SAVE, "{gap|money}", "{gap|mony}")

    assert main(["script", "check", str(library), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (problem,) = told["problems"]
    assert (told["errors"], told["warnings"]) == (1, 0)
    assert (problem["file"], problem["line"], problem["column"]) == (SAVE, 42, 17)
    assert (problem["rule"], problem["severity"], problem["suggestion"]) == ("unknown-filter", "error", "money")
    assert problem["help"]


def test_signs_that_could_steer_the_terminal_are_taken_out(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, SAVE, "{gap|money}", "{\x1b[31m\u202egap}")

    assert main(["script", "check", str(library)]) == 1
    printed = capsys.readouterr().out
    assert "\x1b" not in printed and "\u202e" not in printed


def test_a_path_that_is_no_library_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "check", str(tmp_path / "nothing")]) == 2
    assert main(["script", "check", str(tmp_path)]) == 2
    assert "in no library" in capsys.readouterr().err


def play(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys: list[str], *options: str
) -> tuple[int, str]:
    """Plays with these lines typed; the exit code and what was printed."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(key + "\n" for key in keys)))
    code = main(["script", "play", *options])
    return code, capsys.readouterr().out


def test_a_script_is_played_to_its_end(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ["V", "1", "P", "1", "target=35", "", "/dear", "", "D price", "A 1", "R", "1"]
    code, printed = play(monkeypatch, capsys, keys, str(library / SAVE), "--events")

    assert code == 0
    assert "They pay £42.00" in printed
    assert "It closes the £7.00" in printed
    assert "I hear you." in printed
    assert "+ offer.declined: " in printed and "+ offer.accepted: " in printed
    assert "+ order.requested: " in printed and "Order: placed" in printed
    assert printed.rstrip().endswith("The script is over: saved (price).")


def test_the_cancel_key_leaves_the_ladder(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, printed = play(monkeypatch, capsys, ["V", "1", "C", "1"], str(library / SAVE))

    assert "I'll start the cancellation now." in printed
    assert printed.rstrip().endswith("The script is over: cancelled.")


def test_a_wrong_key_is_told_and_changes_nothing(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = play(monkeypatch, capsys, ["1", "x", "8", "A", "?", "/zebra", "q"], str(library / SAVE))

    assert code == 0
    assert "closed: verify the caller first" in printed
    assert "That key does nothing here" in printed
    assert "There is no answer 8 here" in printed
    assert "Nothing found." in printed


def test_another_sample_customer_can_be_chosen(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, printed = play(monkeypatch, capsys, ["1"], str(library / TROUBLE), "--account", "4230")

    assert "phone Moto G" in printed
    assert main(["script", "play", str(library / TROUBLE), "--account", "nobody"]) == 2


def test_a_library_with_errors_is_not_played(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, SAVE, "Else: -> credit", "Else: -> credt")

    assert main(["script", "play", str(library / SAVE)]) == 1
    assert "unknown-step" in capsys.readouterr().err


def test_a_folder_is_not_played(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "play", str(library)]) == 2
    assert SAVE in capsys.readouterr().err


def test_fix_mends_what_is_certain_and_leaves_the_rest(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(library, SAVE, "Note: Let them finish.", "NOTE：Let them finish.")
    change(library, SAVE, "- [1] Too expensive -> listen", "－［1］ Too expensive → listen")
    change(library, TROUBLE, "If: visits", "If:   visits")
    change(library, TROUBLE, "Wait: 4m", "Wiat: 4m")

    assert main(["script", "check", str(library), "--fix"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("stay.call.md: mended line 22, 33")
    assert "Wiat" in lines[1] and lines[-1] == "1 error, 0 warnings"
    assert (library / SAVE).read_bytes() == small_library()[SAVE]
    assert "If:   visits" in (library / TROUBLE).read_text(encoding="utf-8")


def test_fix_leaves_a_clean_library_alone(library: Path) -> None:
    before = {path: path.read_bytes() for path in library.rglob("*.md")}

    assert main(["script", "check", str(library), "--fix"]) == 0
    assert {path: path.read_bytes() for path in library.rglob("*.md")} == before | {
        path: path.read_bytes() for path in library.rglob("*.md") if path not in before
    }
    assert (library / SAVE).read_bytes() == small_library()[SAVE]


def test_the_last_release_and_a_day_can_be_given(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = tmp_path / "earlier"
    shutil.copytree(library, earlier)
    change(library, SAVE, "- [9] Just cancel => cancel-service\n", "")
    change(library, "catalog/saves.yaml", "name: A smaller plan", "name: A smaller plan\n    valid_until: 2026-03-01")

    assert main(["script", "check", str(library), "--earlier", str(earlier), "--day", "2026-03-02"]) == 0
    out = capsys.readouterr().out
    assert "warning lost-answer" in out and "warning offer-not-valid" in out
    assert main(["script", "check", str(library), "--day", "2026-03-01"]) == 0
    assert "offer-not-valid" not in capsys.readouterr().out


def test_a_day_is_written_with_year_first(library: Path) -> None:
    with pytest.raises(SystemExit):
        main(["script", "check", str(library), "--day", "1.3.2026"])
