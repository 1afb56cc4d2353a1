"""Which script a call begins with, by what the caller chose in the menu and the queue the call came through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.offers.reading import Found, Reader, read_fields

if TYPE_CHECKING:
    from app.scripts.library import Library


@dataclass(frozen=True, slots=True)
class Route:
    """One rule: `intent` and `queue` as the phone system calls them ("" matches anything); `line` in the file."""

    script: str
    intent: str = ""
    queue: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Routes:
    """The rules in order, the first that fits counts, and the script for all other calls."""

    default: str = ""
    rules: tuple[Route, ...] = ()

    def script(self, queue: str, intent: str) -> str:
        """The script for a call; "" where there is no rule and no default."""
        for rule in self.rules:
            if _fits(rule.intent, intent) and _fits(rule.queue, queue):
                return rule.script
        return self.default


def first_script(library: Library, queue: str, intent: str) -> str:
    """The script that a call begins with. Never one that the library lacks; "" for a library without scripts."""
    script = library.routes.script(queue, intent)
    return script if script in library.scripts else next(iter(sorted(library.scripts)), "")


def read_routes(content: bytes) -> tuple[Routes, tuple[Found, ...]]:
    """The file routes.yaml: `default` and a list `routes` of script with intent, queue or both. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file routes.yaml", found)
    default = top.text("default")
    rules = []
    for entry in top.mappings("routes"):
        reader = Reader(entry, "The route", found)
        rule = Route(reader.text("script"), reader.text("intent", ""), reader.text("queue", ""), entry.line)
        reader.refuse_others()
        if not rule.intent and not rule.queue:
            reader.problem("script", "A route needs intent, queue or both; 'default' is for all other calls.")
        rules.append(rule)
    top.refuse_others()
    return Routes(default, tuple(rules)), tuple(found)


def _fits(wanted: str, given: str) -> bool:
    return not wanted or wanted.casefold() == given.strip().casefold()
