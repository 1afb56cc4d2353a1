"""The lexical index: TF-IDF over pieces of words, quick enough to answer at every key press.

A line and a query are vectors of pieces (`words.pieces`) and of groups of synonyms, weighted by how rare each is in the
library (smoothed inverse document frequency), of length 1. A script's score is the mean of two similarities: to the
script as a whole, and to its three nearest lines. Measured in tests/find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from math import log, sqrt
from typing import TYPE_CHECKING

from app.scripts.finding.lines import Entry, Lines, Weight, lines_of
from app.scripts.finding.synonyms import Synonyms
from app.scripts.finding.words import Spelling, pieces, words_of

if TYPE_CHECKING:
    from app.scripts.library import Library

BEST_LINES = 3
"""So many nearest lines of a script count, averaged: one alone may be near by chance."""

_GROUP_WEIGHT = 6.0
_LONGEST_PHRASE = 5
# A bound on the work of one query. The rarest pieces come first, so what is left out hardly tells anything.
_MOST_STEPS = 12_000
_LEAST_SCORE = 0.04
_NOTHING = 0.01
_SHARES = {Weight.NAMED: 1.0, Weight.ANSWER: 0.7, Weight.STEP: 0.5, Weight.SPOKEN: 0.3}
_HERE_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found; `score` is from 0 to 1. For a script, `nearest` is its entry that was nearest to what was said.

    What an objection or a step of another script leads to is reached by opening that script.
    """

    entry: Entry
    score: float
    nearest: Entry | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How near everything is to what was said (0 to 1): each entry, each script, and the entry nearest in it."""

    entries: Sequence[float]
    scripts: Sequence[float]
    nearest: Sequence[int | None]

    def mixed(self, other: Standing, share: float) -> Standing:
        """This and the other, of which so much counts (0 to 1). What the other knows nothing of stays as it is."""
        entries = [
            (1 - share) * mine + share * its if its else mine
            for mine, its in zip(self.entries, other.entries, strict=True)
        ]
        scripts = [(1 - share) * mine + share * its for mine, its in zip(self.scripts, other.scripts, strict=True)]
        nearest = [its if its is not None else mine for mine, its in zip(self.nearest, other.nearest, strict=True)]
        return Standing(entries, scripts, nearest)


class FindIndex:
    """Answers queries over one library. Made by `build_index`; does not change.

    `lines` is what it was made of, in the order that vectors of the lines have.
    """

    def __init__(self, lines: Lines, synonyms: Synonyms) -> None:
        self.lines = lines
        self._synonyms = synonyms
        self._scripts = tuple(dict.fromkeys(entry.script for entry in lines.entries))
        place = {script: number for number, script in enumerate(self._scripts)}
        self._script_of = [place.get(line.script) for line in lines.lines]
        self._entry_of_script = {e.script: e for e in lines.entries if e.kind == "script"}
        worded = [words_of(line.text) for line in lines.lines]
        self._spelling = Spelling(
            [word for words in worded for word in words]
            + [word for phrase in synonyms.same for word in phrase.split()]
            + list(synonyms.ignored)
        )
        counts = [self._features(words) for words in worded]
        self._rarity = _rarity(counts)
        vectors = [_vector(count, self._rarity) for count in counts]
        vectors += [_vector(count, self._rarity) for count in self._wholes(counts)]
        self._postings = _postings(vectors)

    def search(self, text: str, current_script: str = "") -> tuple[Hit, ...]:
        """What was said, partly, misspelt or in other words; the best first, those of the current script before all.

        At most one hit per script, one per objection and one per step. Nothing for text without words.
        """
        return self.hits(self.lexical(text), current_script, _LEAST_SCORE)

    def lexical(self, text: str) -> Standing:
        """How near everything is to what was said, by its words."""
        scores = self._scores(text)
        count = len(self.lines.lines)
        near = self.standing(scores[:count])
        scripts = [(score + whole) / 2 for score, whole in zip(near.scripts, scores[count:], strict=True)]
        return replace(near, scripts=scripts)

    def standing(self, line_scores: Sequence[float]) -> Standing:
        """Entries by their nearest line, scripts by the mean of their nearest three; from scores of all lines."""
        entries = [0.0] * len(self.lines.entries)
        near: list[list[tuple[float, int]]] = [[] for _ in self._scripts]
        for number, score in enumerate(line_scores):
            if score > _NOTHING:
                entry = self.lines.lines[number].entry
                if score > entries[entry]:
                    entries[entry] = score
                if (script := self._script_of[number]) is not None:
                    near[script].append((score * _SHARES[self.lines.lines[number].weight], entry))
        best = [nlargest(BEST_LINES, each) for each in near]
        scripts = [sum(score for score, _ in each) / BEST_LINES for each in best]
        return Standing(entries, scripts, [each[0][1] if each else None for each in best])

    def hits(self, standing: Standing, current_script: str, least: float) -> tuple[Hit, ...]:
        """What reaches the least score, in order."""
        entries = self.lines.entries
        hits = [
            Hit(entries[number], score)
            for number, score in enumerate(standing.entries)
            if score >= least and entries[number].kind != "script"
        ]
        for number, script in enumerate(self._scripts):
            nearest, score = standing.nearest[number], standing.scripts[number]
            if score >= least:
                hits.append(Hit(self._entry_of_script[script], score, None if nearest is None else entries[nearest]))
        return _here_first(hits, current_script)

    def _scores(self, text: str) -> list[float]:
        """The similarity (0 to 1) of each line, and behind them of each script as a whole."""
        scores = [0.0] * (len(self.lines.lines) + len(self._scripts))
        query = _vector(self._features(words_of(text), mend=True), self._rarity)
        steps = 0
        for feature, weight in sorted(query.items(), key=lambda one: -one[1]):
            numbers, weights = self._postings[feature]
            steps += len(numbers)
            if steps > _MOST_STEPS:
                break
            for number, other in zip(numbers, weights, strict=True):
                scores[number] += weight * other
        return scores

    def _features(self, words: Sequence[str], mend: bool = False) -> Counter[str]:
        """Pieces of the words and the groups of synonyms; with `mend` misspelt words count as what was meant, too."""
        found: Counter[str] = Counter()
        meant = [self._spelling.meant(word) for word in words] if mend else list(words)
        telling = [
            (word, right) for word, right in zip(words, meant, strict=True) if right not in self._synonyms.ignored
        ]
        for word, right in telling or zip(words, meant, strict=True):
            found.update(pieces(right))
            if right != word:
                found.update(pieces(word))
        for group in self._groups(meant):
            found[f"@{group}"] += 1
        return found

    def _groups(self, words: Sequence[str]) -> Iterator[str]:
        """The longest entry counts: "security question" is not "security"."""
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST_PHRASE, len(words) - start), 0, -1):
                if groups := self._synonyms.same.get(" ".join(words[start : start + length])):
                    yield from groups
                    break
            start += length

    def _wholes(self, counts: Sequence[Counter[str]]) -> list[Counter[str]]:
        """All lines of each script in one, as each line's weight has it."""
        wholes: list[Counter[str]] = [Counter() for _ in self._scripts]
        for number, line in enumerate(self.lines.lines):
            if (script := self._script_of[number]) is not None:
                for feature, count in counts[number].items():
                    wholes[script][feature] += count * line.weight
        return wholes


