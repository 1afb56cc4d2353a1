"""Reading `.call.md`: every kind of line, every refusal with its place, and nothing that can make it raise."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scripts.check import RULES
from app.scripts.model import Place, Problem, Script, Step
from app.scripts.parse import (
    HEADER_KEYS,
    KINDS,
    LARGEST_FILE,
    MOST_PROBLEMS,
    MOST_STEPS,
    TAGS,
    Parsed,
    parse_script,
)

HEADER = "---\nscript: try\ntitle: Try\nkind: care\n---\n"


def parsed(body: str, header: str = HEADER) -> Parsed:
    return parse_script(header + body, "scripts/care/try.call.md")


def step_of(*lines: str) -> Step:
    """The only step of a script, which must be without problems."""
    result = parsed("## one: One\n" + "\n".join(lines))
    assert result.problems == ()
    assert result.script is not None
    return result.script.steps["one"]


def refusal(line: str) -> Problem:
    """The only problem that a line in a step makes."""
    (problem,) = parsed("## one\n" + line + "\nEnd: solved").problems
    return problem


def test_the_header_makes_the_script() -> None:
    script = parsed("## a\nEnd: x\n## b\nEnd: y", "---\nscript: a-b\ntitle: T: x\nkind: save\nstart: b\n---\n").script

    assert script is not None
    assert (script.id, script.title, script.kind, script.start, script.cancel) == ("a-b", "T: x", "save", "b", "")


def test_a_script_without_start_begins_with_its_first_step() -> None:
    script = parsed("## first\nEnd: x\n## second\nEnd: y").script

    assert script is not None and script.start == "first"


def test_a_step_has_title_tags_and_its_extent_in_the_file() -> None:
    script = parsed("## ask_pin: Ask the PIN #identity #offer\n> Hi\n\n## no_title\nEnd: x").script

    assert script is not None
    step = script.steps["ask_pin"]
    assert (step.title, step.tags, step.first_line, step.last_line) == ("Ask the PIN", ("identity", "offer"), 6, 7)
    assert step.place == Place(6, 4, 11)
    assert script.steps["no_title"].title == "No title"


def test_lines_in_a_row_are_one_phrasing_and_or_begins_another() -> None:
    step = step_of("> One.", "// why", "", "> Two {if caller.verified}", "or", "> Three.")

    texts = [[line.text for line in phrasing.lines] for phrasing in step.phrasings]
    assert texts == [["One.", "Two"], ["Three."]]
    assert step.phrasings[0].lines[1].condition == "caller.verified"


def test_points_and_notes_have_conditions_and_places() -> None:
    step = step_of('* A point {if outcome == "saved"}', "Note: Let them finish.")

    assert (step.points[0].text, step.points[0].condition) == ("A point", 'outcome == "saved"')
    assert step.notes[0].place == Place(7 + 1, 7, 23)


def test_an_answer_leads_to_a_step_or_hands_over() -> None:
    step = step_of("- [1] Yes -> one", "- [9] Other => other-script", "- [2] Fix {if x > 1} => slow then one")

    first, other, fix = step.answers
    assert (first.key, first.text, first.target.step) == ("1", "Yes", "one")
    assert (other.target.script, other.target.then) == ("other-script", "")
    assert (fix.text, fix.condition, fix.target.script, fix.target.then) == ("Fix", "x > 1", "slow", "one")
    assert first.target.place == Place(7, 11, 17)


def test_a_list_answer_names_its_list_and_its_item() -> None:
    (answer,) = step_of("- [*] account.equipment as device -> one").answers

    assert (answer.key, answer.each, answer.name) == ("*", "account.equipment", "device")


@pytest.mark.parametrize(
    ("line", "type_", "secret", "optional", "choices", "default"),
    [
        ("Ask: a (text) Label", "text", False, False, (), ""),
        ("Ask: a (digits, secret) Label", "digits", True, False, (), ""),
        ("Ask: a (money, optional, default account.bill) Label", "money", False, True, (), "account.bill"),
        ("Ask: a (choice(red, dark green), optional) Label", "choice", False, True, ("red", "dark green"), ""),
        ("Ask: a (yes/no) Label", "yes/no", False, False, (), ""),
    ],
)
def test_a_form_field(
    line: str, type_: str, secret: bool, optional: bool, choices: tuple[str, ...], default: str
) -> None:
    (ask,) = step_of(line).asks

    assert (ask.type, ask.secret, ask.optional, ask.choices, ask.default, ask.label) == (
        type_,
        secret,
        optional,
        choices,
        default,
        "Label",
    )


def test_values_and_conditions_know_where_their_expression_begins() -> None:
    step = step_of("Let: gap = account.bill - 5", "If: gap >= 3 -> one", "Else: => other")

    assert (step.lets[0].expression, step.lets[0].place.column) == ("account.bill - 5", 12)
    assert (step.branches[0].condition, step.branches[0].place.column) == ("gap >= 3", 5)
    assert (step.branches[1].condition, step.branches[1].target.script) == ("", "other")


def test_the_single_lines_of_a_step() -> None:
    step = step_of(
        "Verify: pin | branch-id",
        "Offer: data-pack, best first",
        "Read: pack-terms",
        'Consent: pack-charge "May I add it now?"',
        'Objection: "too dear" | "can\'t afford it" -> one',
        "Wait: 4m The router restarts",
        "Show: lights/router.svg",
        "End: saved, reason price",
    )

    assert step.verify is not None and step.verify.methods == ("pin", "branch-id")
    assert step.offer is not None and (step.offer.offer, step.offer.best_first) == ("data-pack", True)
    assert step.read is not None and step.read.disclosure == "pack-terms"
    assert step.consent is not None and step.consent.question == "May I add it now?"
    assert step.objections[0].phrases == ("too dear", "can't afford it")
    assert step.wait is not None and (step.wait.seconds, step.wait.text) == (240, "The router restarts")
    assert step.picture == "lights/router.svg"
    assert step.end is not None and (step.end.outcome, step.end.reason) == ("saved", "price")


def test_requests_keep_their_verb() -> None:
    step = step_of("Do: place_order", "Task: engineer", "Send: guide", "Transfer: retention")

    assert [(one.verb, one.what) for one in step.requests] == [
        ("do", "place_order"),
        ("task", "engineer"),
        ("send", "guide"),
        ("transfer", "retention"),
    ]


@pytest.mark.parametrize(
    ("line", "words", "suggestion"),
    [
        ("Notes: x", "no keyword", "Note:"),
        ("note: x", "no keyword", "Note:"),
        ("Hello there", "no sign or keyword", ""),
        ("Verfy: pin", "no keyword", "Verify:"),
        ("- Yes -> one", "key in square brackets", ""),
        ("- [1] Yes", "leads nowhere", ""),
        ("- [x] Yes -> one", "no key", ""),
        ("- [a] Yes -> one", "no key", "A"),
        ("- [1] Yes -> One Two", "no id of a step", "one_two"),
        ("- [1] Yes -> a then b", "Only a script comes back", ""),
        ("- [1] -> one", "no words", ""),
        ("- [*] account.equipment -> one", "list and a name", ""),
        ("> Say {if x} more", "end of the line", ""),
        ("> Say {if }", "no condition", ""),
        (">", "no text", ""),
        ("Ask: a Label", "type in brackets", ""),
        ("Ask: a (monney) Label", "no type", "money"),
        ("Ask: a (text, secrt) Label", "not known in a form field", "secret"),
        ("Ask: a (text, secret, default account.bill) Label", "no secret", ""),
        ("Ask: a (text)", "no label", ""),
        ("Ask: a (text Label", "not closed", ""),
        ("Let: gap", "name, = and a value", ""),
        ("Let: account = 5", "uses itself", ""),
        ("If: x", "leads nowhere", ""),
        ("If: -> one", "no condition", ""),
        ("Else: one", "arrow at once", ""),
        ("Offer: data-pack, best frist", "behind an offer", "best first"),
        ("Consent: x May I?", "question in quotes", ""),
        ("Objection: too dear -> one", "quoted phrases", ""),
        ('Objection: "too dear" => other', "step of this script", ""),
        ("Wait: soon ok", "needs a time", ""),
        ("Wait: 25h ok", "24 hours", ""),
        ("Show: ../../etc/passwd.svg", "SVG or PNG", ""),
        ("Show: https://x.example/a.png", "SVG or PNG", ""),
        ("Do: Place order", "no id", "place-order"),
        ("or", "between two ways", ""),
        ("# one", "begins with ##", ""),
        ("> a\x07b", "cannot be seen", ""),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_its_line(line: str, words: str, suggestion: str) -> None:
    problem = refusal(line)

    assert words in problem.message
    assert (problem.rule, problem.place.line, problem.suggestion) == ("syntax", 7, suggestion)


def test_a_second_end_is_refused() -> None:
    (problem,) = parsed("## one\nEnd: a\nEnd: b").problems

    assert "one End: line only" in problem.message and problem.place.line == 8


def test_reading_goes_on_after_an_error_and_finds_the_next_ones() -> None:
    result = parsed("## one\nHello\n- [1] Yes -> two\nNotes: x\n## two\nVerfy: pin\nEnd: x")

    assert [problem.place.line for problem in result.problems] == [7, 9, 11]
    assert result.script is not None and list(result.script.steps) == ["one", "two"]
    assert result.script.steps["one"].answers[0].target.step == "two"


def test_a_step_twice_names_the_line_of_the_first() -> None:
    (problem,) = parsed("## one\nEnd: x\n## one\nEnd: y").problems

    assert (problem.rule, problem.place.line) == ("duplicate-step", 8)
    assert "line 6" in problem.message


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "does not begin with ---"),
        ("---\nscript: try\ntitle: T\nkind: care\n", "not closed"),
        ("---\nscript: try\ntitle: T\nkind: cares\n---\n", "needs kind"),
        ("---\nscript: Try It\ntitle: T\nkind: care\n---\n", "needs script"),
        ("---\nscript: try\nkind: care\n---\n", "needs title"),
        ("---\nscript: try\ntitle: T\nkind: care\nstrat: one\n---\n", "not known in the header"),
        ("---\nscript: try\ntitle: T\ntitle: U\nkind: care\n---\n", "twice"),
        ("---\nscript: try\ntitle: T\nkind: care\nstart: two\n---\n", "no step"),
        ("---\nscript: try\ntitle: T\nkind: care\nno colon\n---\n", "a colon and its value"),
    ],
)
def test_a_broken_header_is_told(header: str, words: str) -> None:
    problems = parsed("## one\nEnd: x", header).problems

    assert any(words in problem.message for problem in problems)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = parsed("## one\n> Hi\nEnd: x")
    windows = parse_script(
        "\ufeff" + (HEADER + "## one\n> Hi\nEnd: x").replace("\n", "\r\n"), "scripts/care/try.call.md"
    )

    assert windows.script == plain.script


def test_a_file_that_is_too_large_is_refused_at_once() -> None:
    result = parse_script("x" * (LARGEST_FILE + 1), "big.call.md")

    assert result.script is None and "Divide the script" in result.problems[0].message


def test_more_steps_than_allowed_are_refused_and_the_rest_is_kept() -> None:
    result = parsed("".join(f"## s{number}\nEnd: x\n" for number in range(MOST_STEPS + 3)))

    assert result.script is not None and len(result.script.steps) == MOST_STEPS
    assert {problem.message for problem in result.problems} == {
        f"The script has more than {MOST_STEPS:,} steps. Divide it."
    }


def test_a_file_of_nonsense_is_given_up_after_many_problems() -> None:
    began = time.process_time()
    result = parsed("## one\n" + "nonsense\n" * 100_000)

    assert MOST_PROBLEMS <= len(result.problems) <= MOST_PROBLEMS + 5
    assert time.process_time() - began < 5


_PIECES = st.sampled_from(
    (
        *("---\n", "## ", "> ", "* ", "- [", "1", "] ", "-> ", "=> ", " then ", "Ask: ", "(", ")", "choice(", "If: "),
        *("Else: ", "Let: ", "= ", "Wait: ", "4m ", '"', "{if ", "}", "{", "\n", "or\n", "End: ", "one", "#offer", ":"),
        *("|", ",", "\0", "Objection: ", "Consent: ", "Show: ", "script: ", "kind: save\n", "start: ", "[*] a as b"),
        *("\ud800", "\u2028", "\u00ab", "\r", "\t"),
    )
)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_it_raise(source: str) -> None:
    result = parse_script(source, "x.call.md")

    assert isinstance(result.script, Script | None)
    assert result.problems or result.script is not None
    lines = source.count("\n") + 1
    assert all(1 <= problem.place.line <= lines for problem in result.problems)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_step_makes_it_raise(body: str) -> None:
    result = parsed("## one\n" + body)

    assert result.script is not None


HELP = Path(__file__).resolve().parents[3] / "resources" / "help" / "script-language.md"


def test_the_examples_of_the_help_are_in_the_grammar() -> None:
    text = HELP.read_text(encoding="utf-8")
    scripts = re.findall(r"```script\n(.*?)```", text, re.DOTALL)
    steps = re.findall(r"```lines\n(.*?)```", text, re.DOTALL)

    assert len(scripts) == 1 and len(steps) >= 6
    assert parse_script(scripts[0], "scripts/save/too-dear.call.md").problems == ()
    for lines in steps:
        assert parsed("## one\n" + lines).problems == ()


def test_the_help_names_every_keyword_header_line_tag_and_rule() -> None:
    text = HELP.read_text(encoding="utf-8")
    missing = [word for word in (*HEADER_KEYS, *KINDS) if f"{word}" not in text]
    missing += [tag for tag in TAGS if f"`#{tag}`" not in text]
    missing += [rule for rule in RULES if rule not in text and f"-{rule.partition('-')[2]}" not in text]

    assert missing == []
