"""WordPiece: the pieces that the sentence model was trained with."""

from __future__ import annotations

import pytest

from app.find_model import installed_vocabulary
from app.scripts.finding.tokens import WordPieces
from tests.fakes.small_model import WORDS, vocabulary


def pieces(text: str, most: int = 20) -> list[str]:
    """The pieces of a text in the small vocabulary, without beginning and end."""
    numbers = WordPieces(vocabulary().decode()).numbers(text, most)
    assert (WORDS[numbers[0]], WORDS[numbers[-1]]) == ("[CLS]", "[SEP]")
    return [WORDS[number] for number in numbers[1:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Slow INTERNET", ["slow", "internet"]),
        ("bills.", ["bill", "##s", "."]),
        ("inter ins", ["in", "##ter", "in", "##s"]),
        ("inx bill", ["[UNK]", "bill"]),
        ("slów\u200b\x00 \t\n bill", ["slow", "bill"]),
        ("bill中bill", ["bill", "中", "bill"]),
        ("", []),
        ("s" * 101, ["[UNK]"]),
    ],
)
def test_the_longest_known_piece_counts(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_long_text_is_cut_with_its_end_still_marked() -> None:
    assert pieces("bill " * 50, most=5) == ["bill", "bill", "bill"]


def test_with_the_real_vocabulary_the_numbers_are_the_published_ones() -> None:
    known = installed_vocabulary()
    if known is None:
        pytest.skip("the sentence model is not installed")

    assert WordPieces(known).numbers("Hello world!", 20) == [101, 7592, 2088, 999, 102]
