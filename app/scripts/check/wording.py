"""What is said: not too long, and nothing promised before it is so."""

from __future__ import annotations

import re

from app.scripts.check.compiled import Compiled
from app.scripts.check.findings import Findings
from app.scripts.check.graph import Graph
from app.scripts.check.speech import mentions
from app.scripts.model import Phrasing

WORDS_PER_SECOND = 2.5
LONGEST_SECONDS = 20

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_DONE = {
    "en": re.compile(
        r"\b(?:is|are|has been|have been|it['’]s|that['’]s|they['’]re)\s+(?:all\s+|now\s+|already\s+)*"
        r"(?:active|activated|switched on|done|live|set up|in place|cancell?ed)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(?:ist|sind|wurde|wurden)\s+(?:\w+\s+){0,2}"
        r"(?:aktiv|aktiviert|erledigt|eingerichtet|geschaltet|gekündigt)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:está|están|queda|quedan|ha sido|han sido)\s+(?:ya\s+)?"
        r"(?:activ[oa]s?|activad[oa]s?|hech[oa]s?|list[oa]s?|cancelad[oa]s?|dad[oa]s? de baja)\b",
        re.IGNORECASE,
    ),
}
_DONE_WORDS = {
    "en": ("activ", "switched on", "done", "live", "set up", "in place", "cancel"),
    "de": ("aktiv", "erledigt", "eingerichtet", "geschaltet", "gekündigt"),
    "es": ("activ", "hech", "list", "cancelad", "de baja"),
}
# Not said of now: "a text tells you when it is active", "once that is done", "is it active?"
_NOT_NOW = re.compile(
    r"\b(?:when|once|until|till|after|before|if|as soon as|whether|not|never"
    r"|wenn|sobald|bis|nachdem|bevor|falls|ob|nicht|nie|cuando|hasta|después|antes|si|no|nunca)\b",
    re.IGNORECASE,
)


def check_wording(graph: Graph, compiled: Compiled, words: str, found: Findings) -> None:
    """The rules about spoken text; `words` are all that the script says, in small letters."""
    language = graph.script.language.partition("-")[0]
    promising = [word for word in _DONE_WORDS.get(language, ()) if word in words]
    confirmed = _confirmed(graph, compiled) if promising else set()
    for step in graph.script.steps.values():
        for phrasing in step.phrasings:
            _length(phrasing, found)
            if promising and step.id not in confirmed:
                _promises(phrasing, promising, _DONE[language], compiled, found)


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
    # A text with few blanks is short without counting its words.
    if sum(line.text.count(" ") for line in phrasing.lines) < LONGEST_SECONDS * WORDS_PER_SECOND - len(phrasing.lines):
        return
    seconds = spoken_seconds(phrasing)
    if seconds > LONGEST_SECONDS:
        message = f"This takes about {seconds:.0f} seconds to say; more than {LONGEST_SECONDS} is a speech. Divide it."
        found.add("too-long", phrasing.lines[0].place, message)


def _promises(
    phrasing: Phrasing, promising: list[str], done: re.Pattern[str], compiled: Compiled, found: Findings
) -> None:
    for line in phrasing.lines:
        if not mentions(line.text.lower(), promising) or not done.search(line.text):
            continue
        if line.condition and _asks_done(line.condition, compiled):
            continue
        for sentence in _SENTENCE.findall(line.text):
            claim = done.search(sentence)
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
