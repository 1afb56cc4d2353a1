"""What the agent chose about the window is there again after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.book import CHOSEN_FILE, SettingsBook
from app.settings.schema import setting
from ui.kept_settings import keep_settings, read_settings
from ui.settings import WindowSettings
from ui.theme.colours import Scheme
from ui.words.catalogue import LANGUAGES

CHOSEN = WindowSettings(Scheme.DARK, 150, "de", (("extend", "F5"),), True, (10, 20))


def test_settings_come_back_as_they_were(tmp_path: Path) -> None:
    keep_settings(SettingsBook(tmp_path), CHOSEN)
    assert read_settings(SettingsBook(tmp_path)) == CHOSEN


def test_without_a_choice_the_window_is_as_it_always_was(tmp_path: Path) -> None:
    assert read_settings(SettingsBook(tmp_path)) == WindowSettings()


def test_the_file_of_an_earlier_version_still_counts(tmp_path: Path) -> None:
    (tmp_path / CHOSEN_FILE).write_text(
        '{"scheme": "dark", "text_scale": 150, "language": "de", "keys": [["extend", "F5"]], "strip": true, '
        '"strip_place": [10, 20]}'
    )
    assert read_settings(SettingsBook(tmp_path)) == CHOSEN


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"scheme": "pink"}', '{"strip_place": 3}', '{"text_scale": "x"}', "null"]
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, body: str) -> None:
    (tmp_path / CHOSEN_FILE).write_text(body, encoding="utf-8")
    assert read_settings(SettingsBook(tmp_path)) == WindowSettings()


def test_a_text_scale_out_of_range_is_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / CHOSEN_FILE).write_text('{"text_scale": 900}', encoding="utf-8")
    assert read_settings(SettingsBook(tmp_path)).text_scale == 100


def test_a_folder_that_cannot_be_written_to_costs_the_settings_and_nothing_else(tmp_path: Path) -> None:
    keep_settings(SettingsBook(tmp_path / "missing"), CHOSEN)
    assert read_settings(SettingsBook(tmp_path / "missing")) == WindowSettings()


def test_the_hub_s_default_counts_where_the_user_chose_nothing(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    book.take_managed({"text_scale": 150})
    keep_settings(book, read_settings(book))
    book.take_managed({"text_scale": 125})
    assert read_settings(book).text_scale == 125


def test_what_can_be_set_is_what_the_window_has() -> None:
    assert setting("scheme").choices == tuple(scheme.value for scheme in Scheme)
    assert setting("language").choices == tuple(LANGUAGES)
