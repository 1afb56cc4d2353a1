"""What the answers of a library's scripts are, and how far each step is from an end."""

from __future__ import annotations

from collections.abc import Iterable

from app.practice.personas import Trait
from app.scripts.library import Library
from app.scripts.model import Answer, Step, Target

Spot = tuple[str, str]
_FAR = 10_000
_ENDS = {
    "not_holder": Trait.STRANGER,
    "not_verified": Trait.STRANGER,
    "wrong_number": Trait.STRANGER,
    "solved": Trait.SOLVED,
    "not_solved": Trait.NOT_SOLVED,
}
_REPAIRING = "troubleshoot"
_CANCEL, _COMPLAINT, _PRICE = "cancel", "complaint", "price"


class Ways:
    """The map that a simulated caller has of a library; made once for a call."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._cancellations = {one.cancel for one in library.scripts.values() if one.cancel}
        self._interrupting = {one.script: one.id for one in library.interrupts.values()}
        self._aheads: dict[Spot, tuple[Step, ...]] = {}
        self._distance: dict[Spot, int] = {}
        self._measure()

    def step(self, script: str, step: str) -> Step | None:
        """A step of the library."""
        found = self._library.scripts.get(script)
        return found.steps.get(step) if found is not None else None

    def target(self, script: str, target: Target) -> Spot:
        """The step to which an answer or a branch leads first."""
        if target.script:
            return target.script, self._start(target.script)
        return script, target.step

    def distance(self, script: str, target: Target) -> int:
        """How many steps there are at least from a target to an end of the call."""
        return self._to_end(script, target)

    def traits(self, script: str, step: Step, answer: Answer, shortest: int) -> frozenset[Trait]:
        """What this answer is; `shortest` is the least distance among the answers that are open."""
        found = set(self._by_key(step, answer))
        target = self.target(script, answer.target)
        if target[0] != script and target[0] in self._interrupting:
            interrupt = self._interrupting[target[0]]
            known = {_CANCEL: Trait.LEAVES, _COMPLAINT: Trait.COMPLAINS}
            found.add(known.get(interrupt, Trait.INTERRUPTS))
        elif target[0] != script and target[0] in self._cancellations:
            found.add(Trait.LEAVES)
        found |= self._at(target)
        if self.distance(script, answer.target) <= shortest:
            found.add(Trait.SHORTEST)
        return frozenset(found or {Trait.PLAIN})

    def _by_key(self, step: Step, answer: Answer) -> Iterable[Trait]:
        if answer.key in "ADL":
            yield {"A": Trait.YES, "D": Trait.NO, "L": Trait.LATER}[answer.key]
        if step.consent is not None and answer.key in "12":
            yield Trait.CONSENTS if answer.key == "1" else Trait.REFUSES
        if answer.key == "1":
            yield Trait.FIRST
        if answer.key == "*":
            yield Trait.DEVICE

    def _at(self, target: Spot) -> set[Trait]:
        """What the step there says about the answer that leads to it."""
        script, step = self._library.scripts.get(target[0]), self.step(*target)
        found: set[Trait] = set()
        if script is not None and script.kind == _REPAIRING and target[1] == script.start:
            found.add(Trait.REPAIRS)
        if step is not None and step.end is not None:
            found |= {_ENDS[step.end.outcome]} if step.end.outcome in _ENDS else set()
        ahead = self._ahead(target)
        if any(one.end is not None and one.end.reason == _PRICE for one in ahead):
            found.add(Trait.PRICE)
        if any(one.offer is not None for one in ahead):
            found.add(Trait.OFFER)
        return found

    def _ahead(self, spot: Spot) -> tuple[Step, ...]:
        """The steps of the same script that may still come from there, that one included."""
        known = self._aheads.get(spot)
        if known is None:
            seen, waiting = {spot[1]}, [spot[1]]
            while waiting:
                step = self.step(spot[0], waiting.pop())
                if step is None:
                    continue
                targets = [one.target for one in step.answers] + [one.target for one in step.branches]
                for name in (one.step or one.then for one in targets):
                    if name and name not in seen:
                        seen.add(name)
                        waiting.append(name)
            steps = (self.step(spot[0], name) for name in sorted(seen))
            known = self._aheads[spot] = tuple(step for step in steps if step is not None)
        return known

    def _start(self, script: str) -> str:
        found = self._library.scripts.get(script)
        return found.start if found is not None else ""

    def _to_end(self, script: str, target: Target) -> int:
        away = self._distance.get(self.target(script, target), _FAR)
        then = self._distance.get((script, target.then), _FAR) if target.then else 0
        return min(away + then, _FAR)

    def _measure(self) -> None:
        """The least number of steps to an end, found by going round until nothing gets shorter."""
        steps = {
            (script.id, step.id): step for script in self._library.scripts.values() for step in script.steps.values()
        }
        self._distance = {spot: 0 if step.end else _FAR for spot, step in steps.items()}
        changed = True
        while changed:
            changed = False
            for spot, step in steps.items():
                targets = [one.target for one in step.answers] + [one.target for one in step.branches]
                least = min((1 + self._to_end(spot[0], target) for target in targets), default=_FAR)
                if step.end is None and least < self._distance[spot]:
                    self._distance[spot] = least
                    changed = True
