"""What is said: not too long, and nothing promised before it is so."""

from __future__ import annotations

import re

from app.scripts.check.compiled import Compiled
from app.scripts.check.findings import Findings
from app.scripts.check.graph import Graph
from app.scripts.model import Phrasing

WORDS_PER_SECOND = 2.5
LONGEST_SECONDS = 20

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_DONE = re.compile(
    r"\b(?:is|are|has been|have been|it's|that's|they're)\s+(?:all\s+|now\s+|already\s+)*"
    r"(?:active|activated|switched on|done|live|set up|in place|cancell?ed)\b",
    re.IGNORECASE,
)
# Not said of now: "a text tells you when it is active", "once that is done", "is it active?"
_NOT_NOW = re.compile(r"\b(?:when|once|until|till|after|before|if|as soon as|whether|not|never)\b", re.IGNORECASE)


def check_wording(graph: Graph, compiled: Compiled, found: Findings) -> None:
    """The rules about spoken text."""
    confirmed = _confirmed(graph, compiled)
    for step in graph.script.steps.values():
        for phrasing in step.phrasings:
            _length(phrasing, found)
            if step.id not in confirmed:
                _promises(phrasing, compiled, found)


def spoken_seconds(phrasing: Phrasing) -> float:
    """How long it takes to say it, at 2.5 words a second; a placeholder counts as a word.

    Of two lines of which one is said when the other is not, the longer counts.
    """
    words: dict[str, dict[str, int]] = {}
    for line in phrasing.lines:
        sides = words.setdefault(line.condition.removeprefix("!"), {})
        sides[line.condition] = sides.get(line.condition, 0) + len(_PLACEHOLDER.sub("x", line.text).split())
    return sum(max(sides.values()) for sides in words.values()) / WORDS_PER_SECOND


def _length(phrasing: Phrasing, found: Findings) -> None:
    seconds = spoken_seconds(phrasing)
    if seconds > LONGEST_SECONDS:
        message = f"This takes about {seconds:.0f} seconds to say; more than {LONGEST_SECONDS} is a speech. Divide it."
        found.add("too-long", phrasing.lines[0].place, message)


def _promises(phrasing: Phrasing, compiled: Compiled, found: Findings) -> None:
    for line in phrasing.lines:
        if line.condition and _asks_done(line.condition, compiled):
            continue
        for sentence in _SENTENCE.findall(line.text):
            claim = _DONE.search(sentence)
            if claim and not sentence.rstrip().endswith("?") and not _NOT_NOW.search(sentence[: claim.start()]):
                message = (
                    f'"{claim.group()}" is said without a done that says so. Say what was requested, '
                    'or show the line {if done.place_order == "placed"} only.'
                )
                found.add("promised-too-early", line.place, message)
                return


def _confirmed(graph: Graph, compiled: Compiled) -> set[str]:
    """The steps that are only reached where a done says so."""
    sure: dict[str, bool] = {}
    for step in graph.script.steps.values():
        for edge in graph.edges[step.id]:
            if edge.step:
                asked = bool(edge.condition) and _asks_done(edge.condition, compiled)
                sure[edge.step] = sure.get(edge.step, True) and asked
    sure.pop(graph.script.start, None)
    return {step for step, yes in sure.items() if yes}


def _asks_done(condition: str, compiled: Compiled) -> bool:
    return any(path.startswith("done.") for path in compiled.paths(condition))
