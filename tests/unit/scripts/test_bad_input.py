"""Bad input of every kind: an exact message, nothing half-loaded, and never another error than our own."""

from __future__ import annotations

import time

import pytest

from app.scripts.library import load_library
from app.scripts.model import Problem
from app.scripts.parse import parse_script
from tests.fakes.small_library import CANCEL, SAVE, TROUBLE, small_library

HEADER = "---\nscript: slow\ntitle: T\nkind: troubleshoot\n---\n\n## one\n"


NOT_OURS = "Signs or capitals of this line are not those of the language."
NO_SIGN = (
    "This line begins with no sign or keyword of the language. "
    "To say it, put > before it; to note it for trainers, put // before it."
)
NO_KEY = "[77] is no key for an answer. Use a digit 0 to 9, A, D or L in an offer step, or * for a list."
NEGATIVE = b"""\
family: x
currency: GBP
offers:
  - {id: a, name: A, kind: save, options: [{id: b, label: B, price: -3, period: month}]}
"""
NOBODY = b"---\nscript: nobody\ntitle: T\nkind: care\nlanguage: de\n---\n## a\nEnd: saved\n"


def problems_of(body: str) -> list[tuple[int, int, str]]:
    found = parse_script(HEADER + body, TROUBLE).problems
    return [(one.place.line, one.place.column, one.message) for one in found]


def loaded_with(file: str, content: bytes) -> tuple[Problem, ...]:
    loaded = load_library(small_library() | {file: content})
    if any(one.severity == "error" for one in loaded.problems):
        assert loaded.library is None
    return loaded.problems


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (">\u200b Hello", 1, "The line contains signs that cannot be seen. Write it anew."),
        ("> Hello \u202etxet", 1, "The line contains signs that cannot be seen. Write it anew."),
        ("> a\0b", 1, "The line contains signs that cannot be seen. Write it anew."),
        ("> " + "x" * 5_000, 1, "The line is over 4,000 signs long. Write it anew."),
        ("＞ Hello", 1, f"{NOT_OURS} Write: > Hello"),
        ("Note：Hello", 1, f"{NOT_OURS} Write: Note:Hello"),
        ("- ［1］ Yes → one", 1, f"{NOT_OURS} Write: - [1] Yes -> one"),
        ("Hello", 1, NO_SIGN),
        ("Notes: Hello", 1, '"Notes:" is no keyword. Did you mean "Note:"?'),
        ("- [1] Yes", 10, "The answer leads nowhere. Put -> and a step, or => and a script, behind it."),
        ("Wait: 4 minutes", 7, "Wait needs a time and what happens meanwhile: Wait: 4m The router restarts"),
        ("\t- [77] Yes -> one", 5, NO_KEY),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_told_exactly(line: str, column: int, message: str) -> None:
    assert problems_of(line + "\n")[0] == (8, column, message)


def test_a_file_with_every_kind_of_error_tells_each_once() -> None:
    body = (
        "Hello\n> \nNotes: x\n- [1]\n- [x] Y -> one\nAsk: a\nLet: = 5\nIf: -> one\nVerify: A B\nOffer: x, y\nWait: 5\n"
    )
    body += "Show: ../x.svg\nEnd: a, b\nor\nConsent: x\nObjection: x\nElse: one\n## Two Words\n## one\nEnd: x\n"

    lines = [line for line, _, _ in problems_of(body)]

    # The `or` without a text before it, and the second step of the same id, are among them.
    assert lines == [*range(8, 27)]


def test_right_to_left_text_is_text() -> None:
    assert parse_script(HEADER + "> שלום, {agent.first_name}\n> مرحبا بك\nEnd: solved\n", TROUBLE).problems == ()


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_byte_order_marks_and_windows_line_ends_are_read(change: object) -> None:
    files = small_library()
    files[SAVE] = change(files[SAVE].decode()).encode()  # type: ignore[operator]

    assert load_library(files).problems == ()


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", 1, "not UTF-8"),
        ("---\nscript: slow".encode("utf-16"), 1, "not UTF-8"),
        (b"\0" * 1_000, 1, "does not begin with ---"),
        (b"x" * 1_000_001, 1, "more than 1,000,000 bytes"),
        (HEADER.encode() + b"> " + b"x" * 900_000, 8, "over 4,000 signs"),
        (HEADER.encode() + b"> caf\xe9", 8, "not UTF-8"),
    ],
    ids=["picture", "utf-16", "zeros", "too large", "long line", "latin-1"],
)
def test_binary_data_and_huge_files_are_refused_at_once(content: bytes, line: int, said: str) -> None:
    began = time.process_time()
    found = [one for one in loaded_with(TROUBLE, content) if one.file == TROUBLE]

    assert time.process_time() - began < 2
    assert any(one.place.line == line and said in one.message for one in found)


@pytest.mark.parametrize(
    ("file", "content", "rule", "said"),
    [
        (CANCEL, b"---\nscript: cancel-service\ntitle: T\nkind: process\n---\n## a\n- [1] On => slow\n- [2] X -> a\n",
         "loop-without-exit", "never ends"),
        ("catalog/saves.yaml", NEGATIVE, "syntax", "price"),
        ("policies/uk.yaml", b"title: UK\nsave_offers: -1\n", "syntax", "save_offers"),
        ("interrupts.yaml", b"interrupts: {a: b}", "syntax", "must be a list"),
        ("interrupts.yaml", b"interrupts:\n  - {id: x, title: X, script: nowhere, phrases: [a]}\n", "unknown-script",
         "nowhere"),
        ("catalog/competitors.yaml", b"competitors: []\nclaims:\n  - {id: a, competitor: b, claim: c}", "syntax",
         "no competitor"),
        ("catalog/competitors.yaml", b"claims:\n  - {id: a, competitor: b, claim: c, expires: soon}", "syntax",
         "2027-01-31"),
        ("scripts/save/stay.de.call.md", b"\xff", "syntax", "UTF-8"),
        ("scripts/save/nobody.de.call.md", NOBODY, "translation-differs", "nobody"),
        ("scripts/save/stay.de.call.md", b"---\nscript: stay\ntitle: T\nkind: save\n---\n## a\nEnd: saved\n",
         "syntax", "language: de"),
    ],
)  # fmt: skip
def test_a_library_with_something_impossible_is_not_loaded(file: str, content: bytes, rule: str, said: str) -> None:
    files = small_library() | {file: content}
    if file == CANCEL:
        files[TROUBLE] = HEADER.encode() + b"> Hi\n- [1] Out => cancel-service\n"
    loaded = load_library(files)

    assert loaded.library is None
    assert any(one.rule == rule and said in one.message for one in loaded.problems), loaded.problems
