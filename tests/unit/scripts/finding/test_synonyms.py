"""synonyms.yaml: what the library takes for the same."""

from __future__ import annotations

from app.scripts.finding.synonyms import read_synonyms
from app.scripts.library import load_library
from tests.fakes.small_library import small_library


def test_each_entry_of_a_group_leads_to_its_first() -> None:
    synonyms, found = read_synonyms(b"same:\n  - {words: [Wi-Fi, wireless]}\nignored: [hello, I'm]\n")

    assert not found
    assert synonyms.same == {"wi fi": ("wi fi",), "wireless": ("wi fi",)}
    assert synonyms.ignored == {"hello", "im"}


def test_a_word_may_be_in_two_groups() -> None:
    synonyms, _ = read_synonyms(b"same:\n  - {words: [picture, signal]}\n  - {words: [wifi, signal]}\n")

    assert synonyms.same["signal"] == ("picture", "wifi")


def test_what_is_wrong_is_told_with_its_line() -> None:
    _, found = read_synonyms(
        b"same:\n"
        b"  - {words: [alone]}\n"
        b"  - {words: [one, '...']}\n"
        b"  - {words: [one, one two three four five six]}\n"
        b"  - {words: [a, b], word: c}\n"
        b"ignore: [x]\n"
    )

    assert [one.line for one in found] == [2, 3, 4, 5, 6]


def test_examples_of_what_callers_say_belong_to_a_script() -> None:
    synonyms, found = read_synonyms(b"said:\n  - script: slow\n    words: [it crawls, it hangs]\n")

    assert not found
    assert synonyms.said == {"slow": ("it crawls", "it hangs")}
    assert read_synonyms(b"said:\n  - {script: a, words: [b]}\n  - {script: a, words: [c]}\n")[1][0].line == 3


def test_a_script_that_is_not_there_is_told_with_its_line() -> None:
    loaded = load_library(small_library() | {"synonyms.yaml": b"said:\n  - {script: slwo, words: [it crawls]}\n"})

    (problem,) = loaded.problems
    assert (problem.rule, problem.file, problem.place.line, problem.suggestion) == (
        "unknown-script",
        "synonyms.yaml",
        2,
        "slow",
    )


def test_a_library_with_a_broken_file_of_synonyms_is_not_loaded() -> None:
    loaded = load_library(small_library() | {"synonyms.yaml": b"same: [\n"})

    assert loaded.library is None
    assert [problem.file for problem in loaded.problems] == ["synonyms.yaml"]
