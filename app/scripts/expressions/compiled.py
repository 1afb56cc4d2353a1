"""Expressions compiled once to Python closures; no text is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.scripts.expressions import evaluate
from app.scripts.expressions.errors import ExpressionError
from app.scripts.expressions.evaluate import MISSING, NO_RESULT, CallState, Missing, find_value, truth
from app.scripts.expressions.grammar import DEEPEST, read_expression
from app.scripts.expressions.tree import Binary, Call, Choice, ListOf, Literal, Named, Node, Path, Unary, children
from app.scripts.expressions.typed import step_named, type_of
from app.scripts.expressions.types import Kind, Names, Type

Scope: TypeAlias = Mapping[str, object]
_Closure: TypeAlias = Callable[[Scope, CallState], Any]

# A named condition may use others, so many deep; this also ends circles.
_DEEPEST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `tree` has its named conditions still as names."""

    source: str
    tree: Node
    _run: _Closure

    def holds(self, scope: Scope, functions: CallState) -> bool:
        """Whether it holds. A missing value makes the whole condition false."""
        try:
            return self._run(scope, functions) is True
        except NO_RESULT:
            return False

    def missing(self, scope: Scope, functions: CallState) -> str:
        """What was missing (a path, or the sort of value), for the log; "" when nothing was."""
        try:
            self._run(scope, functions)
        except Missing as error:
            return str(error)
        except NO_RESULT:
            return "a result"
        return ""


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled value and its type."""

    source: str
    type: Type
    tree: Node
    _run: _Closure

    def value(self, scope: Scope, functions: CallState) -> object:
        """The value, or MISSING."""
        try:
            return self._run(scope, functions)
        except NO_RESULT:
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
    return Condition(source, tree, _compile(tree, names, 0))


def compile_value(source: str, names: Names) -> Value:
    """Any value. Raises ExpressionError."""
    tree = _read(source, names)
    return Value(source, type_of(tree, names), tree, _compile(tree, names, 0))


def type_of_value(source: str, names: Names) -> Type:
    """The type of an expression's value. Raises ExpressionError."""
    return type_of(_read(source, names), names)


def _read(source: str, names: Names) -> Node:
    tree = read_expression(source, names.conditions)
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ExpressionError(f"The condition is more than {DEEPEST} deep. Give parts of it names.", 1)
        level = [child for node in level for child in children(node)]
    return tree


def _compile(node: Node, names: Names, depth: int) -> _Closure:
    match node:
        case Literal(value=value):
            return lambda scope, functions: value
        case Path(parts=parts):
            return _path(parts)
        case Named(name=name):
            return _named(node, name, names, depth)
        case ListOf(items=items):
            inner = tuple(_compile(item, names, depth) for item in items)
            return lambda scope, functions: [item(scope, functions) for item in inner]
        case Unary(operator=operator, operand=operand):
            return _unary(operator, _compile(operand, names, depth))
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, _compile(left, names, depth), _compile(right, names, depth))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            test, yes, no = (_compile(part, names, depth) for part in (condition, then, otherwise))
            return lambda scope, functions: (yes if truth(test(scope, functions)) else no)(scope, functions)
        case Call(function=function, arguments=arguments):
            return _call(function, arguments[0], names, depth)


def _path(parts: tuple[str, ...]) -> _Closure:
    def look_up(scope: Scope, functions: CallState) -> Any:
        found = find_value(scope, parts)
        if found is MISSING:
            raise Missing(".".join(parts))
        return found

    return look_up


def _named(node: Named, name: str, names: Names, depth: int) -> _Closure:
    """A named condition becomes part of this one, so that what it lacks makes the whole false."""
    if depth == _DEEPEST_NAMES:
        raise ExpressionError(
            f'"{name}" leads through more than {_DEEPEST_NAMES} named conditions, or round in a circle.', node.column
        )
    try:
        tree = _read(names.conditions[name], names)
        found = type_of(tree, names)
        run = _compile(tree, names, depth + 1)
    except ExpressionError as error:
        raise ExpressionError(f'In the condition "{name}": {error.message}', node.column, "", error.rule) from error
    if found.kind not in (Kind.YES_NO, Kind.ANYTHING):
        raise ExpressionError(f'The condition "{name}" gives {found}, not yes or no.', node.column, "", "type-error")
    return run


def _unary(operator: str, operand: _Closure) -> _Closure:
    if operator == "!":
        return lambda scope, functions: not truth(operand(scope, functions))
    return lambda scope, functions: evaluate.negative(operand(scope, functions))


def _binary(operator: str, left: _Closure, right: _Closure) -> _Closure:
    if operator == "&&":
        return lambda scope, functions: truth(left(scope, functions)) and truth(right(scope, functions))
    if operator == "||":
        return lambda scope, functions: truth(left(scope, functions)) or truth(right(scope, functions))
    operation = evaluate.OPERATIONS[operator]
    return lambda scope, functions: operation(left(scope, functions), right(scope, functions))


def _call(function: str, argument: Node, names: Names, depth: int) -> _Closure:
    if function == "visits":
        step = step_named(argument)
        return lambda scope, functions: functions.visits(step)
    if function == "has":
        parts = argument.parts if isinstance(argument, Path) else ()
        return lambda scope, functions: find_value(scope, parts) is not MISSING
    inner = _compile(argument, names, depth)
    if function == "size":
        return lambda scope, functions: evaluate.size(inner(scope, functions))
    return lambda scope, functions: functions.days_until(evaluate.day_of(inner(scope, functions)))
