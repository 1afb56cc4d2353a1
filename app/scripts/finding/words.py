"""What two ways of writing the same have in common: words without accents and signs, and their pieces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_TEXT = 300
"""Signs of what is typed that are looked at; nobody says more in one breath."""

_LONGEST_WORD = 24
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘`´]")


def words_of(text: str) -> tuple[str, ...]:
    """The words, casefolded, without accents and apostrophes ("Can’t reach Zoë" is cant, reach, zoe)."""
    plain = _APOSTROPHES.sub("", text[:LONGEST_TEXT])
    decomposed = unicodedata.normalize("NFKD", plain.casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return tuple(word[:_LONGEST_WORD] for word in _WORD.findall(letters))


def pieces(word: str) -> tuple[str, ...]:
    """Runs of three to five signs of a word with a blank at either end, and the word itself.

    Words misspelt, shortened or inflected share most of them.
    """
    padded = f" {word} "
    runs = [padded[start : start + length] for length in (3, 4, 5) for start in range(len(padded) - length + 1)]
    return (*runs, f"={word}")


class Spelling:
    """Finds the known word that a misspelt one was meant to be: one sign too many, too few, wrong or swapped."""

    _SHORTEST = 4

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._shortened: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= self._SHORTEST:
                for shorter in _one_less(word):
                    self._shortened.setdefault(shorter, []).append(word)

    def meant(self, word: str) -> str:
        """The known word; the word itself where it is known, or resembles none."""
        if word in self._known or len(word) < self._SHORTEST or word.isdigit():
            return word
        for near in (word, *_one_less(word)):
            for candidate in self._shortened.get(near, ()):
                # Who mistypes seldom misses the first sign; without this rule "tight" would be "night".
                if candidate[0] == word[0]:
                    return candidate
            if near != word and near in self._known and near[0] == word[0] and len(near) >= self._SHORTEST:
                return near
        return word


def _one_less(word: str) -> Iterator[str]:
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]
