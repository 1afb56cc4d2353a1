"""Finds what was only renamed: by what it says and does, and by where it is reached from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scripts.check.graph import targets_of
from app.scripts.difference.told import bare
from app.scripts.model import Script, Step

_ALIKE = 0.5
# Comparing all with all takes time that grows with the square; beyond this only identical ones are found.
_MOST_PAIRS = 40_000


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what a thing is known again: what it says and does; and, among equals, from where it is reached."""

    own: frozenset[object]
    ways: frozenset[object] = frozenset()


def renamed_steps(old: Script, new: Script) -> dict[str, str]:
    """Old id to new id of the steps that have another id and say much the same."""
    reached_old, reached_new = _reached_from(old), _reached_from(new)
    nowhere: frozenset[object] = frozenset()
    gone = {
        id: _Marks(_marks_of_step(step), reached_old.get(id, nowhere))
        for id, step in old.steps.items()
        if id not in new.steps
    }
    come = {
        id: _Marks(_marks_of_step(step), reached_new.get(id, nowhere))
        for id, step in new.steps.items()
        if id not in old.steps
    }
    return _matched(gone, come)


def renamed_scripts(old: Mapping[str, Script], new: Mapping[str, Script]) -> dict[str, str]:
    """Old id to new id of the scripts that have another id and much the same steps."""
    gone = {id: _Marks(_marks_of_script(script)) for id, script in old.items() if id not in new}
    come = {id: _Marks(_marks_of_script(script)) for id, script in new.items() if id not in old}
    return _matched(gone, come)


def _matched(gone: Mapping[str, _Marks], come: Mapping[str, _Marks]) -> dict[str, str]:
    """Pairs the most alike first; each is taken once."""
    if len(gone) * len(come) > _MOST_PAIRS:
        by_marks = {marks.own: id for id, marks in come.items()}
        candidates = [(1.0, 0.0, id, by_marks[marks.own]) for id, marks in gone.items() if marks.own in by_marks]
    else:
        candidates = [
            (_alike(marks.own, others.own), _alike(marks.ways, others.ways), id, other)
            for id, marks in gone.items()
            for other, others in come.items()
        ]
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for own, _, id, other in sorted(candidates, key=lambda candidate: (-candidate[0], -candidate[1])):
        if own >= _ALIKE and id not in pairs and other not in taken:
            pairs[id] = other
            taken.add(other)
    return pairs


def _alike(marks: frozenset[object], others: frozenset[object]) -> float:
    """The share of marks that both have (Dice)."""
    return 2 * len(marks & others) / max(len(marks) + len(others), 1)


def _marks_of_step(step: Step) -> frozenset[object]:
    marks: set[object] = set()
    if step.title:
        marks.add(("title", step.title))
    for phrasing in step.phrasings:
        marks.update(("said", line.text) for line in phrasing.lines)
    marks.update(("shown", line.text) for line in (*step.points, *step.notes))
    marks.update(("answer", answer.key, answer.text) for answer in step.answers)
    marks.update(("to", target.step, target.script) for target in targets_of(step))
    marks.update(("form", name) for name in (*(ask.name for ask in step.asks), *(let.name for let in step.lets)))
    for one in (step.verify, step.offer, step.read, step.consent, step.wait, step.end, *step.requests):
        if one is not None:
            marks.add(bare(one))
    return frozenset(marks)


def _reached_from(script: Script) -> dict[str, frozenset[object]]:
    """From which step, by which of its ways, each step is reached."""
    ways: dict[str, set[object]] = {}
    for step in script.steps.values():
        for index, target in enumerate(targets_of(step)):
            ways.setdefault(target.step or target.then, set()).add(("from", step.id, index))
    return {id: frozenset(marks) for id, marks in ways.items()}


def _marks_of_script(script: Script) -> frozenset[object]:
    return frozenset(bare(step) for step in script.steps.values())
