"""How often find is right: recall over sentences of callers, each with what should have been found."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.scripts.finding.index import Hit

DEPTHS = (1, 3, 5)
MOST_SENTENCES = 100_000


class SentencesUnreadable(Exception):
    """The file of sentences cannot be used; the text names the line."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a caller said, and the script that helps, or "script/step" for an objection or a step.

    `current` is the script in which it was said ("" for an opening sentence).
    """

    text: str
    wanted: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """Of `total` sentences so many were found among the first 1, 3 and 5; `missed` are those not found first."""

    total: int
    found: dict[int, int]
    missed: tuple[tuple[Sentence, str], ...]


def read_sentences(content: bytes) -> tuple[Sentence, ...]:
    """One JSON object a line: `text` and `wanted`, and `current` where it matters. Raises SentencesUnreadable."""
    sentences: list[Sentence] = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            sentence = Sentence(fields["text"], fields["wanted"], fields.get("current", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SentencesUnreadable(f'Line {number} must be like {{"text": "…", "wanted": "a-script"}}.') from error
        if not all(isinstance(part, str) for part in (sentence.text, sentence.wanted, sentence.current)):
            raise SentencesUnreadable(f"Line {number}: text and wanted must be texts.")
        sentences.append(sentence)
        if len(sentences) > MOST_SENTENCES:
            raise SentencesUnreadable(f"More than {MOST_SENTENCES:,} sentences; divide the file.")
    return tuple(sentences)


def recall(sentences: Sequence[Sentence], find: Callable[[str, str], Sequence[Hit]]) -> Recall:
    """Asks `find` (text, current script) for each sentence and counts.

    Where a script is wanted, scripts are ranked against each other; where a step or objection is, all that is in
    one script.
    """
    found = dict.fromkeys(DEPTHS, 0)
    missed: list[tuple[Sentence, str]] = []
    for sentence in sentences:
        script, _, step = sentence.wanted.partition("/")
        hits = find(sentence.text, sentence.current)
        if step:
            order = list(dict.fromkeys(f"{hit.entry.script}/{hit.entry.step}" for hit in hits if hit.entry.step))
        else:
            order = [hit.entry.script for hit in hits if hit.entry.kind == "script"]
        wanted = sentence.wanted if step else script
        place = order.index(wanted) if wanted in order else MOST_SENTENCES
        for depth in DEPTHS:
            found[depth] += place < depth
        if place:
            missed.append((sentence, order[0] if order else ""))
    return Recall(len(sentences), found, tuple(missed))
