"""A script as a graph of its steps, and the questions that checks ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.scripts.model import Place, Script, Step, Target


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a step. `how` is answer, if, else or objection; `key` an answer's, `condition` an If's."""

    source: str
    target: Target
    how: str
    place: Place
    key: str = ""
    condition: str = ""

    @property
    def step(self) -> str:
        """The step of this script that comes next, "" when the script is left for good."""
        return self.target.step or self.target.then


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps and the ways between them, by the step that they leave."""

    script: Script
    edges: Mapping[str, tuple[Edge, ...]]

    def reached_from(self, starts: Iterable[str]) -> frozenset[str]:
        """These steps and all that can follow them."""
        return _closure(starts, lambda step: (edge.step for edge in self.edges.get(step, ())))

    def ways_to(self, step: str) -> list[Edge]:
        """The edges that lead to a step."""
        return [edge for edges in self.edges.values() for edge in edges if edge.step == step]

    def reachable(self) -> frozenset[str]:
        """The steps that a call can get to."""
        return self.reached_from((self.script.start,))

    def reachable_without(self, avoided: frozenset[str]) -> frozenset[str]:
        """The steps that a call can get to without going on from one of these."""
        following = {step: () if step in avoided else edges for step, edges in self.edges.items()}
        return _closure((self.script.start,), lambda step: (edge.step for edge in following.get(step, ())))

    def leading_to(self, goals: Iterable[str]) -> frozenset[str]:
        """These steps and all from which one of them can be reached."""
        back: dict[str, list[str]] = {}
        for source, edges in self.edges.items():
            for edge in edges:
                back.setdefault(edge.step, []).append(source)
        return _closure(goals, lambda step: back.get(step, ()))


def graph_of(script: Script) -> Graph:
    """The graph of a script; arrows to steps that there are not are left out."""
    return Graph(script, {step.id: tuple(_edges(step, script.steps)) for step in script.steps.values()})


def targets_of(step: Step) -> list[Target]:
    """Where the step's answers, branches and objections lead, in that order."""
    targets = [answer.target for answer in step.answers]
    targets += [branch.target for branch in step.branches]
    targets += [objection.target for objection in step.objections]
    return targets


def leaves(step: Step) -> bool:
    """Whether the script can be left here: it ends, goes back, or hands over for good."""
    return (
        step.end is not None
        or "return" in step.tags
        or any(answer.target.script and not answer.target.then for answer in step.answers)
        or any(branch.target.script and not branch.target.then for branch in step.branches)
    )


def _edges(step: Step, steps: Mapping[str, Step]) -> Iterator[Edge]:
    for answer in step.answers:
        if _leads_somewhere(answer.target, steps):
            yield Edge(step.id, answer.target, "answer", answer.place, answer.key)
    for branch in step.branches:
        if _leads_somewhere(branch.target, steps):
            how = "if" if branch.condition else "else"
            yield Edge(step.id, branch.target, how, branch.place, "", branch.condition)
    for objection in step.objections:
        if _leads_somewhere(objection.target, steps):
            yield Edge(step.id, objection.target, "objection", objection.place)


def _leads_somewhere(target: Target, steps: Mapping[str, Step]) -> bool:
    wanted = target.step or target.then
    return not wanted or wanted in steps


def _closure(starts: Iterable[str], following: Callable[[str], Iterable[str]]) -> frozenset[str]:
    seen = {step for step in starts if step}
    waiting = list(seen)
    while waiting:
        for step in following(waiting.pop()):
            if step and step not in seen:
                seen.add(step)
                waiting.append(step)
    return frozenset(seen)


def circles(graph: Graph) -> list[list[str]]:
    """The steps in groups that lead round to each other (mostly of one), later ones first (Tarjan, 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[list[str]] = []
    for root in graph.edges:
        if root in order:
            continue
        work: list[tuple[str, Iterator[Edge]]] = []

        def enter(step: str, work: list[tuple[str, Iterator[Edge]]] = work) -> None:
            order[step] = low[step] = len(order)
            stack.append(step)
            on_stack.add(step)
            work.append((step, iter(graph.edges[step])))

        enter(root)
        while work:
            step, edges = work[-1]
            following = next((edge.step for edge in edges if edge.step), "")
            if following:
                if following not in order:
                    enter(following)
                elif following in on_stack:
                    low[step] = min(low[step], order[following])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[step])
            if low[step] == order[step]:
                group: list[str] = []
                while not group or group[-1] != step:
                    group.append(stack.pop())
                    on_stack.discard(group[-1])
                groups.append(group)
    return groups