def build_index(library: Library) -> FindIndex:
    """The index of a library; takes about 100 ms for a thousand lines: make it in a worker."""
    return FindIndex(lines_of(library), library.synonyms)


def _here_first(hits: Iterable[Hit], current_script: str) -> tuple[Hit, ...]:
    """Best first; what is in the current script and not much worse than the best comes before all others."""
    ordered = sorted(hits, key=lambda hit: -hit.score)
    if not ordered:
        return ()
    enough = ordered[0].score * _HERE_FROM
    here = [hit for hit in ordered if hit.entry.script == current_script and hit.score >= enough]
    return (*here, *(hit for hit in ordered if hit not in here))


def _rarity(counts: Sequence[Counter[str]]) -> dict[str, float]:
    """log((1 + lines) / (1 + lines that have it)) + 1, as usual; a group of synonyms tells more than a piece."""
    having = Counter(feature for count in counts for feature in count)
    return {
        feature: (log((1 + len(counts)) / (1 + lines)) + 1) * (_GROUP_WEIGHT if feature[0] == "@" else 1)
        for feature, lines in having.items()
    }


def _vector(count: Counter[str], rarity: dict[str, float]) -> dict[str, float]:
    """Of length 1; more than one of the same counts by its logarithm. Features that no line has are left out."""
    weights = {feature: (1 + log(times)) * rarity[feature] for feature, times in count.items() if feature in rarity}
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {feature: weight / length for feature, weight in weights.items()} if length else {}


def _postings(vectors: Sequence[dict[str, float]]) -> dict[str, tuple[list[int], list[float]]]:
    """For each feature the numbers of the vectors that have it, and how much."""
    postings: dict[str, tuple[list[int], list[float]]] = {}
    for number, vector in enumerate(vectors):
        for feature, weight in vector.items():
            numbers, weights = postings.setdefault(feature, ([], []))
            numbers.append(number)
            weights.append(weight)
    return postings
