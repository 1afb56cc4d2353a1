"""What a library's conditions compare with: the values on whose two sides a call goes different ways."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from app.scripts.expressions import ANYTHING, ExpressionError, Names, read_value
from app.scripts.expressions.tree import Binary, Literal, Path, nodes_in
from app.scripts.library import Library
from app.scripts.model import Script
from app.scripts.walking.ready import EVERYWHERE

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in"))

Plain: TypeAlias = int | float | str | Decimal


def literals_of(library: Library) -> dict[str, tuple[Plain, ...]]:
    """For each path that some condition compares: the numbers and texts that stand in the same comparison, sorted."""
    found: dict[str, set[Plain]] = {}
    for source, names in _sources(library):
        try:
            tree = read_value(source, names)
        except ExpressionError:
            continue
        for node in nodes_in(tree):
            if isinstance(node, Binary) and node.operator in _COMPARISONS:
                _take(node, found)
    return {
        path: tuple(sorted(values, key=lambda one: (str(type(one)), one))) for path, values in sorted(found.items())
    }


def _take(node: Binary, found: dict[str, set[Plain]]) -> None:
    values = [_bare(one.value) for one in nodes_in(node) if isinstance(one, Literal)]
    paths = [one.text for one in nodes_in(node) if isinstance(one, Path)]
    for path in paths:
        found.setdefault(path, set()).update(values)


def _bare(value: int | float | str | bool | Decimal) -> Plain:
    """Truth is no number here, whatever Python says of it."""
    return str(value) if isinstance(value, bool) else value


def _sources(library: Library) -> Iterator[tuple[str, Names]]:
    everywhere = Names(dict.fromkeys(EVERYWHERE, ANYTHING), library.conditions)
    for source in (*library.conditions.values(), *(one.eligible for one in library.offers.values() if one.eligible)):
        yield source, everywhere
    for script in library.scripts.values():
        own = [let.name for step in script.steps.values() for let in step.lets]
        own += [answer.name for step in script.steps.values() for answer in step.answers if answer.name]
        names = Names(dict.fromkeys((*EVERYWHERE, *own), ANYTHING), library.conditions)
        for source in _conditions(script):
            yield source, names


def _conditions(script: Script) -> Iterator[str]:
    for step in script.steps.values():
        yield from (branch.condition for branch in step.branches if branch.condition)
        yield from (answer.condition for answer in step.answers if answer.condition)
        yield from (let.expression for let in step.lets)
