"""Takes the lines of a step one by one; what a line says is read by `lines`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.scripts import lines
from app.scripts.line_parts import LineError
from app.scripts.model import Answer, Ask, Branch, Let, Line, Objection, Phrasing, Place, Request, Step
from app.scripts.suggest import closest, did_you_mean

_KEYWORD = re.compile(r"([A-Za-z]+)\s*:\s*")


@dataclass(slots=True)
class StepBuilder:
    """A step while its lines are read."""

    id: str
    title: str
    tags: tuple[str, ...]
    place: Place
    first_line: int
    titled: bool = True
    phrasings: list[list[Line]] = field(default_factory=list)
    points: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    lets: list[Let] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    single: dict[str, Any] = field(default_factory=dict)
    # What kind of line came last: "text" allows more text and `or`, "or" wants text.
    last: str = ""

    def finish(self, last_line: int) -> Step:
        """The step, which ends in that line."""
        return Step(
            self.id,
            self.title,
            self.tags,
            self.place,
            self.first_line,
            last_line,
            tuple(Phrasing(tuple(text)) for text in self.phrasings),
            tuple(self.points),
            tuple(self.notes),
            tuple(self.asks),
            tuple(self.lets),
            tuple(self.branches),
            tuple(self.answers),
            tuple(self.objections),
            tuple(self.requests),
            titled=self.titled,
            **self.single,
        )


def read_into(step: StepBuilder, text: str, line: int, column: int) -> None:
    """Reads one line of a step; raises LineError."""
    sign = text[0]
    if sign == ">":
        _read_spoken(step, text, line, column)
        return
    if text == "or":
        if step.last != "text":
            raise LineError("or stands between two ways to say the same, each with > before it.", column)
        step.last = "or"
        return
    if step.last == "or":
        raise LineError("After or comes another way to say it, with > before it.", column)
    step.last = ""
    if sign == "*":
        step.points.append(lines.read_text(text[1:].lstrip(), line, column + len(text) - len(text[1:].lstrip())))
    elif sign == "-":
        step.answers.append(lines.read_answer(text, line, column))
    else:
        _read_keyword(step, text, line, column)


def _read_spoken(step: StepBuilder, text: str, line: int, column: int) -> None:
    words = text[1:].lstrip()
    spoken = lines.read_text(words, line, column + len(text) - len(words))
    if step.last == "text":
        step.phrasings[-1].append(spoken)
    elif step.last == "or" or not step.phrasings:
        step.phrasings.append([spoken])
    else:
        raise LineError(
            "What is said in a step stands together. Move it up, or put or before another way to say it.", column
        )
    step.last = "text"


def _read_keyword(step: StepBuilder, text: str, line: int, column: int) -> None:
    match = _KEYWORD.match(text)
    word = match.group(1) if match else ""
    rest = text[match.end() :] if match else ""
    at = column + (match.end() if match else 0)
    if word in _LISTED:
        place, reader = _LISTED[word]
        getattr(step, place).append(reader(rest, line, at))
    elif word in _SINGLE:
        place, single_reader = _SINGLE[word]
        if place in step.single:
            raise LineError(f"A step has one {word}: line only. Make another step of it.", column)
        step.single[place] = single_reader(rest, line, at)
        if place == "picture":
            step.single["picture_place"] = Place(line, at, at + len(rest))
    elif word in _VERBS:
        step.requests.append(lines.read_request(word.lower(), rest, line, at))
    else:
        raise _not_in_grammar(text, word, column)


def _not_in_grammar(text: str, word: str, column: int) -> LineError:
    keywords = (*_LISTED, *_SINGLE, *_VERBS)
    fix = closest(word or text.split()[0].rstrip(":"), keywords)
    if word:
        return LineError(
            f'"{word[:40]}:" is no keyword.' + did_you_mean(f"{fix}:" if fix else ""), column, f"{fix}:" if fix else ""
        )
    if text.startswith("#"):
        return LineError("A step begins with ##, a blank and its id, at the beginning of the line.", column)
    hint = (
        f' Did you mean "{fix}:"?' if fix else " To say it, put > before it; to note it for trainers, put // before it."
    )
    return LineError(
        "This line begins with no sign or keyword of the language." + hint, column, f"{fix}:" if fix else ""
    )


_LISTED: dict[str, tuple[str, Callable[[str, int, int], object]]] = {
    "Note": ("notes", lines.read_text),
    "Ask": ("asks", lines.read_ask),
    "Let": ("lets", lines.read_let),
    "If": ("branches", lines.read_if),
    "Else": ("branches", lines.read_else),
    "Objection": ("objections", lines.read_objection),
}
_SINGLE: dict[str, tuple[str, Callable[[str, int, int], object]]] = {
    "Verify": ("verify", lines.read_verify),
    "Offer": ("offer", lines.read_offer),
    "Read": ("read", lines.read_read),
    "Consent": ("consent", lines.read_consent),
    "Wait": ("wait", lines.read_wait),
    "Show": ("picture", lines.read_picture),
    "End": ("end", lines.read_end),
}
_VERBS = ("Do", "Task", "Send", "Transfer")
