"""The map of a script: nothing overlaps, few lines cross, the main path is straight, and the SVG is sound."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scripts.map import Colours, Layout, lay_out, plan_of, script_map
from app.scripts.map.layout import Placed
from app.scripts.map.measure import shortened, width_of, wrapped
from app.scripts.map.order import crossings, ordered
from app.scripts.map.plan import Look
from app.scripts.model import Script
from app.scripts.parse import parse_script
from tests.fakes.small_library import SAVE, TROUBLE, small_library

HEAD = "---\nscript: a\ntitle: A\nkind: care\n---\n"
SHIPPED = sorted((Path(__file__).resolve().parents[3] / "scripts_library" / "scripts").rglob("*.call.md"))
SVG = "{http://www.w3.org/2000/svg}"


def script(text: str) -> Script:
    parsed = parse_script(text, "scripts/care/a.call.md")
    assert parsed.script is not None
    return parsed.script


def small(file: str = SAVE) -> Script:
    return script(small_library()[file].decode())


def overlaps(one: Placed, other: Placed) -> bool:
    aside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (aside or one.y + one.height <= other.y or other.y + other.height <= one.y)


def assert_readable(layout: Layout) -> None:
    """No two boxes overlap, no line passes through a box, the main path is straight, all lies within the paper."""
    for one, other in combinations(layout.boxes.values(), 2):
        assert not overlaps(one, other), (one.box.id, other.box.id)
    for placed in layout.boxes.values():
        assert placed.x >= 0 and placed.x + placed.width <= layout.width
        assert placed.y >= 0 and placed.y + placed.height <= layout.height
    middles = {round(layout.boxes[id].x + layout.boxes[id].width / 2, 3) for id in layout.plan.main}
    assert len(middles) == 1
    for line in layout.lines:
        if line.way.main:
            assert {round(x, 3) for x, _ in line.points} == middles
        assert all(y < below for (_, y), (_, below) in pairwise(line.points) if y != below)
        inner = line.points[2:-2]
        for (x, top), (_, bottom) in zip(inner[::2], inner[1::2], strict=True):
            for placed in layout.boxes.values():
                beside = not placed.x < x < placed.x + placed.width
                assert beside or placed.y >= bottom or placed.y + placed.height <= top, (line.way, placed.box.id)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_maps_of_the_shipped_scripts_are_readable(path: Path) -> None:
    layout = lay_out(plan_of(script(path.read_text(encoding="utf-8"))))

    assert_readable(layout)
    assert layout.crossed <= max(2, layout.naive // 4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 24), max_size=5), min_size=1, max_size=25))
def test_any_script_has_a_readable_map(ways: list[list[int]]) -> None:
    text = HEAD
    for number, targets in enumerate(ways):
        answers = [f"- [{key}] Answer -> s{target % len(ways)}\n" for key, target in enumerate(targets)]
        text += f"## s{number}\n" + ("".join(answers) or "End: solved\n")

    assert_readable(lay_out(plan_of(script(text))))


def test_fewer_lines_cross_than_in_the_order_of_the_file() -> None:
    rows = [["a", "b", "c"], ["x", "y", "z"], ["p", "q", "r"]]
    below = {"a": ["z"], "b": ["y"], "c": ["x"], "x": ["p", "q"], "y": ["r"], "z": ["p"]}
    above = {"z": ["a"], "y": ["b"], "x": ["c"], "p": ["x", "z"], "q": ["x"], "r": ["y"]}

    assert crossings(rows, below) == 5
    assert crossings(ordered(rows, below, above), below) == 1


def test_crossings_are_counted_as_one_counts_them_by_hand() -> None:
    assert crossings([["a", "b"], ["x", "y"]], {"a": ["x", "y"], "b": ["x", "y"]}) == 1
    assert crossings([["a", "b"], ["x", "y"]], {"a": ["y"], "b": ["x"]}) == 1
    assert crossings([["a", "b"], ["x", "y"]], {"a": ["x"], "b": ["y"]}) == 0


def test_the_main_path_goes_by_the_first_answers_and_otherwise() -> None:
    assert plan_of(small()).main == ("identify", "why", "listen", "credit", "terms", "agreed")


def test_each_kind_of_step_has_its_look() -> None:
    boxes = plan_of(small()).boxes

    assert boxes["identify"].look is Look.IDENTITY
    assert (boxes["smaller"].look, boxes["smaller"].caption) == (Look.OFFER, "Offer: plan-down")
    assert boxes["terms"].look is Look.DISCLOSURE
    assert boxes["soften"].look is Look.RETURN
    assert (boxes["kept"].look, boxes["kept"].caption) == (Look.END, "End: saved")
    assert boxes["why"].look is Look.ORDINARY


def test_hand_overs_are_stubs_of_their_own_and_may_come_back() -> None:
    plan = plan_of(small())
    over = {box.title: box for box in plan.boxes.values() if box.look is Look.HAND_OVER}

    assert set(over) == {"cancel-service", "slow"}
    assert over["slow"].caption == "then after_fix"
    assert [way.target for way in plan.ways if way.source == over["slow"].id] == ["after_fix"]
    assert not [way for way in plan.ways if way.source == over["cancel-service"].id]


def test_the_keys_stand_on_the_lines() -> None:
    labels = {(way.source, way.target): way.label for way in plan_of(small()).ways}

    assert labels["identify", "why"] == "1 if"
    assert labels["credit", "terms"] == "A"
    assert labels["smaller", "soften"] == "“…”"
    assert labels["listen", "credit"] == "else"


def test_ways_back_name_their_step_instead_of_crossing_the_map() -> None:
    plan = plan_of(small(TROUBLE))
    (back,) = [box for box in plan.boxes.values() if box.look is Look.REFERENCE]

    assert (back.title, back.step) == ("↻ restart", "restart")
    assert [way.label for way in plan.ways if way.target == back.id] == ["2"]


def test_a_step_that_no_call_gets_to_is_marked() -> None:
    plan = plan_of(script(HEAD + "## a\nEnd: solved\n## b: Lost\n> Hello.\nEnd: solved\n"))

    assert (plan.boxes["a"].reached, plan.boxes["b"].reached) == (True, False)
    assert "No call gets here. Hello." in draw_text(script(HEAD + "## a\nEnd: solved\n## b\n> Hello.\nEnd: solved\n"))


def draw_text(of: Script) -> str:
    return " ".join(ElementTree.fromstring(script_map(of)).itertext())


def test_every_step_is_in_the_drawing_with_title_and_keys() -> None:
    shown = draw_text(small())

    assert all(step.title in shown for step in small().steps.values() if len(step.title) < 20)
    assert "“Too expensive”" not in shown and "[1] Too expensive" in shown


def test_a_script_without_steps_has_an_empty_map() -> None:
    assert "A" in draw_text(script(HEAD))


def test_hostile_texts_stay_texts() -> None:
    hostile = """<script>alert(1)</script> & "quotes" ' </svg> <a href="x">"""
    text = f"---\nscript: a\ntitle: {hostile}\nkind: care\n---\n## a: {hostile}\n> {hostile}\n- [1] {hostile} -> a\n"
    svg = script_map(script(text))
    root = ElementTree.fromstring(svg)

    assert not root.findall(f".//{SVG}script")
    assert {link.get("href") for link in root.iter(f"{SVG}a")} == {"#step-a"}
    assert hostile in [title.text for title in root.iter(f"{SVG}title")]


def test_the_map_follows_the_viewer_s_colours_or_has_its_own() -> None:
    auto, light, dark = (script_map(small(), colours) for colours in Colours)

    assert "prefers-color-scheme: dark" in auto
    assert "prefers-color-scheme" not in light + dark
    assert light != dark


def test_the_same_script_gives_the_same_map() -> None:
    assert script_map(small()) == script_map(small())


def test_texts_are_shortened_and_wrapped_by_their_width() -> None:
    assert shortened("short", 12, 100) == "short"
    assert shortened("a rather long title", 12, 60).endswith("…")
    assert width_of(shortened("a rather long title", 12, 60), 12) <= 60
    assert wrapped("What happens when they leave", 13, 160, 2) == ("What happens when they", "leave")
    assert width_of("漢字", 10) > width_of("ab", 10)
