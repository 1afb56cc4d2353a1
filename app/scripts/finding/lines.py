"""What a library says, line by line, with the place that each line leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from app.scripts.library import Library
    from app.scripts.model import Script, Step

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class Weight(IntEnum):
    """How much a line tells of what a script is for: what callers say counts most, what agents say least."""

    SPOKEN = 1
    STEP = 2
    ANSWER = 3
    NAMED = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. `kind` is script, objection or step; `step` where it leads ("" for a script).

    `phrases` are what callers say: of an objection all of them, of a script those of its header.
    """

    kind: str
    script: str
    step: str
    title: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text, and the number of the entry that it stands for.

    `script` is the script for which it speaks: of an answer that hands over ("Wants to cancel") the one that follows,
    "" for objections, which say nothing of what the script is for.
    """

    text: str
    entry: int
    weight: Weight
    script: str


@dataclass(frozen=True, slots=True)
class Lines:
    """All entries of a library and their lines, in an order that the same content always has."""

    entries: tuple[Entry, ...]
    lines: tuple[TextLine, ...]

    @property
    def of_callers(self) -> tuple[int, ...]:
        """The numbers of the lines that callers say: titles and phrases of scripts, and objections.

        Only these have vectors. What agents say is about the answer; measured, it leads a sentence model astray.
        """
        return tuple(
            number
            for number, line in enumerate(self.lines)
            if line.weight is Weight.NAMED or self.entries[line.entry].kind == "objection"
        )


def lines_of(library: Library) -> Lines:
    """Takes the library apart. Placeholders and conditions are left out: they are not what anybody says."""
    entries: list[Entry] = []
    lines: list[TextLine] = []
    for id in sorted(library.scripts):
        for entry, texts in _entries(library, library.scripts[id]):
            seen: set[str] = set()
            for text, weight, script in texts:
                plain = " ".join(_PLACEHOLDER.sub(" ", text).split())
                if plain and plain not in seen:
                    seen.add(plain)
                    lines.append(TextLine(plain, len(entries), weight, script if script in library.scripts else ""))
            entries.append(entry)
    return Lines(tuple(entries), tuple(lines))


def phrases_of(script: Script) -> tuple[str, ...]:
    """What callers say who need this script: `phrases:` of its header, divided by |."""
    parts = (part.strip().strip('"') for part in script.header.get("phrases", "").split("|"))
    return tuple(part for part in parts if part)


_Text: TypeAlias = tuple[str, Weight, str]


def _entries(library: Library, script: Script) -> Iterator[tuple[Entry, list[_Text]]]:
    phrases = phrases_of(script)
    named = [(text, Weight.NAMED, script.id) for text in (script.title, *phrases, script.id.replace("-", " "))]
    named += [(text, Weight.NAMED, script.id) for text in library.synonyms.said.get(script.id, ())]
    yield Entry("script", script.id, "", script.title, phrases), named
    told: set[tuple[str, ...]] = set()
    for step in script.steps.values():
        for objection in step.objections:
            if objection.phrases not in told:
                told.add(objection.phrases)
                target = script.steps.get(objection.target.step)
                title = target.title if target is not None else objection.phrases[0]
                texts = [(text, Weight.ANSWER, "") for text in (*objection.phrases, title)]
                yield Entry("objection", script.id, objection.target.step, title, objection.phrases), texts
        entry = Entry("step", script.id, step.id, step.title or step.id.replace("_", " "))
        yield entry, list(_step(library, script, step))


def _step(library: Library, script: Script, step: Step) -> Iterator[_Text]:
    yield step.title, Weight.STEP, script.id
    for answer in step.answers:
        yield answer.text, Weight.ANSWER, answer.target.script or script.id
    if step.offer is not None and (offer := library.offers.get(step.offer.offer)) is not None:
        yield offer.name, Weight.STEP, script.id
    spoken = [ask.label for ask in step.asks]
    spoken += [" ".join(line.text for line in phrasing.lines) for phrasing in step.phrasings]
    spoken += [point.text for point in step.points]
    for text in spoken:
        yield text, Weight.SPOKEN, "" if "return" in step.tags else script.id
