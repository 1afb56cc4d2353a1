"""Find in the shipped library, on what callers say: the figures that must not be lost."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from app.find_model import installed_model
from app.scripts.finding.evaluate import Sentence, read_sentences, recall
from app.scripts.finding.finder import Finder
from tests.fakes.walks import shipped

CALLERS = Path(__file__).parents[2] / "find" / "callers.jsonl"


@cache
def sentences() -> tuple[Sentence, ...]:
    """What callers say."""
    return read_sentences(CALLERS.read_bytes())


@cache
def finder() -> Finder:
    """Finds in the shipped library."""
    return Finder(shipped())


def test_there_are_enough_sentences_for_every_script_that_they_want() -> None:
    wanted = Counter(sentence.wanted for sentence in sentences())

    assert len(sentences()) >= 200
    assert set(wanted) <= set(shipped().scripts)
    assert min(wanted.values()) >= 5


def test_no_sentence_stands_in_the_library_word_for_word() -> None:
    """Otherwise the figures would tell how well find remembers, not how well it finds."""
    said = {text.casefold() for words in shipped().synonyms.said.values() for text in words}

    assert not said & {sentence.text.casefold() for sentence in sentences()}


def test_by_words_the_right_script_is_first_for_85_of_100_sentences() -> None:
    measured = recall(sentences(), finder().search)

    assert measured.found[1] / measured.total >= 0.85
    assert measured.found[3] / measured.total >= 0.92


def test_with_the_model_the_right_script_is_among_the_first_three_for_97_of_100() -> None:
    model = installed_model()
    if model is None:
        pytest.skip("the sentence model is not installed (extra: find)")
    finder().use_model(model)
    measured = recall(sentences(), finder().rerank)

    assert measured.found[1] / measured.total >= 0.88
    assert measured.found[3] / measured.total >= 0.97


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("intrnet", "slow-internet"),
        ("tv blak screen", "no-tv-picture"),
        ("cancle", "cancel-service"),
        ("dial ton", "no-dial-tone"),
    ],
)
def test_few_and_misspelt_letters_are_enough(text: str, script: str) -> None:
    assert next(hit.entry.script for hit in finder().search(text) if hit.entry.kind == "script") == script
