"""Tells how the ways out of a step changed: answers, conditions, objections; and what is asked on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.scripts.difference.told import Told, arrow, bare, quoted, worded
from app.scripts.difference.wording import when
from app.scripts.model import Answer, Ask, Branch, Objection, Step, Target


@dataclass(frozen=True, slots=True)
class Renamed:
    """What has another id in the new version: steps of this script, and scripts. Old id to new id."""

    steps: Mapping[str, str]
    scripts: Mapping[str, str]

    def target(self, target: Target) -> Target:
        """An old target as the new version would write it; that a step has a new name is told once, not here."""
        return replace(
            target,
            step=self.steps.get(target.step, target.step),
            script=self.scripts.get(target.script, target.script),
            then=self.steps.get(target.then, target.then),
        )

    def same(self, old: Target, new: Target) -> bool:
        """Whether both lead to the same place."""
        return bare(self.target(old)) == bare(new)


def tell_answers(old: Sequence[Answer], new: Sequence[Answer], renamed: Renamed, told: Told) -> None:
    """Answers lost, new, reworded, under another key, leading elsewhere, given under other conditions, reordered."""
    pairs = _paired_answers(old, new)
    for index, answer in enumerate(old):
        if index not in pairs:
            told.lost("answer-lost", f"lost answer {answer.key} ({quoted(answer.text)})", answer.place)
    taken = {index: earlier for earlier, index in pairs.items()}
    for index, answer in enumerate(new):
        if index in taken:
            _tell_answer(old[taken[index]], answer, renamed, told)
        else:
            words = f"got answer {answer.key} ({quoted(answer.text)}) {arrow(answer.target)}"
            told.add("answer-added", words, answer.place)
    if [taken[index] for index in sorted(taken)] != sorted(taken.values()):
        told.add("answers-reordered", "shows its answers in another order", new[0].place)


def _tell_answer(old: Answer, new: Answer, renamed: Renamed, told: Told) -> None:
    if old.key != new.key:
        told.add("answer-moved", f"answer {quoted(new.text)} moved from key {old.key} to {new.key}", new.place)
    if old.text != new.text:
        words = f"answer {new.key} reworded: {quoted(old.text)} -> {quoted(new.text)}"
        told.add("answer-reworded", words, new.place)
    if not renamed.same(old.target, new.target):
        words = f"answer {new.key} leads elsewhere: {arrow(old.target)}, now {arrow(new.target)}"
        told.add("answer-leads-elsewhere", words, new.place)
    if old.condition != new.condition:
        words = f"answer {new.key} is open {when(new.condition)}, before {when(old.condition)}"
        told.add("answer-condition-changed", words, new.place)
    told.others(old, new, ("key", "text", "target", "condition", "each", "name"), new.place)


def _paired_answers(old: Sequence[Answer], new: Sequence[Answer]) -> dict[int, int]:
    """Which old answer became which new one: by key and words, else by words, else by key. By index."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for marks in (lambda answer: (answer.key, answer.text), lambda answer: answer.text, lambda answer: answer.key):
        free: dict[object, list[int]] = {}
        for index, answer in enumerate(new):
            if index not in taken:
                free.setdefault(marks(answer), []).append(index)
        for index, answer in enumerate(old):
            if index not in pairs and free.get(marks(answer)):
                pairs[index] = free[marks(answer)].pop(0)
                taken.add(pairs[index])
    return pairs


def tell_branches(old: Sequence[Branch], new: Sequence[Branch], renamed: Renamed, told: Told) -> None:
    """Conditions lost, new, changed, leading elsewhere, in another order (the first that holds wins)."""
    pairs = _paired_branches(old, new, renamed)
    for index, branch in enumerate(old):
        if index not in pairs:
            told.lost("condition-lost", f"lost {_if(branch)} {arrow(branch.target)}", branch.place)
    taken = {index: earlier for earlier, index in pairs.items()}
    for index, branch in enumerate(new):
        if index not in taken:
            told.add("condition-added", f"got {_if(branch)} {arrow(branch.target)}", branch.place)
            continue
        earlier = old[taken[index]]
        if earlier.condition != branch.condition:
            words = f"goes {arrow(branch.target)} {_if(branch)}, before {_if(earlier)}"
            told.add("condition-changed", words, branch.place)
        if not renamed.same(earlier.target, branch.target):
            words = f"{_if(branch)} leads elsewhere: {arrow(earlier.target)}, now {arrow(branch.target)}"
            told.add("condition-leads-elsewhere", words, branch.place)
    if [taken[index] for index in sorted(taken)] != sorted(taken.values()):
        told.add("conditions-reordered", "asks its conditions in another order", new[0].place)


