"""The library as a walk uses it: steps by name, conditions and values compiled when first needed, and then kept."""

from __future__ import annotations

from app.domain.offer import Offer
from app.offers.policy import Policy
from app.scripts.expressions import ANYTHING, Condition, Names, Value, compile_condition, compile_value
from app.scripts.library import Library
from app.scripts.model import Script, Step, Target

# Types were checked when the library was assembled; at run time every name may be anything.
_EVERYWHERE = ("account", "caller", "agent", "call", "ask", "offer", "option", "outcome", "done")


class Book:
    """A library with its compiled expressions. Raises ExpressionError for what the check would have refused."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.cancellations = frozenset(script.cancel for script in library.scripts.values() if script.cancel)
        self._conditions: dict[tuple[str, str], Condition] = {}
        self._values: dict[tuple[str, str], Value] = {}
        self._names: dict[str, Names] = {}

    def script(self, name: str) -> Script:
        """A script of the library; KeyError where there is none."""
        return self.library.scripts[name]

    def step(self, script: str, step: str) -> Step:
        """A step; KeyError where there is none."""
        return self.library.scripts[script].steps[step]

    def offer(self, step: Step) -> Offer | None:
        """The offer that a step puts on the table."""
        return self.library.offers.get(step.offer.offer) if step.offer else None

    def policy(self, name: str) -> Policy | None:
        """The policy of a jurisdiction."""
        return self.library.policies.get(name)

    def condition(self, script: str, source: str) -> Condition:
        """A condition as written in a script ("" for one of the catalogue)."""
        key = script, source
        if key not in self._conditions:
            self._conditions[key] = compile_condition(source, self._known(script))
        return self._conditions[key]

    def value(self, script: str, source: str) -> Value:
        """The expression of a `Let`."""
        key = script, source
        if key not in self._values:
            self._values[key] = compile_value(source, self._known(script))
        return self._values[key]

    def rung(self, script: str, offer: str) -> int:
        """Which rung of the script's ladder the offer is, from 1, in the order of the file."""
        order: list[str] = []
        for step in self.script(script).steps.values():
            if step.offer and step.offer.offer not in order:
                order.append(step.offer.offer)
        return order.index(offer) + 1 if offer in order else 1

    def later_rungs(self, script: str, step: Step) -> tuple[Offer, ...]:
        """The offers that follow when the one of this step is declined, one after the other."""
        steps = self.script(script).steps
        seen = {step.id}
        found: list[Offer] = []
        current: Step | None = step
        while current is not None:
            target = _no(current) if current.offer else _onward(current)
            current = steps.get(target.step) if target and target.step not in seen else None
            if current is None:
                break
            seen.add(current.id)
            offer = self.offer(current)
            if offer and offer.id not in (step.offer.offer if step.offer else "", *(one.id for one in found)):
                found.append(offer)
        return tuple(found)

    def _known(self, script: str) -> Names:
        if script not in self._names:
            names = list(_EVERYWHERE)
            for step in self.library.scripts[script].steps.values() if script else ():
                names += [let.name for let in step.lets] + [answer.name for answer in step.answers if answer.name]
            self._names[script] = Names(dict.fromkeys(names, ANYTHING), self.library.conditions)
        return self._names[script]


def _no(step: Step) -> Target | None:
    return next((answer.target for answer in step.answers if answer.key == "D"), None)


def _onward(step: Step) -> Target | None:
    """Where a step without answers goes when no condition holds."""
    if step.answers:
        return None
    return next((branch.target for branch in step.branches if not branch.condition), None)
