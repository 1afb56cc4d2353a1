"""Words and pieces of words as a small BERT knows them: WordPiece, as in Devlin et al. 2019, without letter case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_LONGEST_WORD = 100
_CJK = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
# ASCII signs that Unicode does not call punctuation, but BERT does.
_MORE_PUNCTUATION = frozenset("$+<=>^`|~")


class WordPieces:
    """Turns text into numbers of the vocabulary."""

    def __init__(self, vocabulary: str) -> None:
        """From vocab.txt, one piece a line; raises KeyError where it is none of BERT's."""
        self._numbers = {piece: number for number, piece in enumerate(vocabulary.splitlines())}
        self._begin, self._end = self._numbers["[CLS]"], self._numbers["[SEP]"]
        self._unknown = self._numbers["[UNK]"]

    def numbers(self, text: str, most: int) -> list[int]:
        """At most so many, with the two that stand for beginning and end."""
        found: list[int] = []
        for word in _words(text):
            found += self._pieces(word)
            if len(found) >= most - 2:
                break
        return [self._begin, *found[: most - 2], self._end]

    def _pieces(self, word: str) -> list[int]:
        """The longest known piece at each place; a word that has none somewhere is unknown as a whole."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self._numbers:
                    found.append(self._numbers[piece])
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def _words(text: str) -> Iterator[str]:
    """Runs of letters and digits; each sign of punctuation, and each Chinese character, is a word of its own."""
    letters = unicodedata.normalize("NFD", "".join(_plain(text)))
    plain = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn").lower()
    word: list[str] = []
    for sign in plain:
        alone = _is_punctuation(sign) or _is_chinese(sign)
        if (alone or sign.isspace()) and word:
            yield "".join(word)
            word = []
        if alone:
            yield sign
        elif not sign.isspace():
            word.append(sign)
    if word:
        yield "".join(word)


def _plain(text: str) -> Iterator[str]:
    """Without what cannot be seen."""
    for sign in text:
        if sign in "\t\n\r":
            yield " "
        elif sign != "\ufffd" and unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs"):
            yield sign


def _is_punctuation(sign: str) -> bool:
    return sign in _MORE_PUNCTUATION or unicodedata.category(sign).startswith("P")


def _is_chinese(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _CJK)
