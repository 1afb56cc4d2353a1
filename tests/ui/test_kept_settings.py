"""What the agent chose about the window is there again after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.kept_settings import FILE, keep_settings, read_settings
from ui.settings import WindowSettings
from ui.theme.colours import Scheme

CHOSEN = WindowSettings(Scheme.DARK, 150, "de", (("extend", "F5"),), True, (10, 20))


def test_settings_come_back_as_they_were(tmp_path: Path) -> None:
    keep_settings(tmp_path, CHOSEN)
    assert read_settings(tmp_path) == CHOSEN


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"scheme": "pink"}', '{"strip_place": 3}', '{"text_scale": "x"}', "null"]
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, body: str) -> None:
    (tmp_path / FILE).write_text(body, encoding="utf-8")
    assert read_settings(tmp_path) == WindowSettings()


def test_a_text_scale_out_of_range_is_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"text_scale": 900}', encoding="utf-8")
    assert read_settings(tmp_path).text_scale == 100


def test_a_folder_that_cannot_be_written_to_costs_the_settings_and_nothing_else(tmp_path: Path) -> None:
    keep_settings(tmp_path / "missing", CHOSEN)
    assert read_settings(tmp_path / "missing") == WindowSettings()
