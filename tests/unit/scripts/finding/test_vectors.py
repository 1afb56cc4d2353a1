"""Vectors belong to their lines and their model; without them find stays lexical."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.scripts.finding.finder import Finder
from app.scripts.finding.lines import lines_of
from app.scripts.finding.vectors import Vectors, fingerprint, vectors_of
from app.scripts.library import Library, load_library
from tests.fakes.find import WordMeanings
from tests.fakes.small_library import SAVE, small_library

MODEL = WordMeanings({"dear": "expensive"})


def library(old: bytes = b"", new: bytes = b"") -> Library:
    """The small library, with a change in its save script."""
    files = small_library()
    assert old in files[SAVE]
    loaded = load_library(files | {SAVE: files[SAVE].replace(old, new)} if old else files)
    assert loaded.library is not None, loaded.problems
    return loaded.library


def test_a_sentence_is_nearest_to_the_line_that_means_the_same() -> None:
    lines = lines_of(library())
    vectors = Vectors(vectors_of(lines, MODEL), lines, MODEL)

    alike = vectors.similarities("cancel too dear")

    best = max(range(len(alike)), key=alike.__getitem__)
    assert lines.lines[best].text == "Cancel: too expensive"
    assert alike[best] == pytest.approx(1, abs=0.01)


def test_only_what_callers_say_has_a_vector() -> None:
    lines = lines_of(library())
    said = [lines.lines[number].text for number in lines.of_callers]

    assert "Cancel: too expensive" in said
    assert "Thanks for being straight with me." not in said


def test_another_sentence_of_the_agent_does_not_cost_new_vectors_but_another_title_does() -> None:
    before = fingerprint(lines_of(library()))

    assert fingerprint(lines_of(library(b"Thanks for being straight", b"I see, thanks"))) == before
    assert fingerprint(lines_of(library(b"title: Cancel: too", b"title: Leaves: too"))) != before


@pytest.mark.parametrize(
    "change",
    [
        {"model": "other"},
        {"dimensions": 3},
        {"lines": "0" * 64},
        {"vectors": ""},
        {"vectors": "%%"},
        {"vectors": "AAAA"},
    ],
)
def test_vectors_of_something_else_are_refused(change: dict[str, str | int]) -> None:
    lines = lines_of(library())
    kept = replace(vectors_of(lines, MODEL), **change)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="The vectors"):
        Vectors(kept, lines, MODEL)


def test_vectors_that_fit_are_used_as_they_are_and_others_made_anew() -> None:
    finder = Finder(library())
    kept = vectors_of(finder.index.lines, MODEL)

    assert finder.use_model(MODEL, kept) is kept
    assert finder.use_model(MODEL, replace(kept, model="other")) == kept


def test_the_model_puts_what_means_the_same_first() -> None:
    finder = Finder(library())
    finder.use_model(MODEL)

    assert finder.rerank("dear")[0].entry.script == "stay"


def test_without_a_model_the_lexical_result_stands() -> None:
    finder = Finder(library())

    assert not finder.has_model
    assert finder.rerank("too expensive") == finder.search("too expensive") != ()
    assert finder.rerank("  ") == ()
