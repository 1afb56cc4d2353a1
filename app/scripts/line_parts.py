"""The small parts that lines are made of: ids, arrows, brackets, conditions at the end of a text."""

from __future__ import annotations

import re

from app.scripts.model import Place
from app.scripts.suggest import did_you_mean

STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
SCRIPT_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
QUOTED = re.compile(r'"([^"]*)"')
ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")


class LineError(Exception):
    """A line is not in the grammar. `column` is where, `suggestion` what would be right where that is clear."""

    def __init__(self, message: str, column: int, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.suggestion = suggestion


def place_of(text: str, line: int, column: int) -> Place:
    """The place of a text that begins at a column."""
    return Place(line, column, column + len(text))


def split_condition(text: str, column: int) -> tuple[str, str]:
    """Text and the condition at its end."""
    start = text.rfind("{if")
    condition = text[start + 3 : -1]
    if text[-1] != "}" or not condition.startswith((" ", "\t")):
        raise LineError("{if condition} stands at the end of the line, with nothing behind it.", column + start)
    if not condition.strip():
        raise LineError("{if} has no condition. Write one, or take it out.", column + start)
    return text[:start].rstrip(), condition.strip()


def last_arrow(text: str) -> int:
    """Where the last -> or => outside of quotes begins; -1 for none."""
    found = max(text.rfind("->"), text.rfind("=>"))
    if found >= 0 and '"' in text and text.count('"', 0, found) % 2:
        blanked = QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)
        return max(blanked.rfind("->"), blanked.rfind("=>"))
    return found


def closing(text: str, column: int) -> tuple[str, str]:
    """What stands before the bracket that closes, and behind it."""
    depth = 1
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return text[:index].strip(), text[index + 1 :].strip()
    raise LineError("The bracket is not closed. Put ) behind the type of the field.", column + len(text))


def comma_parts(text: str) -> list[str]:
    """The parts between commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]


def an_id(text: str, what: str, column: int) -> str:
    """The text if it is an id; raises LineError."""
    if ID.fullmatch(text):
        return text
    raise bad_id(text, what, "small letters, digits, - and _", column, "-")


def bad_id(text: str, what: str, allowed: str, column: int, joint: str) -> LineError:
    """The refusal of an id, with the nearest one that would do."""
    if not text:
        return LineError(f"Here the id of a {what} is missing.", column)
    fix = re.sub(r"[^a-z0-9]+", joint, text.lower()[:60]).strip(joint)
    fix = fix if ID.fullmatch(fix) and fix != text else ""
    return LineError(f'"{text[:40]}" is no id of a {what}; ids have {allowed}.' + did_you_mean(fix), column, fix)
