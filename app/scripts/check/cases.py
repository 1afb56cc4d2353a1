"""Whether conditions decide anything: always or never true, hidden behind another, or leaving a case out."""

from __future__ import annotations

from collections.abc import Sequence

from app.scripts.check.boundary import trials, unknowns_of, worth_trying
from app.scripts.check.compiled import Compiled
from app.scripts.check.findings import Findings
from app.scripts.model import Phrasing, Script, Step


def check_cases(script: Script, compiled: Compiled, found: Findings) -> None:
    """The rules about what conditions come to."""
    constant = _check_constant(compiled, found)
    for step in script.steps.values():
        if len(step.branches) > 1:
            _check_hidden(step, constant, compiled, found)
        conditional = [answer for answer in step.answers if answer.condition]
        if conditional and len(conditional) == len(step.answers):
            message = "There are values for which none of these answers is shown, and the agent is stuck. Add one."
            _check_left_out([one.condition for one in conditional], compiled, found, step, message)
        for phrasing in step.phrasings:
            _check_said(step, phrasing, compiled, found)


def _check_constant(compiled: Compiled, found: Findings) -> frozenset[str]:
    """The conditions that always or never hold."""
    constant: dict[str, bool | None] = {}
    for source, place in compiled.conditions:
        if source not in constant:
            constant[source] = _always(source, compiled) if worth_trying(source, compiled) else None
        always = constant[source]
        if always is not None:
            word, what = (
                ("always", "Take the condition out.") if always else ("never", "Take the line out, or mend it.")
            )
            found.add("constant-condition", place, f"This is {word} true, whatever the values are. {what}")
    return frozenset(source for source, always in constant.items() if always is not None)


def _always(source: str, compiled: Compiled) -> bool | None:
    """True when it always holds, False when it never does; None when it depends, or cannot be told."""
    seen: set[bool] = set()
    for (holds,) in trials([source], compiled):
        seen.add(holds)
        if len(seen) == 2:
            return None
    return seen.pop() if seen else None


def _check_hidden(step: Step, constant: frozenset[str], compiled: Compiled, found: Findings) -> None:
    """An If that holds only where one before it holds as well is never reached."""
    branches = [branch for branch in step.branches if branch.condition and branch.condition not in constant]
    if len(branches) < 2 or not _share([branch.condition for branch in branches], compiled):
        return
    held: set[int] = set()
    reached: set[int] = set()
    for outcome in trials([branch.condition for branch in branches], compiled, step.id):
        held.update(index for index, holds in enumerate(outcome) if holds)
        first = next((index for index, holds in enumerate(outcome) if holds), None)
        if first is not None:
            reached.add(first)
        if len(reached) == len(branches):
            return
    for index in sorted(held - reached):
        message = "Wherever this holds, an If before it holds as well, so it is never taken. Put it first, or mend it."
        found.add("overlapping-cases", branches[index].place, message)


def _check_said(step: Step, phrasing: Phrasing, compiled: Compiled, found: Findings) -> None:
    conditions = [line.condition for line in phrasing.lines]
    if len(conditions) > 1 and all(conditions):
        message = "There are values for which none of these lines is shown, and nothing is said. Add the missing case."
        _check_left_out(conditions, compiled, found, step, message, phrasing)


def _check_left_out(
    conditions: Sequence[str],
    compiled: Compiled,
    found: Findings,
    step: Step,
    message: str,
    phrasing: Phrasing | None = None,
) -> None:
    if _opposites(conditions):
        return
    if any(not any(outcome) for outcome in trials(conditions, compiled, step.id)):
        place = phrasing.lines[0].place if phrasing else step.answers[0].place
        found.add("missing-case", place, message)


def _opposites(conditions: Sequence[str]) -> bool:
    """Whether one of them is the plain opposite of another."""
    plain = {condition.replace(" ", "") for condition in conditions}
    return any({f"!{one}", f"!({one})", f"![{one}]"} & plain for one in (*plain, *(one.strip("[]") for one in plain)))


def _share(conditions: Sequence[str], compiled: Compiled) -> bool:
    seen: set[str] = set()
    for condition in conditions:
        unknowns = unknowns_of(condition, compiled)
        if unknowns & seen:
            return True
        seen |= unknowns
    return False
