"""Tells how spoken and shown texts changed: which sentence, and what it was about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from app.scripts.difference.told import Told, quoted
from app.scripts.model import Line, Phrasing

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PLACEHOLDER = re.compile(r"\{\s*([A-Za-z_][\w.]*)([^{}]*)\}")
_WORD = re.compile(r"\w+|\{[^{}]*\}")
_ALIKE = 0.4
# Beyond these, texts are paired by their order alone: comparing all with all takes time that grows with the square.
_MOST_PAIRED = 20
_MOST_WORDS = 400
_MOST_SENTENCES = 100


def tell_phrasings(old: Sequence[Phrasing], new: Sequence[Phrasing], told: Told) -> None:
    """What is said: added, lost, reworded or reordered ways to say it."""
    before = [" ".join(line.text for line in phrasing.lines) for phrasing in old]
    after = [" ".join(line.text for line in phrasing.lines) for phrasing in new]
    pairs = paired(before, after)
    for index, phrasing in enumerate(old):
        if index not in pairs:
            told.lost("phrasing-lost", f"lost a way to say it: {quoted(before[index])}", phrasing.lines[0].place)
    taken = {index: earlier for earlier, index in pairs.items()}
    for index, phrasing in enumerate(new):
        where = f" in phrasing {index + 1}" if len(new) > 1 else ""
        place = phrasing.lines[0].place
        if index not in taken:
            told.add("phrasing-added", f"got a way to say it: {quoted(after[index])}", place)
            continue
        earlier = old[taken[index]]
        if before[taken[index]] != after[index]:
            _tell_text(before[taken[index]], after[index], where, phrasing, told)
        if [line.condition for line in earlier.lines] != [line.condition for line in phrasing.lines]:
            told.add("shown-when-changed", f"says its lines under other conditions{where}", place)
    if list(taken) and [taken[index] for index in sorted(taken)] != sorted(taken.values()):
        told.add("phrasings-reordered", "has its phrasings in another order", new[0].lines[0].place)


def tell_lines(noun: str, old: Sequence[Line], new: Sequence[Line], told: Told) -> None:
    """Talking points or notes: added, lost, reworded, reordered, shown under other conditions."""
    before, after = [line.text for line in old], [line.text for line in new]
    pairs = paired(before, after)
    for index, line in enumerate(old):
        if index not in pairs:
            told.lost(f"{noun}-lost", f"lost the {noun} {quoted(line.text)}", line.place)
    taken = {index: earlier for earlier, index in pairs.items()}
    for index, line in enumerate(new):
        if index not in taken:
            told.add(f"{noun}-added", f"got the {noun} {quoted(line.text)}", line.place)
            continue
        earlier = old[taken[index]]
        if earlier.text != line.text:
            topic = topic_of(earlier.text, line.text)
            words = f"{topic} {noun} reworded" if topic else f"{noun} reworded"
            told.add(f"{noun}-reworded", words, line.place, earlier.text, line.text)
        if earlier.condition != line.condition:
            told.add(
                "shown-when-changed",
                f"shows the {noun} {quoted(line.text)} {when(line.condition)}, before {when(earlier.condition)}",
                line.place,
            )
    if [taken[index] for index in sorted(taken)] != sorted(taken.values()):
        told.add(f"{noun}s-reordered", f"has its {noun}s in another order", new[0].place)


def when(condition: str) -> str:
    """A condition within a sentence."""
    return f"when {condition}" if condition else "always"


def paired(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Which old text became which new one: the same ones first, then the most alike; by index.

    Where one is left on each side, they are one text reworded, however much.
    """
    pairs: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for index, text in enumerate(new):
        free.setdefault(text, []).append(index)
    for index, text in enumerate(old):
        if free.get(text):
            pairs[index] = free[text].pop(0)
    gone = [index for index in range(len(old)) if index not in pairs]
    taken = set(pairs.values())
    fresh = [index for index in range(len(new)) if index not in taken]
    if len(gone) == len(fresh) == 1 or len(gone) > _MOST_PAIRED or len(fresh) > _MOST_PAIRED:
        return pairs | dict(zip(gone, fresh, strict=False))
    ranked = sorted(
        ((likeness(old[one], new[other]), -one, -other) for one in gone for other in fresh),
        reverse=True,
    )
    taken.clear()
    for alike, one, other in ranked:
        if alike >= _ALIKE and -one not in pairs and -other not in taken:
            pairs[-one] = -other
            taken.add(-other)
    return pairs


def likeness(old: str, new: str) -> float:
    """The share of words that two texts have in common, 0 to 1 (Dice)."""
    before, after = Counter(_words(old)), Counter(_words(new))
    return 2 * (before & after).total() / max(before.total() + after.total(), 1)


def topic_of(old: str, new: str) -> str:
    """What a text is about: the value that it names in both versions, an amount first ("price"); "" for none."""
    values: dict[str, str] = dict(_PLACEHOLDER.findall(new))
    both = [name for name, _ in _PLACEHOLDER.findall(old) if name in values]
    both.sort(key=lambda name: "money" not in values[name])
    return both[0].rpartition(".")[2].replace("_", " ") if both else ""


def _tell_text(old: str, new: str, where: str, phrasing: Phrasing, told: Told) -> None:
    """Which sentences of a phrasing were reworded, added or lost."""
    before, after = _SENTENCE_END.split(old), _SENTENCE_END.split(new)
    if max(len(before), len(after)) > _MOST_SENTENCES:
        before, after = [old], [new]
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for what, old_from, old_to, new_from, new_to in steps:
        gone, come = " ".join(before[old_from:old_to]), " ".join(after[new_from:new_to])
        place = phrasing.lines[_line_with(after[new_from] if come else "", phrasing)].place
        if what == "replace" and _words(gone) == _words(come):
            told.add("punctuation-changed", f"punctuation changed{where}", place, gone, come)
        elif what == "replace":
            topic = topic_of(gone, come)
            several = old_to - old_from > 1 or new_to - new_from > 1
            noun = "sentences" if several and not topic else "sentence"
            words = f"{topic} {noun} reworded{where}" if topic else f"{noun} reworded{where}"
            told.add("sentence-reworded", words, place, gone, come)
        elif what == "insert":
            told.add("sentence-added", f"says in addition{where}: {quoted(come)}", place, "", come)
        elif what == "delete":
            told.add("sentence-lost", f"no longer says{where}: {quoted(gone)}", place, gone, "")


def _line_with(sentence: str, phrasing: Phrasing) -> int:
    """The line of a phrasing where a sentence begins, as far as it can be told."""
    start = sentence[:20]
    return next((index for index, line in enumerate(phrasing.lines) if start and start in line.text), 0)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)[:_MOST_WORDS]]
