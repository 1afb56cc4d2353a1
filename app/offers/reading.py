"""Reads the library's YAML files with the line of every value, so that each finding can name its place.

Every scalar stays the text that was written: a price of 4.10 must never pass through a binary fraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from yaml import Event, Node

# Deeper nesting than this is no file of ours.
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Found:
    """Something wrong in a file: the line (from 1) and a sentence that says what to do."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; `lines` tells where each key stands."""

    line: int
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Value: TypeAlias = Text | Items | Fields
_Kind = TypeVar("_Kind", Text, Fields)


def read_fields(content: bytes) -> tuple[Fields, tuple[Found, ...]]:
    """The top mapping of a YAML file and what is wrong with it. Never raises; refuses aliases and double keys."""
    import yaml

    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Fields(1), (Found(line, "This line is not UTF-8 text. Save the file as UTF-8."),)
    # libyaml's parser where the wheel has it: the whole library is read at every start.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        refused = _refused(yaml.parse(text, loader))
        if refused is not None:
            return Fields(1), (refused,)
        node = yaml.compose(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = (error.problem or "it cannot be read").strip()
        return Fields(1), (
            Found(mark.line + 1 if mark is not None else 1, f"This is not readable YAML here: {reason}."),
        )
    except (yaml.YAMLError, RecursionError):
        return Fields(1), (Found(1, "This file is not readable YAML."),)
    found: list[Found] = []
    value = _value(node, found) if node is not None else Fields(1)
    if not isinstance(value, Fields):
        return Fields(1), (Found(1, "The file must be a mapping of names to values (name: value)."),)
    return value, tuple(found)


def _refused(events: Iterator[Event]) -> Found | None:
    """What we do not read although it is YAML: references, and nesting so deep that reading it would take long."""
    from yaml import AliasEvent, CollectionEndEvent, CollectionStartEvent

    depth = 0
    for event in events:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, AliasEvent):
            return Found(line, "References (*name) are not allowed here; write it out.")
        if depth > _DEEPEST:
            return Found(line, "This is nested too deeply.")
    return None


def _value(node: Node, found: list[Found]) -> Value:
    from yaml import MappingNode, SequenceNode

    line = node.start_mark.line + 1
    if isinstance(node, SequenceNode):
        return Items(line, tuple(_value(item, found) for item in node.value))
    if isinstance(node, MappingNode):
        fields = Fields(line)
        for key, item in node.value:
            name = str(key.value)
            if name in fields.values:
                found.append(Found(key.start_mark.line + 1, f"'{name}' stands here twice; keep one."))
            fields.values[name] = _value(item, found)
            fields.lines[name] = key.start_mark.line + 1
        return fields
    return Text(line, str(node.value).strip())


class Reader:
    """Takes known fields out of a mapping and says what is missing, wrong or not known.

    Attributes: `found`, the findings so far.
    """

    def __init__(self, fields: Fields, what: str, found: list[Found]) -> None:
        self._fields = fields
        self._what = what
        self._asked: set[str] = set()
        self.found = found

    @property
    def line(self) -> int:
        """Where the mapping begins."""
        return self._fields.line

    def line_of(self, name: str) -> int:
        """Where a field stands, or the mapping where it is missing."""
        return self._fields.lines.get(name, self._fields.line)

    def problem(self, name: str, message: str) -> None:
        """Notes a finding at a field."""
        self.found.append(Found(self.line_of(name), message))

    def has(self, name: str) -> bool:
        """Whether the field is there at all."""
        self._asked.add(name)
        return name in self._fields.values

    def text(self, name: str, default: str | None = None) -> str:
        """A field's text; without `default` it must be there."""
        self._asked.add(name)
        value = self._fields.values.get(name)
        if value is None or (isinstance(value, Text) and not value.text):
            if default is None:
                self.problem(name, f"{self._what} lacks '{name}'. Add a line {name}: …")
            return default or ""
        if not isinstance(value, Text):
            self.problem(name, f"'{name}' must be one value, not a list.")
            return default or ""
        return value.text

    def whole(self, name: str, default: int | None = None, least: int = 0) -> int:
        """A field's whole number, not below `least`."""
        text = self.text(name, None if default is None else str(default))
        try:
            number = int(text)
        except ValueError:
            if text:
                self.problem(name, f"'{name}' must be a whole number, not {text!r}.")
            return default if default is not None else least
        if number < least:
            self.problem(name, f"'{name}' must be at least {least}, not {number}.")
            return least
        return number

    def yes(self, name: str, default: bool) -> bool:
        """A field's yes or no."""
        text = self.text(name, "yes" if default else "no").lower()
        if text in ("yes", "true", "on"):
            return True
        if text in ("no", "false", "off"):
            return False
        self.problem(name, f"'{name}' must be yes or no, not {text!r}.")
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A field's list of texts; nothing where it is missing."""
        return tuple(item.text for item in self._items(name, Text, "values"))

    def mappings(self, name: str) -> tuple[Fields, ...]:
        """A field's list of mappings; nothing where it is missing."""
        return tuple(self._items(name, Fields, "entries with fields of their own"))

    def refuse_others(self) -> None:
        """Notes every field that was never asked for: a mistyped name must not be lost silently."""
        from difflib import get_close_matches

        for name in self._fields.values:
            if name not in self._asked:
                near = get_close_matches(name, self._asked, 1)
                hint = f" Did you mean '{near[0]}'?" if near else ""
                self.problem(name, f"'{name}' is not known in {self._what}.{hint}")

    def _items(self, name: str, kind: type[_Kind], words: str) -> Iterator[_Kind]:
        self._asked.add(name)
        value = self._fields.values.get(name)
        if value is None:
            return
        if not isinstance(value, Items):
            self.problem(name, f"'{name}' must be a list (lines that begin with -).")
            return
        for item in value.items:
            if isinstance(item, kind):
                yield item
            else:
                self.found.append(Found(item.line, f"'{name}' must hold {words}."))
