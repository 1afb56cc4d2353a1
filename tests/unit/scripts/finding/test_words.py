"""What two ways of writing the same have in common."""

from __future__ import annotations

import pytest

from app.scripts.finding.words import LONGEST_TEXT, Spelling, pieces, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can’t reach Zoë's WI-FI!", ("cant", "reach", "zoes", "wi", "fi")),
        ("it's £42.00", ("its", "42", "00")),
        ("ＷＩＦＩ", ("wifi",)),
        ("Straße", ("strasse",)),
        ("  …  ", ()),
    ],
)
def test_words_are_told_without_case_accents_and_signs(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert len("".join(words_of("word " * 1_000))) <= LONGEST_TEXT


def test_a_misspelt_word_shares_most_pieces_with_the_right_one() -> None:
    right, wrong, other = (set(pieces(word)) for word in ("internet", "intenet", "television"))

    assert len(right & wrong) > 5 * len(right & other)


@pytest.mark.parametrize("typed", ["wirless", "wireles", "wirelesss", "wierless", "wirekess", "wireless"])
def test_one_wrong_sign_is_mended(typed: str) -> None:
    assert Spelling(["wireless", "television"]).meant(typed) == "wireless"


@pytest.mark.parametrize("typed", ["tight", "1234", "tv", "banana"])
def test_a_word_that_resembles_none_stays_as_it_is(typed: str) -> None:
    assert Spelling(["night", "1235", "tvs", "television"]).meant(typed) == typed
