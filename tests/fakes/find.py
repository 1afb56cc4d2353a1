"""A sentence model without a model: sentences that share words, or words of one meaning, are near each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import numpy

from app.scripts.finding.words import words_of

if TYPE_CHECKING:
    from app.scripts.finding.encoder import Array


class WordMeanings:
    """Encodes a sentence by the meanings of its words; `meanings` leads from a word to the one it means."""

    def __init__(self, meanings: Mapping[str, str], id: str = "word-meanings") -> None:
        self._meanings = meanings
        self.id = id
        self.dimensions = 256

    def encode(self, texts: Sequence[str]) -> Array:
        """One row of length 1 for each text."""
        rows = numpy.full((len(texts), self.dimensions), 1e-3, dtype=numpy.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words_of(text):
                row[crc32(self._meanings.get(word, word).encode()) % self.dimensions] += 1
        result: Array = rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
        return result
