"""Where in a script there is still an answer that nobody has given."""

from __future__ import annotations

from typing import TypeAlias

from app.scripts.model import Script, Step

# Script, step, and the key of an answer ("* name" for a list, the first phrase for an objection).
Edge: TypeAlias = tuple[str, str, str]


class Wanted:
    """The answers of one script that were not given yet, and which ways lead to them."""

    def __init__(self, script: Script) -> None:
        self._script = script.id
        self._open: dict[str, set[str]] = {step.id: _keys(step) for step in script.steps.values()}
        self._targets = {(step.id, key): target for step in script.steps.values() for key, target in _targets(step)}
        self._next = {step.id: _following(step) for step in script.steps.values()}
        self._behind = {step.id: self._reachable(step.id) for step in script.steps.values()}

    def taken(self, edge: Edge) -> None:
        """An answer was given."""
        _, step, key = edge
        self._open.get(step, set()).discard(key)

    def leads_on(self, edge: Edge) -> bool:
        """Whether the answer was not given yet, or leads to a step with one that was not."""
        script, step, key = edge
        if script != self._script:
            return False
        if key in self._open.get(step, ()):
            return True
        target = self._targets.get((step, key), "")
        return any(self._open[one] for one in self._behind.get(target, ()))

    def _reachable(self, step: str) -> frozenset[str]:
        found, waiting = {step}, [step]
        while waiting:
            for target in self._next[waiting.pop()]:
                if target not in found and target in self._next:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)


def _keys(step: Step) -> set[str]:
    return {key for key, _ in _targets(step)} | {one.phrases[0] for one in step.objections}


def _targets(step: Step) -> list[tuple[str, str]]:
    """Each answer's key and the step of this script that it leads to, if only after another script."""
    return [
        (f"* {one.name}" if one.key == "*" else one.key, one.target.step or one.target.then) for one in step.answers
    ]


def _following(step: Step) -> tuple[str, ...]:
    targets = [one.target for one in step.answers] + [one.target for one in step.branches]
    return tuple(dict.fromkeys(one.step or one.then for one in targets))
