"""The lexical index over a small library: partial, misspelt, in any order, in other words."""

from __future__ import annotations

from app.scripts.finding.index import FindIndex, Hit, build_index
from app.scripts.library import Library, load_library
from tests.fakes.small_library import small_library

SYNONYMS = b"""\
same:
  - {words: [slow, sluggish, buffering]}
  - {words: [cancel, terminate]}
ignored: [i, my, the, want, to, is, it, please]
"""


def library(**changes: bytes) -> Library:
    """The small library with synonyms."""
    loaded = load_library(small_library() | {"synonyms.yaml": SYNONYMS} | changes)
    assert loaded.library is not None, loaded.problems
    return loaded.library


def scripts(hits: tuple[Hit, ...]) -> list[str]:
    """The scripts found, in order."""
    return [hit.entry.script for hit in hits if hit.entry.kind == "script"]


def index() -> FindIndex:
    """The index of the small library."""
    return build_index(library())


def test_the_words_of_a_title_find_the_script_in_any_order() -> None:
    assert scripts(index().search("expensive too"))[0] == scripts(index().search("too expensive"))[0] == "stay"


def test_a_part_of_a_word_is_enough_while_typing() -> None:
    assert scripts(index().search("expens"))[0] == "stay"


def test_a_misspelt_word_is_found() -> None:
    assert scripts(index().search("expnsive"))[0] == "stay"


def test_other_words_for_the_same_find_it() -> None:
    assert scripts(index().search("please terminate it"))[0] == "cancel-service"
    assert scripts(index().search("everything is sluggish"))[0] == "slow"


def test_a_misspelt_synonym_is_found_too() -> None:
    assert scripts(index().search("termnate"))[0] == "cancel-service"


def test_what_everybody_says_alone_says_little_but_is_not_refused() -> None:
    assert index().search("I want to") == index().search("i want TO")


def test_an_answer_that_hands_over_speaks_for_the_script_it_leads_to() -> None:
    lines = index().lines

    just_cancel = next(line for line in lines.lines if line.text == "Just cancel")

    assert just_cancel.script == "cancel-service"
    assert lines.entries[just_cancel.entry].script == "stay"


def test_what_is_in_the_current_script_comes_first_unless_much_worse() -> None:
    text = "cannot verify"
    elsewhere, here = index().search(text), index().search(text, "stay")

    assert here[0].entry.script == "stay"
    assert {hit.entry for hit in here} == {hit.entry for hit in elsewhere}
    assert index().search("cancel the service now", "slow")[0].entry.script != "slow"


def test_placeholders_are_no_words() -> None:
    assert all("{" not in line.text and "first_name" not in line.text for line in index().lines.lines)


def test_text_without_words_finds_nothing() -> None:
    assert index().search("") == index().search(" … !") == index().search("\u0000") == ()


def test_every_entry_is_found_at_most_once() -> None:
    hits = index().search("cancel the service, it is too expensive and slow")

    assert len({id(hit.entry) for hit in hits}) == len(hits)
    assert all(0 < hit.score <= 1.0001 for hit in hits)


def test_a_library_without_scripts_finds_nothing() -> None:
    files = {name: body for name, body in small_library().items() if not name.startswith("scripts/")}
    files.pop("routes.yaml", None)
    loaded = load_library(files)

    assert loaded.library is not None, loaded.problems
    assert build_index(loaded.library).search("anything") == ()
