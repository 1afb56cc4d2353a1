"""Signs of other keyboards: told with the line that was meant, mended where that is certain, never in what is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scripts.fix import fix_script
from app.scripts.mend import mended
from app.scripts.parse import parse_script
from tests.fakes.small_library import SAVE, small_library

HEADER = "---\nscript: x\ntitle: T\nkind: care\n---\n\n## one\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("＞ Hello", "> Hello"),
        ("• A point", "* A point"),
        ("＊ A point", "* A point"),
        ("－ ［1］ Yes → one", "- [1] Yes -> one"),
        ("– [１] Yes –> one", "- [1] Yes -> one"),
        ("- [a] Takes it -> one", "- [A] Takes it -> one"),
        ("- [2] Out ⇒ other", "- [2] Out => other"),
        ("- [2] Out =＞ other", "- [2] Out => other"),
        ("note: Softly", "Note: Softly"),
        ("NOTE： Softly", "Note: Softly"),
        ("if: outcome == 'a' → one", "If: outcome == 'a' -> one"),
        ("Else：⇒ other", "Else: => other"),
        ("Objection: “too dear” | „no“ → soft", 'Objection: "too dear" | "no" -> soft'),
        ("Consent: charge «May I?»", 'Consent: charge "May I?"'),
        ("End: saved, price", "End: saved, reason price"),
    ],
)
def test_the_line_that_was_meant_is_told_and_put_in_its_place(written: str, meant: str) -> None:
    (problem, *_) = parse_script(f"{HEADER}{written}\n", "x.call.md").problems

    assert problem.place.line == 8
    assert mended(written) == meant
    assert fix_script(f"{HEADER}{written}\n").text.split("\n")[7] == meant


@pytest.mark.parametrize(
    "line",
    [
        "> Plan A → plan B – “really”: press ［1］",
        "- [1] Yes — really -> one",
        "- [x] Yes -> one",
        "Notes: Softly",
        "Wiat: 4m It starts",
        "End: saved, reason price",
        "anything else",
    ],
)
def test_what_is_said_and_what_is_uncertain_stays(line: str) -> None:
    assert mended(line) == line


def test_windows_line_ends_and_byte_order_marks_go() -> None:
    source = small_library()[SAVE].decode()

    assert fix_script("\ufeff" + source.replace("\n", "\r\n")).text == source


def test_a_file_with_other_mistakes_is_mended_line_by_line() -> None:
    source = f"{HEADER}NOTE: a\nnonsense\n- [1]   Yes → one\n"

    fixed = fix_script(source)

    assert fixed.text == f"{HEADER}Note: a\nnonsense\n- [1]   Yes -> one\n"
    assert fixed.lines == (8, 10)


@given(st.text(st.sampled_from('＞>-－[［1a］] →->:：“"If Note{}|A∀\u200b\n\r#＃*'), max_size=60))
@settings(max_examples=400, deadline=None)
def test_nothing_makes_it_raise_and_mending_twice_is_mending_once(text: str) -> None:
    line = text.replace("\n", "").replace("\r", "")
    assert mended(mended(line)) == mended(line)

    fixed = fix_script(HEADER + text)
    before = parse_script(HEADER + text, "x").problems
    after = parse_script(fixed.text, "x").problems
    assert len(after) <= len(before)
