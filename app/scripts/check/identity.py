"""Masked account data must not be shown, nor decide, before the caller is verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.scripts.check.compiled import Compiled, lines_of, sensitive_paths
from app.scripts.check.findings import Findings
from app.scripts.check.graph import Edge, Graph
from app.scripts.expressions import Node, paths_in
from app.scripts.expressions.tree import Binary, Path, Unary
from app.scripts.model import Place, Step
from app.scripts.text import compile_text


def check_identity(graph: Graph, compiled: Compiled, found: Findings) -> None:
    """Follows every way from the start, with the caller not verified until an identity step's answer 1 says so.

    A script can be opened from anywhere by what the caller wants, so each one is checked by itself.
    """
    values = _sensitive_values(graph, compiled)
    for step in unverified_steps(graph, compiled):
        for paths, condition, place in _shown(step):
            if _asks_verified(compiled.trees.get(condition)) if condition else False:
                continue
            used = compiled.paths(condition).union(paths) if condition else frozenset(paths)
            sensitive = sensitive_paths(used, compiled.schema, values) if used else ()
            if sensitive:
                message = f"{sensitive[0]} is masked until the caller is verified, and this step is reached before."
                found.add("sensitive-before-identity", place, message + " Put an identity step before it.")


def unverified_steps(graph: Graph, compiled: Compiled) -> list[Step]:
    """The steps that a caller who is not verified can get to."""
    steps = graph.script.steps
    seen = {graph.script.start}
    waiting = [graph.script.start]
    while waiting:
        step = steps[waiting.pop()]
        for edge in _unverified_edges(step, graph.edges[step.id], compiled):
            if edge.step and edge.step not in seen:
                seen.add(edge.step)
                waiting.append(edge.step)
    return [steps[id] for id in steps if id in seen]


def _unverified_edges(step: Step, edges: tuple[Edge, ...], compiled: Compiled) -> Iterator[Edge]:
    sure = False
    for edge in edges:
        if edge.how == "answer" and step.verify is not None and edge.key == "1":
            continue
        if edge.how in ("if", "else"):
            tree = compiled.trees.get(edge.condition) if edge.condition else None
            if sure or _asks_verified(tree):
                continue
            # After "if not verified" what follows is for the verified.
            sure = isinstance(tree, Unary) and tree.operator == "!" and _is_verified(tree.operand)
        elif sure and edge.how == "answer":
            continue
        yield edge


def _asks_verified(tree: Node | None) -> bool:
    """Whether the condition holds for verified callers only."""
    if isinstance(tree, Binary) and tree.operator == "&&":
        return _asks_verified(tree.left) or _asks_verified(tree.right)
    return tree is not None and _is_verified(tree)


def _is_verified(node: Node) -> bool:
    return isinstance(node, Path) and node.parts == ("caller", "verified")


def _shown(step: Step) -> Iterator[tuple[tuple[str, ...], str, Place]]:
    """What a step shows or decides by: the paths in its text, its condition, its place."""
    for line in lines_of(step):
        if "{" in line.text or line.condition:
            yield tuple(one.path for one in compile_text(line.text).placeholders), line.condition, line.place
    for answer in step.answers:
        if not answer.each and not answer.condition and "{" not in answer.text:
            continue
        listed = (answer.each,) if answer.each else ()
        yield (*(one.path for one in compile_text(answer.text).placeholders), *listed), answer.condition, answer.place
    for branch in step.branches:
        if branch.condition:
            yield (), branch.condition, branch.place
    for ask in step.asks:
        if ask.default:
            yield (ask.default,), "", ask.place


def _sensitive_values(graph: Graph, compiled: Compiled) -> Mapping[str, bool]:
    """Which values of Let come from sensitive fields, also by way of each other or of a form's default."""
    sources: dict[str, frozenset[str]] = {}
    for step in graph.script.steps.values():
        for let in step.lets:
            tree = compiled.trees.get(f"Let {let.name} {let.expression}")
            if tree is not None:
                sources[let.name] = frozenset(path.text for path in paths_in(tree))
        for ask in step.asks:
            if ask.default:
                sources[f"ask.{ask.name}"] = frozenset((ask.default,))
    values: dict[str, bool] = {}
    growing = True
    while growing:
        growing = False
        for name, paths in sources.items():
            if not values.get(name) and sensitive_paths(paths, compiled.schema, values):
                values[name] = growing = True
    return values
