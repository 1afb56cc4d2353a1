"""Every setting is described, has a sound default, and refuses what it cannot be, in a sentence."""

from __future__ import annotations

import json

import pytest

from app.settings.schema import SETTINGS, Kind, Setting, SettingRefused, Who, read_values, setting


@pytest.mark.parametrize("each", SETTINGS.values(), ids=str)
def test_every_default_is_one_of_the_values_that_are_allowed(each: Setting) -> None:
    assert each.checked(each.default) == each.default
    assert each.title and each.description.endswith(".")


@pytest.mark.parametrize("each", SETTINGS.values(), ids=str)
def test_every_value_is_the_same_after_a_way_through_json(each: Setting) -> None:
    for value in (each.default, *each.choices, *EXAMPLES.get(each.kind, ())):
        assert each.checked(json.loads(json.dumps(value))) == value


EXAMPLES = {Kind.PAIRS: ((("extend", "F5"), ("accept", "F6")),), Kind.PLACE: ((10, -20), None)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_scale", 99),
        ("text_scale", 201),
        ("text_scale", "150"),
        ("text_scale", 150.0),
        ("text_scale", True),
        ("scheme", "pink"),
        ("scheme", ["dark"]),
        ("sound", 1),
        ("sound", None),
        ("keys", {"extend": "F5"}),
        ("keys", [["extend"]]),
        ("keys", [["extend", 5]]),
        ("keys", [["extend", "F5"], ["extend", "F6"]]),
        ("keys", [["x", "y" * 2_001]]),
        ("keys", [["x", "y"]] * 501),
        ("strip_place", [1]),
        ("strip_place", [1, 10**9]),
        ("strip_place", "here"),
        ("lock_after_minutes", -1),
    ],
)
def test_a_value_that_it_cannot_have_is_a_sentence_that_says_what_it_can(name: str, value: object) -> None:
    with pytest.raises(SettingRefused) as refused:
        setting(name).checked(value)
    assert setting(name).allowed in str(refused.value)


def test_a_name_that_is_none_is_a_sentence_with_the_one_that_was_meant() -> None:
    with pytest.raises(SettingRefused, match="Did you mean text_scale"):
        setting("textscale")
    with pytest.raises(SettingRefused, match="There is no setting"):
        setting("\u202e" * 500)


def test_of_many_values_the_sound_ones_count_and_each_other_is_a_sentence() -> None:
    sound, problems = read_values({"scheme": "dark", "text_scale": 1, "colour": "red"})
    assert sound == {"scheme": "dark"}
    assert len(problems) == 2


@pytest.mark.parametrize("values", [None, [], "x", 3])
def test_what_is_no_object_is_one_sentence(values: object) -> None:
    assert read_values(values) == ({}, ("These are no settings: an object of names and values is wanted.",))


def test_what_must_hold_for_everybody_is_managed() -> None:
    assert {name for name, each in SETTINGS.items() if each.who is Who.MANAGED} == {
        "lock_after_minutes",
        "agent_figures",
    }
