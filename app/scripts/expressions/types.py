"""The types of values in scripts, and the names that an expression may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What sort of value. ANYTHING: not known before the call (checked then)."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes/no"
    LIST = "list"
    RECORD = "record"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its kind, for a list the type of its items, for a record the types of its fields."""

    kind: Kind
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"list of {self.item}" if self.item else self.kind.value


TEXT = Type(Kind.TEXT)
NUMBER = Type(Kind.NUMBER)
MONEY = Type(Kind.MONEY)
DATE = Type(Kind.DATE)
YES_NO = Type(Kind.YES_NO)
ANYTHING = Type(Kind.ANYTHING)


def list_of(item: Type) -> Type:
    """The type of a list."""
    return Type(Kind.LIST, item)


def record_of(fields: Mapping[str, Type]) -> Type:
    """The type of a record with these fields."""
    return Type(Kind.RECORD, None, fields)


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression or a text may name.

    `types` are the first words of paths ("account") with their types; `conditions` the named conditions as written;
    `steps` the ids that visits() knows (None: any).
    """

    types: Mapping[str, Type]
    conditions: Mapping[str, str] = field(default_factory=dict)
    steps: frozenset[str] | None = None

    def type_of(self, path: tuple[str, ...]) -> Type | None:
        """The type of what stands at a path; None for what is not declared."""
        found = self.types.get(path[0])
        for part in path[1:]:
            if found is None or found.kind is Kind.ANYTHING:
                return found
            found = found.fields.get(part) if found.kind is Kind.RECORD else None
        return found

    def paths(self) -> Iterator[str]:
        """Every declared path, for "did you mean"."""
        for name, type_ in self.types.items():
            yield from _paths(name, type_)


def _paths(path: str, type_: Type) -> Iterator[str]:
    if type_.kind is not Kind.RECORD:
        yield path
    for name, inner in type_.fields.items():
        yield from _paths(f"{path}.{name}", inner)
