"""What conditions can come to: they are tried on the values at and beside every number and text that they name.

Only conditions are tried for which such values decide everything: fields compared with what is written, or with each
other, without reckoning. About others nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any, TypeAlias

from app.scripts.check.compiled import Compiled
from app.scripts.expressions import Kind, Node
from app.scripts.expressions.evaluate import NO_RESULT, OPERATIONS, Missing, truth
from app.scripts.expressions.tree import Binary, Call, Choice, ListOf, Literal, Named, Path, Unary, children
from app.scripts.expressions.typed import step_named

# Something whose value is not known beforehand: a path, or "visits(step)", "size(path)", "days_until(path)".
Unknown: TypeAlias = str

_MOST_TRIALS = 2_000
_MOST_LITERALS = 8
_DEEPEST_NAMES = 5
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in"))
_SOME_DAYS = (date(2026, 1, 1), date(2026, 6, 1))


class _NotTried(Exception):
    """The condition has something about which boundary values say nothing."""


@dataclass(slots=True)
class _Found:
    """What the trees name: the unknowns with their kinds, how often each stands there, and what is written."""

    kinds: dict[Unknown, Kind] = field(default_factory=dict)
    times: dict[Unknown, int] = field(default_factory=dict)
    asked_for: set[Unknown] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    # Something that may be decided by itself: two literals compared, true, the count of a list.
    settled: bool = False


def worth_trying(source: str, compiled: Compiled) -> bool:
    """Whether a condition could always or never hold.

    When every field stands there once, compared with something, there is always a value for and one against.
    """
    tree = compiled.trees.get(source)
    if tree is None or (isinstance(tree, Binary) and isinstance(tree.left, Path) and isinstance(tree.right, Literal)):
        return False
    try:
        found = _look(tree, compiled)
    except _NotTried:
        return False
    return found.settled or any(times > 1 for times in found.times.values())


def unknowns_of(source: str, compiled: Compiled) -> frozenset[Unknown]:
    """What a condition depends on; nothing where it cannot be tried."""
    tree = compiled.trees.get(source)
    if tree is None:
        return frozenset()
    try:
        return frozenset(_look(tree, compiled).kinds)
    except _NotTried:
        return frozenset()


def trials(sources: Sequence[str], compiled: Compiled, step: str = "") -> Iterator[tuple[bool, ...]]:
    """For each combination of boundary values which of the conditions hold; nothing where that cannot be tried.

    `step` is the one in which they stand: it has been entered at least once.
    """
    trees = [compiled.trees.get(source) for source in sources]
    if any(tree is None for tree in trees):
        return
    found = _Found()
    try:
        for tree in trees:
            _take(tree, compiled, found, 0)  # type: ignore[arg-type]
        choices = [_values(unknown, kind, found, step) for unknown, kind in found.kinds.items()]
    except _NotTried:
        return
    number = 1
    for choice in choices:
        number *= len(choice)
    if number > _MOST_TRIALS:
        return
    for values in product(*choices):
        scope = dict(zip(found.kinds, values, strict=True))
        yield tuple(_holds(tree, scope, compiled) for tree in trees if tree is not None)


def _look(tree: Node, compiled: Compiled) -> _Found:
    found = _Found()
    _take(tree, compiled, found, 0)
    return found


def _take(node: Node, compiled: Compiled, found: _Found, depth: int) -> None:
    match node:
        case Path():
            type_ = compiled.names.type_of(node.parts)
            _note(node.text, type_.kind if type_ else Kind.ANYTHING, found)
        case Literal(value=bool()):
            found.settled = True
        case Literal(value=str() as text):
            found.texts.add(text)
        case Literal(value=(int() | float()) as number):
            found.numbers.add(number)
        case Named(name=name):
            tree = compiled.condition_tree(name)
            if tree is None or depth == _DEEPEST_NAMES:
                raise _NotTried
            _take(tree, compiled, found, depth + 1)
        case Call(function="has", arguments=(Path() as path,)):
            type_ = compiled.names.type_of(path.parts)
            _note(path.text, type_.kind if type_ else Kind.ANYTHING, found)
            found.asked_for.add(path.text)
        case Call(function="visits", arguments=(argument,)):
            found.settled = True
            _note(f"visits({step_named(argument)})", Kind.NUMBER, found)
        case Call(function=function, arguments=(Path() as path,)):
            found.settled = found.settled or function == "size"
            _note(f"{function}({path.text})", Kind.NUMBER, found)
        case Binary(operator=operator, left=left, right=right):
            if operator not in _COMPARISONS and operator not in ("&&", "||"):
                raise _NotTried
            found.settled = found.settled or (isinstance(left, Literal) and isinstance(right, Literal))
            _take(left, compiled, found, depth)
            _take(right, compiled, found, depth)
        case Unary(operator="-", operand=Literal(value=value)) if not isinstance(value, str):
            found.numbers.add(-value)
        case Unary(operator="!") | ListOf() | Choice():
            for child in children(node):
                _take(child, compiled, found, depth)
        case _:
            raise _NotTried


def _note(unknown: Unknown, kind: Kind, found: _Found) -> None:
    found.kinds[unknown] = kind
    found.times[unknown] = found.times.get(unknown, 0) + 1


def _values(unknown: Unknown, kind: Kind, found: _Found, step: str) -> list[Any]:
    """The values to try; None where has() asks whether there is one."""
    if len(found.numbers) > _MOST_LITERALS or len(found.texts) > _MOST_LITERALS:
        raise _NotTried
    match kind:
        case Kind.YES_NO:
            values: list[Any] = [True, False]
        case Kind.NUMBER | Kind.MONEY:
            # Large and small in turn, so that a yes and a no are mostly found soon.
            values = list(dict.fromkeys(n + shift for n in found.numbers or {0} for shift in (1, -1, 0)))
            if unknown.startswith(("visits(", "size(")):
                least = 1 if unknown == f"visits({step})" else 0
                values = sorted({value for value in values if value >= least and value == int(value)} | {least})
        case Kind.TEXT:
            values = ["", "something else", *sorted(found.texts)]
        case Kind.DATE:
            values = list(_SOME_DAYS)
        case Kind.LIST:
            words = sorted(found.texts)
            values = [[], words, *([word] for word in words)]
        case _:
            raise _NotTried
    return [None, *values] if unknown in found.asked_for else values


def _holds(tree: Node, scope: Mapping[Unknown, Any], compiled: Compiled) -> bool:
    try:
        return _value(tree, scope, compiled) is True
    except NO_RESULT:
        return False


def _value(node: Node, scope: Mapping[Unknown, Any], compiled: Compiled) -> Any:
    match node:
        case Literal(value=value):
            return value
        case Path():
            return _there(scope[node.text])
        case Named(name=name):
            tree = compiled.condition_tree(name)
            return tree is not None and _value(tree, scope, compiled)
        case Binary(operator="&&", left=left, right=right):
            return truth(_value(left, scope, compiled)) and truth(_value(right, scope, compiled))
        case Binary(operator="||", left=left, right=right):
            return truth(_value(left, scope, compiled)) or truth(_value(right, scope, compiled))
        case Binary(operator=operator, left=left, right=right):
            return OPERATIONS[operator](_value(left, scope, compiled), _value(right, scope, compiled))
        case Unary(operator="!", operand=operand):
            return not truth(_value(operand, scope, compiled))
        case Unary(operand=operand):
            return -_value(operand, scope, compiled)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            chosen = then if truth(_value(condition, scope, compiled)) else otherwise
            return _value(chosen, scope, compiled)
        case ListOf(items=items):
            return [_value(item, scope, compiled) for item in items]
        case Call(function="has", arguments=(Path() as path,)):
            return scope[path.text] is not None
        case Call(function="visits", arguments=(argument,)):
            return scope[f"visits({step_named(argument)})"]
        case Call(function=function, arguments=(Path() as path,)):
            return _there(scope[f"{function}({path.text})"])
    raise Missing("a result")


def _there(value: Any) -> Any:
    if value is None:
        raise Missing("value")
    return value
