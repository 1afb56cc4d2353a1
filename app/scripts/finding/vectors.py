"""Vectors of a library's lines: computed when it is published, small in the release, quick to compare.

A vector is kept in one byte per dimension; only its direction counts. Vectors belong to exact lines and to one model:
with other lines, or another model, they are not used, and the lexical result stands.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from app.scripts.finding.lines import Lines

if TYPE_CHECKING:
    from app.scripts.finding.encoder import Array

MOST_BYTES = 16_000_000


class Encoder(Protocol):
    """Turns sentences into vectors, near each other where the meaning is."""

    @property
    def id(self) -> str:
        """Tells models apart: vectors of one are nothing to another."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> Array:
        """One row of length 1 for each text."""


@dataclass(frozen=True, slots=True)
class LineVectors:
    """The vectors of the lines that callers say, as a release carries them.

    `model` is the encoder's id, `lines` the fingerprint of the lines in their order, `vectors` the rows one behind the
    other in signed bytes, base64.
    """

    model: str
    dimensions: int
    lines: str
    vectors: str


def fingerprint(lines: Lines) -> str:
    """The SHA-256 (hex) of the texts that have vectors, in their order."""
    digest = sha256()
    for text in _texts(lines):
        digest.update(f"{len(text)} {text}\n".encode())
    return digest.hexdigest()


def vectors_of(lines: Lines, encoder: Encoder) -> LineVectors:
    """Encodes every line that callers say; some seconds for a library of thirty scripts."""
    import numpy

    rows = encoder.encode(_texts(lines))
    largest = numpy.abs(rows).max(axis=1, keepdims=True) if len(rows) else rows
    small = numpy.rint(rows / largest * 127).astype(numpy.int8) if len(rows) else rows.astype(numpy.int8)
    text = b64encode(small.tobytes()).decode("ascii")
    return LineVectors(encoder.id, encoder.dimensions, fingerprint(lines), text)


class Vectors:
    """Vectors ready for comparison."""

    def __init__(self, kept: LineVectors, lines: Lines, encoder: Encoder) -> None:
        """Raises ValueError where they belong to other lines or another model, or are not whole."""
        import numpy

        if kept.model != encoder.id or kept.dimensions != encoder.dimensions or kept.lines != fingerprint(lines):
            raise ValueError("The vectors belong to other lines or another model.")
        try:
            content = b64decode(kept.vectors, validate=True)
        except (NotBase64, ValueError) as error:
            raise ValueError("The vectors are damaged.") from error
        self._numbers = lines.of_callers
        if len(content) != len(self._numbers) * kept.dimensions or len(content) > MOST_BYTES:
            raise ValueError("The vectors are not whole.")
        rows = numpy.frombuffer(content, dtype=numpy.int8).reshape(-1, kept.dimensions).astype(numpy.float32)
        lengths = numpy.linalg.norm(rows, axis=1, keepdims=True)
        self._rows: Array = rows / numpy.maximum(lengths, 1)
        self._encoder = encoder
        self._count = len(lines.lines)

    def similarities(self, text: str) -> Sequence[float]:
        """The cosine of what was said with each line; 0 for lines without a vector."""
        scores = [0.0] * self._count
        found: list[float] = (self._rows @ self._encoder.encode([text])[0]).tolist()
        for number, score in zip(self._numbers, found, strict=True):
            scores[number] = score
        return scores


def _texts(lines: Lines) -> list[str]:
    return [lines.lines[number].text for number in lines.of_callers]
