"""Calls that are one though they have two names: a transferred call may come to the next agent under a name of its own.

That agent's desktop then records `call.transferred` with the way `in` and, as `linked`, the name at the agent before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from app.domain.event import Json

Name = TypeVar("Name", str, tuple[str, str])

_MOST_NAME = 128


def linked_name(data: Mapping[str, Json]) -> str:
    """The earlier name of a call that its `call.transferred` with these data tells; empty where it tells none."""
    name = data.get("linked")
    is_name = isinstance(name, str) and 0 < len(name) <= _MOST_NAME and name.isprintable()
    return str(name) if is_name and data.get("way") == "in" else ""


class Links(Generic[Name]):
    """Which names belong together. In whatever order they are joined, all of them go by the smallest one's name."""

    def __init__(self) -> None:
        self._smaller: dict[Name, Name] = {}

    def join(self, one: Name, other: Name) -> None:
        """These two are one call."""
        first, second = sorted((self.first(one), self.first(other)))
        if first != second:
            self._smaller[second] = first

    def first(self, name: Name) -> Name:
        """The name by which the call goes."""
        while name in self._smaller:
            name = self._smaller[name]
        return name