def _paired_branches(old: Sequence[Branch], new: Sequence[Branch], renamed: Renamed) -> dict[int, int]:
    """Which old condition became which new one: by its text, else by where it leads. By index."""
    pairs: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for index, branch in enumerate(new):
        free.setdefault(branch.condition, []).append(index)
    for index, branch in enumerate(old):
        if free.get(branch.condition):
            pairs[index] = free[branch.condition].pop(0)
    ways: dict[object, list[int]] = {}
    for left in free.values():
        for index in left:
            ways.setdefault(bare(new[index].target), []).append(index)
    for index, branch in enumerate(old):
        way = bare(renamed.target(branch.target))
        if index not in pairs and ways.get(way):
            pairs[index] = ways[way].pop(0)
    return pairs


def _if(branch: Branch) -> str:
    return f"if {branch.condition}" if branch.condition else "otherwise"


def tell_objections(old: Sequence[Objection], new: Sequence[Objection], renamed: Renamed, told: Told) -> None:
    """The phrases by which objections are found, and the steps that they open."""
    before = {phrase: one for one in old for phrase in one.phrases}
    after = {phrase: one for one in new for phrase in one.phrases}
    for phrase, one in before.items():
        if phrase not in after:
            told.lost("objection-lost", f"lost the objection {quoted(phrase)}", one.place)
    for phrase, one in after.items():
        if phrase not in before:
            told.add("objection-added", f"got the objection {quoted(phrase)} {arrow(one.target)}", one.place)
        elif not renamed.same(before[phrase].target, one.target):
            words = (
                f"objection {quoted(phrase)} leads elsewhere: {arrow(before[phrase].target)}, now {arrow(one.target)}"
            )
            told.add("objection-leads-elsewhere", words, one.place)


def tell_forms(old: Step, new: Step, told: Told) -> None:
    """Form fields and values."""
    asked, asks = ({ask.name: ask for ask in step.asks} for step in (old, new))
    for name, ask in asked.items():
        if name not in asks:
            told.lost("field-lost", f"no longer asks for {name} ({quoted(ask.label)})", ask.place)
    for name, ask in asks.items():
        if name not in asked:
            told.add("field-added", f"now asks for {name} ({quoted(ask.label)})", ask.place)
        else:
            _tell_ask(asked[name], ask, told)
    if [name for name in asked if name in asks] != [name for name in asks if name in asked]:
        told.add("fields-reordered", "asks for its form fields in another order", new.asks[0].place)
    reckoned, lets = ({let.name: let for let in step.lets} for step in (old, new))
    for name, let in reckoned.items():
        if name not in lets:
            told.lost("value-lost", f"no longer reckons {name}", let.place)
    for name, let in lets.items():
        if name not in reckoned:
            told.add("value-added", f"now reckons {name} = {let.expression}", let.place)
        elif reckoned[name].expression != let.expression:
            words = f"value {name} is reckoned otherwise: {reckoned[name].expression}, now {let.expression}"
            told.add("value-changed", words, let.place)
    if [name for name in reckoned if name in lets] != [name for name in lets if name in reckoned]:
        told.add("values-reordered", "reckons its values in another order", new.lets[0].place)


def _tell_ask(old: Ask, new: Ask, told: Told) -> None:
    if old.label != new.label:
        words = f"form field {new.name} reworded: {quoted(old.label)} -> {quoted(new.label)}"
        told.add("field-reworded", words, new.place)
    for name in ("type", "choices", "default"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            told.add("field-changed", f"form field {new.name}: {name} {worded(before)} -> {worded(after)}", new.place)
    for name in ("secret", "optional"):
        if getattr(old, name) != getattr(new, name):
            now = "is now" if getattr(new, name) else "is no longer"
            told.add("field-changed", f"form field {new.name} {now} {name}", new.place)
    told.others(old, new, ("name", "label", "type", "choices", "default", "secret", "optional"), new.place)
