"""Where a call can go: dead ends, circles without a way out, steps that nothing leads to."""

from __future__ import annotations

from collections.abc import Mapping

from app.scripts.check.findings import Findings
from app.scripts.check.graph import Graph, leaves, targets_of
from app.scripts.model import Script, Step


def check_flow(graph: Graph, found: Findings) -> None:
    """The rules about one script's ways."""
    script = graph.script
    for step in script.steps.values():
        _step(step, found)
    reachable = graph.reachable()
    for step in script.steps.values():
        if step.id not in reachable:
            message = f'Nothing leads to the step "{step.id}". Lead to it, or take it out.'
            found.add("unreachable-step", step.place, message)
    # Steps that are wrong by themselves have their own finding; they count as a way out here.
    outs = [step.id for step in script.steps.values() if leaves(step) or _broken(step, graph)]
    free = graph.leading_to(outs)
    caught = [step for step in script.steps.values() if step.id in reachable and step.id not in free]
    if caught:
        message = "From here every way leads round in a circle. Add an answer that ends the script or leaves it."
        found.add("loop-without-exit", caught[0].place, message)


def check_hand_overs(scripts: Mapping[str, Script], graphs: Mapping[str, Graph], found: Mapping[str, Findings]) -> None:
    """Scripts that only hand over to each other and never end."""
    ending: set[str] = set()
    growing = True
    while growing:
        growing = False
        for id, script in scripts.items():
            if id not in ending and _ends(script, graphs[id], ending, scripts):
                ending.add(id)
                growing = True
    for id, script in scripts.items():
        if id not in ending and script.steps and _hands_over(script):
            message = "This script never ends: all its ways lead to scripts that lead back here. Add a step with End."
            found[id].add("loop-without-exit", script.steps[script.start].place, message)


def _step(step: Step, found: Findings) -> None:
    has_else = any(not branch.condition for branch in step.branches)
    if step.end is not None or "return" in step.tags:
        for place in (*(ask.place for ask in step.asks), *(let.place for let in step.lets)):
            found.add(
                "never-taken", place, "Nothing follows here that could use it. Ask or work it out in a step before."
            )
    if step.end is not None:
        if step.answers or step.branches:
            found.add("end-goes-on", step.end.place, "Here the script ends, so the step has no answers and no If.")
        return
    if step.answers and has_else:
        branch = next(branch for branch in step.branches if not branch.condition)
        message = "A step with answers has no Else: it would always lead away before the agent sees the step."
        found.add("else-with-answers", branch.place, message)
    if step.answers or "return" in step.tags:
        return
    if step.branches and not has_else:
        found.add("if-without-else", step.branches[-1].place, "Add Else: -> step for when no If holds.")
    elif not step.branches:
        found.add("dead-end", step.place, f'The step "{step.id}" leads nowhere. Add answers, Else: or End:.')


def _broken(step: Step, graph: Graph) -> bool:
    """No way out of the step that leads to something that exists."""
    parts = len(step.answers) + len(step.branches) + len(step.objections)
    return not any(edge.how != "objection" for edge in graph.edges[step.id]) or len(graph.edges[step.id]) < parts


def _ends(script: Script, graph: Graph, ending: set[str], scripts: Mapping[str, Script]) -> bool:
    """Whether an End can be reached, given the scripts that are known to end; unknown ones count as ending."""
    steps = script.steps
    seen = {script.start}
    waiting = [script.start]
    while waiting:
        step = steps.get(waiting.pop())
        if step is None or step.end is not None:
            return True
        for edge in graph.edges[step.id]:
            handed = edge.target.script
            if handed and handed in scripts and handed not in ending:
                continue
            if handed and not edge.target.then:
                return True
            if edge.step and edge.step not in seen:
                seen.add(edge.step)
                waiting.append(edge.step)
    return False


def _hands_over(script: Script) -> bool:
    return any(target.script for step in script.steps.values() for target in targets_of(step))
