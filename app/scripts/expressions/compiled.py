"""Expressions compiled once to Python functions, built node by node from the checked tree; no text is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.scripts.expressions.build import NOTHING_THERE, Builder
from app.scripts.expressions.errors import ExpressionError
from app.scripts.expressions.evaluate import MISSING, CallState, Missing
from app.scripts.expressions.grammar import DEEPEST, read_expression
from app.scripts.expressions.tree import Named, Node, children
from app.scripts.expressions.typed import type_of
from app.scripts.expressions.types import Kind, Names, Type

Scope: TypeAlias = Mapping[str, object]
Run: TypeAlias = Callable[[Scope, CallState], Any]

# A named condition may use others, so many deep; this also ends circles.
_DEEPEST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `tree` has its named conditions still as names.

    `holds(scope, functions)` says whether it holds. A missing value makes the whole condition false.
    """

    source: str
    tree: Node
    holds: Callable[[Scope, CallState], bool]
    _names: Names

    def missing(self, scope: Scope, functions: CallState) -> str:
        """What was missing (a path, or the sort of value), for the log; "" when nothing was."""
        try:
            # Made only when it is asked for: this form knows the name of what it looks up, and is slower for it.
            _Compiler(self._names, telling=True).function(self.tree)(scope, functions)
        except Missing as error:
            return str(error)
        except NOTHING_THERE:
            return "a result"
        return ""


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled value and its type."""

    source: str
    type: Type
    tree: Node
    _run: Run

    def value(self, scope: Scope, functions: CallState) -> object:
        """The value, or MISSING."""
        try:
            return self._run(scope, functions)
        except NOTHING_THERE:
            return MISSING


def read_condition(source: str, names: Names) -> Node:
    """A condition checked but not compiled: one named condition, or an expression that gives yes or no.

    Raises ExpressionError. What is wrong within a named condition is found where that is declared, not here.
    """
    tree = _read(source, names)
    found = type_of(tree, names)
    if found.kind not in (Kind.YES_NO, Kind.ANYTHING):
        raise ExpressionError(
            f"This gives {found}, not yes or no. Compare it with something.", 1, "", "type-error", len(source)
        )
    return tree


def read_value(source: str, names: Names) -> Node:
    """A value checked but not compiled. Raises ExpressionError."""
    tree = _read(source, names)
    type_of(tree, names)
    return tree


def compile_condition(source: str, names: Names) -> Condition:
    """A condition, ready to be asked. Raises ExpressionError."""
    tree = read_condition(source, names)
    return Condition(source, tree, _Compiler(names).condition(tree), names)


def compile_value(source: str, names: Names) -> Value:
    """Any value. Raises ExpressionError."""
    tree = _read(source, names)
    return Value(source, type_of(tree, names), tree, _Compiler(names).function(tree))


def type_of_value(source: str, names: Names) -> Type:
    """The type of an expression's value. Raises ExpressionError."""
    return type_of(_read(source, names), names)


def named_tree(node: Named, names: Names, depth: int) -> Node:
    """The tree that a named condition stands for, `depth` names within each other; raises ExpressionError."""
    name = node.name
    if depth == _DEEPEST_NAMES:
        raise ExpressionError(
            f'"{name}" leads through more than {_DEEPEST_NAMES} named conditions, or round in a circle.', node.column
        )
    try:
        tree = _read(names.conditions[name], names)
        found = type_of(tree, names)
    except ExpressionError as error:
        raise _within(name, error, node) from error
    if found.kind not in (Kind.YES_NO, Kind.ANYTHING):
        raise ExpressionError(f'The condition "{name}" gives {found}, not yes or no.', node.column, "", "type-error")
    return tree


def _within(name: str, error: ExpressionError, node: Named) -> ExpressionError:
    return ExpressionError(f'In the condition "{name}": {error.message}', node.column, "", error.rule)


def _read(source: str, names: Names) -> Node:
    tree = read_expression(source, names.conditions)
    if len(source) <= DEEPEST:
        # No tree is deeper than its text is long.
        return tree
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ExpressionError(f"The condition is more than {DEEPEST} deep. Give parts of it names.", 1)
        level = [child for node in level for child in children(node)]
    return tree


class _Compiler:
    """Compiles a tree, and each named condition that it leads through once for each depth."""

    def __init__(self, names: Names, telling: bool = False) -> None:
        self._names = names
        self._telling = telling
        self._named: dict[tuple[str, int], Run] = {}

    def condition(self, tree: Node) -> Callable[[Scope, CallState], bool]:
        """The function that says whether it holds and never raises."""
        return self._builder(0).condition(tree)

    def function(self, tree: Node) -> Run:
        """The function that gives the value, or raises one of NOTHING_THERE."""
        return self._builder(0).function(tree)

    def _builder(self, depth: int) -> Builder:
        return Builder(self._names, lambda node: self._run_named(node, depth), self._telling)

    def _run_named(self, node: Named, depth: int) -> Run:
        """A named condition becomes part of this one, so that what it lacks makes the whole false."""
        key = (node.name, depth)
        if key not in self._named:
            tree = named_tree(node, self._names, depth)
            try:
                self._named[key] = self._builder(depth + 1).function(tree)
            except ExpressionError as error:
                raise _within(node.name, error, node) from error
        return self._named[key]
