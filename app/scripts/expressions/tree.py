"""The syntax tree of an expression; columns count from 1 within the expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, true or false."""

    value: int | float | str | bool
    column: int


@dataclass(frozen=True, slots=True)
class Path:
    """A name with its parts: `account.plan.data_gb`."""

    parts: tuple[str, ...]
    column: int

    @property
    def text(self) -> str:
        """The path as written."""
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    items: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!a` or `-a`."""

    operator: str
    operand: Node
    column: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b`, `a < b`, `a in b`, `a && b`."""

    operator: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Choice:
    """`a ? b : c`."""

    condition: Node
    then: Node
    otherwise: Node
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """`has(path)` and the other functions."""

    function: str
    arguments: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Named:
    """`[low data user]`: a named condition."""

    name: str
    column: int


Node: TypeAlias = Literal | Path | ListOf | Unary | Binary | Choice | Call | Named


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    match node:
        case ListOf(items=items) | Call(arguments=items):
            return items
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


def paths_in(node: Node, behind_has: bool = True) -> Iterator[Path]:
    """Every path in the tree; without those that only has() asks for where `behind_has` is False."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Path):
            yield node
        elif not isinstance(node, Literal) and not (
            isinstance(node, Call) and (node.function == "visits" or (node.function == "has" and not behind_has))
        ):
            waiting.extend(reversed(children(node)))


def nodes_in(node: Node) -> Iterator[Node]:
    """Every node of the tree, the top first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Literal | Path):
            waiting.extend(reversed(children(node)))
