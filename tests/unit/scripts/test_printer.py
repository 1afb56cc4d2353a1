"""From a script back to its text: the same bytes for a canonical file, and single steps changed alone."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scripts.model import Script
from app.scripts.parse import parse_script
from app.scripts.printer import StepEditError, canonical, edit_step, print_script, print_step
from tests.fakes.small_library import CANCEL, SAVE, TROUBLE, small_library

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "scripts_library" / "scripts").rglob("*.call.md"))
EVERYTHING = """\
---
// For the trainers' eyes.
script: everything
title: Everything: all lines
kind: troubleshoot
start: one
phrases: a | b
---

// About the file.

// About the step below it.
## one: The first #identity #offer #disclosure
> Say {account.first_name|or:"this"}
> and that {if caller.verified}
or
> Another way.
* A point {if account.bill > 30}
Note: Softly
// In between.
Show: lights/router.svg
Ask: target (money, optional, default account.bill) What
Ask: light (choice(red, green)) Which
Ask: code (digits, secret) The code
Let: gap = account.bill - ask.target
Verify: pin | callback
Offer: pack, best first
Read: terms
Consent: charge "May I?"
Wait: 90s It starts
If: low data user -> two
If: caller.verified => other then two
Objection: "too dear" | "no" -> soft
- [1] Yes {if gap > 0} -> two
- [2] Other => other
- [*] account.equipment as device -> two
Do: line_test
Task: visit
Send: guide
Transfer: retention

// A part of its own.

## soft #return
> I hear you.

## two
Wait: 4m Longer
Wait2: x
End: solved, reason price
""".replace("Wait2: x\n", "")


def script_of(source: str) -> Script:
    parsed = parse_script(source, "x.call.md")
    assert parsed.script is not None and parsed.problems == ()
    return parsed.script


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_script_is_printed_as_it_is(path: Path) -> None:
    source = path.read_bytes().decode()

    assert print_script(script_of(source)) == source


@pytest.mark.parametrize("source", [EVERYTHING, *(small_library()[file].decode() for file in (SAVE, CANCEL, TROUBLE))])
def test_a_canonical_file_is_printed_with_the_same_bytes(source: str) -> None:
    assert print_script(script_of(source)) == source


@pytest.mark.parametrize(
    ("untidy", "tidy"),
    [
        ("\ufeff---\nscript: one", "---\nscript: one"),
        ("## one:   The first", "## one: The first"),
        (">Say", "> Say"),
        ("  *  A point", "* A point"),
        ("Note:Softly   ", "Note: Softly"),
        ("-[1]  Yes->two", "- [1] Yes -> two"),
        ("Ask: x(money,default account.bill,optional)What", "Ask: x (money, optional, default account.bill) What"),
        ("Wait: 120s It starts", "Wait: 2m It starts"),
        ("Wait: 60m It starts", "Wait: 60m It starts"),
        ("Verify: pin|callback", "Verify: pin | callback"),
        ("Objection: \"a\"|\"b\"->soft", 'Objection: "a" | "b" -> soft'),
        ("Note: x\n\n\nNote: y", "Note: x\nNote: y"),
        ("Note: x\n\n\n//y", "Note: x\n\n// y"),
    ],
)  # fmt: skip
def test_an_untidy_line_is_put_in_order(untidy: str, tidy: str) -> None:
    header = "---\nscript: one\ntitle: T\nkind: care\n---\n\n"
    end = "\nEnd: solved\n\n## soft #return\n\n## two\nEnd: solved\n"
    if "script:" in untidy:
        assert canonical(untidy + header.removeprefix("---\nscript: one") + "## a" + end).startswith(tidy)
        return
    heading = "" if untidy.startswith("## ") else "## a\n"
    expected = header + heading + tidy + end.replace("#return\n\n", "#return\n\n")

    assert canonical(header + heading + untidy + end) == expected


def test_windows_line_ends_become_plain_ones() -> None:
    assert canonical(EVERYTHING.replace("\n", "\r\n")) == EVERYTHING


def test_a_file_that_is_not_in_the_grammar_stays_as_it_is() -> None:
    source = EVERYTHING.replace("Note: Softly", "Notes:   Softly").replace("* A point", "*   A point")

    assert canonical(source) == source


_LINES = [line for line in EVERYTHING.split("---\n", 2)[2].split("\n") if line and not line.startswith("## ")]
_UNTIDY = st.sampled_from(("{}", "  {}", "{}  ", "\n{}", "{}\n\n", "\t{}"))


@given(st.lists(st.tuples(st.sampled_from(_LINES), _UNTIDY), max_size=25))
@settings(max_examples=300, deadline=None)
def test_printing_keeps_every_line_and_is_the_same_again(lines: list[tuple[str, str]]) -> None:
    body = "\n".join(pattern.format(line) for line, pattern in lines)
    source = f"---\nscript: x\ntitle: T\nkind: care\n---\n## one\n{body}\n## soft #return\n## two\nEnd: solved\n"
    parsed = parse_script(source, "x.call.md")
    if parsed.script is None or parsed.problems:
        assert canonical(source) == source
        return
    printed = print_script(parsed.script)

    assert [row.strip() for row in printed.split("\n") if row] == [
        row.strip() for row in source.split("\n") if row.strip()
    ]
    assert canonical(printed) == printed


def test_a_script_made_without_a_file_can_be_read_back() -> None:
    read = script_of(EVERYTHING)
    nowhere = re.sub(r"// .*\n", "", print_script(replace(read, header={}, comments=())))

    again = script_of(nowhere)
    assert list(again.steps) == list(read.steps)
    assert [answer.text for answer in again.steps["one"].answers] == ["Yes", "Other", "account.equipment as device"]


NEW = "## why: Ask anew\n> What is the matter?\n- [1] Price -> listen\n- [9] Leaves => cancel-service\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_changing_a_step_touches_only_its_lines(end: str) -> None:
    source = small_library()[SAVE].decode().replace("\n", end)
    before, _, rest = source.partition("## why")
    behind = rest[rest.index("## after_fix") :]

    changed = edit_step(source, "why", NEW)

    assert changed == before + NEW.replace("\n", end) + end + behind
    assert script_of(changed).steps["why"].title == "Ask anew"


def test_every_step_replaced_by_itself_changes_nothing() -> None:
    for source in (EVERYTHING, small_library()[SAVE].decode(), EVERYTHING.replace("\n", "\r\n")):
        for step in script_of(source).steps.values():
            assert (
                edit_step(source, step.id, print_step(step) if "//" not in source else _text_of(source, step.id))
                == source
            )


def _text_of(source: str, step: str) -> str:
    found = script_of(source).steps[step]
    return "\n".join(source.split("\n")[found.first_line - 1 : found.last_line])


def test_comments_above_a_step_stay_with_it() -> None:
    changed = edit_step(EVERYTHING, "soft", "## soft #return\n> New words.")

    assert "// A part of its own.\n\n## soft #return\n> New words.\n\n## two" in changed


@pytest.mark.parametrize(
    ("step", "text"),
    [("nowhere", NEW), ("why", "> No heading"), ("why", NEW + "## other\n"), ("why", "")],
)
def test_what_is_no_single_step_is_refused(step: str, text: str) -> None:
    with pytest.raises(StepEditError):
        edit_step(small_library()[SAVE].decode(), step, text)
