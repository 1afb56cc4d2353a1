"""What the user chose counts over what the hub says, and that over what the program has; managed ones are the hub's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.settings.book import CHOSEN_FILE, MANAGED_FILE, SettingsBook, Source
from app.settings.schema import SETTINGS, SettingRefused, Value


def source(book: SettingsBook, name: str) -> Source:
    return next(each.source for each in book.describe() if each.setting.name == name)


def test_without_anything_everything_is_as_built_in(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    assert {each.setting.name: each.value for each in book.describe()} == {
        name: each.default for name, each in SETTINGS.items()
    }
    assert {each.source for each in book.describe()} == {Source.BUILT_IN}
    assert book.problems == ()


def test_a_choice_counts_over_the_hub_s_default_and_without_it_that_one_does(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    book.take_managed({"text_scale": 125})
    assert (book.value("text_scale"), source(book, "text_scale")) == (125, Source.HUB)
    book.set("text_scale", 150)
    assert (book.value("text_scale"), source(book, "text_scale")) == (150, Source.CHOSEN)
    book.reset("text_scale")
    assert book.value("text_scale") == 125
    book.take_managed({})
    assert book.value("text_scale") == 100


def test_what_is_managed_cannot_be_chosen_nor_written_into_the_file(tmp_path: Path) -> None:
    (tmp_path / CHOSEN_FILE).write_text('{"lock_after_minutes": 0}')
    book = SettingsBook(tmp_path)
    with pytest.raises(SettingRefused, match="administrator"):
        book.set("lock_after_minutes", 0)
    with pytest.raises(SettingRefused, match="administrator"):
        book.reset("lock_after_minutes")
    assert book.value("lock_after_minutes") == 5
    book.take_managed({"lock_after_minutes": 3})
    assert book.value("lock_after_minutes") == 3


def test_both_are_there_again_after_a_restart_without_a_network(tmp_path: Path) -> None:
    before = SettingsBook(tmp_path)
    before.take_managed({"lock_after_minutes": 3, "sound": True})
    before.set_all({"keys": (("extend", "F5"),), "strip_place": (10, 20)})

    after = SettingsBook(tmp_path)

    assert (after.value("lock_after_minutes"), after.value("sound")) == (3, True)
    assert (after.value("keys"), after.value("strip_place")) == ((("extend", "F5"),), (10, 20))


def test_several_choices_are_all_made_or_none(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    with pytest.raises(SettingRefused, match="Theme"):
        book.set_all({"text_scale": 150, "scheme": "pink"})
    assert book.value("text_scale") == 100


def test_keeping_everything_as_it_is_makes_no_choice_of_it(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    book.take_managed({"text_scale": 125})
    book.set_all({"text_scale": 125, "sound": False, "strip": True})
    book.take_managed({"text_scale": 175})
    assert (book.value("text_scale"), book.value("strip")) == (175, True)


def test_who_listens_hears_what_changed_and_nothing_else(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    heard: list[tuple[str, Value]] = []
    end = book.listen(lambda name, value: heard.append((name, value)))
    book.set("sound", True)
    book.set("sound", True)
    book.take_managed({"sound": False, "text_scale": 125})
    end()
    book.set("text_scale", 150)
    assert heard == [("sound", True), ("text_scale", 125)]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "\x00", '{"a": ' * 100_000])
@pytest.mark.parametrize("file", [CHOSEN_FILE, MANAGED_FILE])
def test_a_damaged_file_counts_as_none(tmp_path: Path, file: str, body: str) -> None:
    (tmp_path / file).write_text(body)
    book = SettingsBook(tmp_path)
    assert {each.source for each in book.describe()} == {Source.BUILT_IN}


def test_what_a_newer_version_kept_is_a_sentence_and_stays_in_the_file(tmp_path: Path) -> None:
    (tmp_path / CHOSEN_FILE).write_text('{"hologram": true, "text_scale": 900, "sound": true}')
    book = SettingsBook(tmp_path)
    assert len(book.problems) == 2
    book.set("strip", True)
    kept = json.loads((tmp_path / CHOSEN_FILE).read_text())
    assert kept == {"hologram": True, "text_scale": 900, "sound": True, "strip": True}


def test_what_the_hub_says_and_this_version_does_not_know_is_a_sentence(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path)
    book.take_managed({"hologram": True, "lock_after_minutes": "soon", "sound": True})
    assert book.value("sound") is True
    assert [problem.startswith("From the hub: ") for problem in book.problems] == [True, True]


def test_a_disk_that_refuses_costs_the_file_and_nothing_else(tmp_path: Path) -> None:
    book = SettingsBook(tmp_path / "missing")
    book.set("sound", True)
    assert book.value("sound") is True
