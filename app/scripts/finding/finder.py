"""Find as the desk uses it: lexical at once, in better order once the sentence model has answered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from app.scripts.finding.index import FindIndex, Hit, build_index
from app.scripts.finding.vectors import Encoder, LineVectors, Vectors, fingerprint, vectors_of
from app.scripts.finding.words import LONGEST_TEXT

if TYPE_CHECKING:
    from app.scripts.library import Library

_VECTOR_SHARE = 0.5
# Sentences that have nothing to do with each other reach about this much.
_LEAST_SIMILAR = 0.1


class Finder:
    """Finds in one library.

    Making one takes about 100 ms for a thousand lines, `use_model` some seconds where the vectors are not at hand.
    """

    def __init__(self, library: Library) -> None:
        self.index: FindIndex = build_index(library)
        self.content_hash = library.release.content_hash
        self._vectors: Vectors | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Which lines vectors must have been made of."""
        return fingerprint(self.index.lines)

    @property
    def has_model(self) -> bool:
        """Whether `rerank` can do better than `search`."""
        return self._vectors is not None

    def use_model(self, encoder: Encoder, kept: LineVectors | None = None) -> LineVectors:
        """Takes the vectors that the release carries; makes them anew where they do not fit. Call it in a worker.

        The vectors in use, to be kept for the next start.
        """
        lines = self.index.lines
        if kept is not None:
            try:
                self._vectors = Vectors(kept, lines, encoder)
                return kept
            except ValueError:
                # Vectors only make the order better: those of another model are no reason to do without find.
                pass
        made = vectors_of(lines, encoder)
        self._vectors = Vectors(made, lines, encoder)
        return made

    def search(self, text: str, current_script: str = "") -> tuple[Hit, ...]:
        """The lexical result, within 5 ms for 5,000 lines."""
        return self.index.search(text, current_script)

    def rerank(self, text: str, current_script: str = "") -> tuple[Hit, ...]:
        """The result with the model's word, within 30 ms; the lexical one without a model. Call it in a worker."""
        lexical = self.index.lexical(text)
        if self._vectors is None or not text.strip():
            return self.search(text, current_script)
        alike = self.index.standing(self._vectors.similarities(text[:LONGEST_TEXT]))
        return self.index.hits(lexical.mixed(alike, _VECTOR_SHARE), current_script, _LEAST_SIMILAR)
