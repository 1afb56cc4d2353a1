"""The answers of a step as they stand now: which are shown, under which key, and which are closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scripts.model import Answer, Step, Target
from app.scripts.screen import AnswerRow
from app.scripts.walking.book import Book
from app.scripts.walking.scope import Moment
from app.scripts.walking.state import State, Visit
from app.scripts.walking.table import Table, pending

_KEYS = "123456789"
_MOST_PASSED = 5


@dataclass(frozen=True, slots=True)
class Open:
    """An answer under a key; `item` is the place in its list for a list answer, else -1."""

    key: str
    text: str
    answer: Answer
    item: int = -1
    closed: str = ""


def answers_at(book: Book, state: State, visit: Visit, moment: Moment, table: Table | None) -> tuple[Open, ...]:
    """Every answer that is shown at the visit, in the order of the script; list answers on the next free keys."""
    step = book.step(visit.script, visit.step)
    taken = {answer.key for answer in step.answers}
    free = [key for key in _KEYS if key not in taken]
    found: list[Open] = []
    for answer in step.answers:
        if not moment.holds(answer.condition):
            continue
        if answer.key != "*":
            found.append(
                Open(answer.key, moment.text(answer.text), answer, closed=_closed(book, state, step, answer, table))
            )
            continue
        items = moment.look_up(answer.each)
        for index, item in enumerate(items if isinstance(items, (list, tuple)) else ()):
            key = free.pop(0) if free else ""
            found.append(Open(key, item_text(item, moment), answer, index))
    return tuple(found)


def rows(book: Book, visit: Visit, answers: tuple[Open, ...], moment: Moment) -> tuple[AnswerRow, ...]:
    """The answers for the screen."""
    return tuple(
        AnswerRow(one.key, one.text, leads_to(book, visit, one.answer.target, moment), one.closed) for one in answers
    )


def leads_to(book: Book, visit: Visit, target: Target, moment: Moment) -> str:
    """A few words about where an answer leads: the title there, as it stands within a sentence."""
    target = _past_what_passes(book, visit, target, moment)
    if target.script:
        script = book.library.scripts.get(target.script)
        title = script.title if script else target.script
    else:
        title = book.step(visit.script, target.step).title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _past_what_passes(book: Book, visit: Visit, target: Target, moment: Moment) -> Target:
    """Where the agent will really be: steps that pass by themselves as things stand are not worth announcing."""
    for _ in range(_MOST_PASSED):
        step = book.step(visit.script, target.step) if target.step else None
        if step is None or not step.answers or step.lets:
            return target
        following = next((branch.target for branch in step.branches if moment.holds(branch.condition)), None)
        if following is None:
            return target
        target = following
    return target


def item_text(item: object, moment: Moment) -> str:
    """An item of a list in a few words: a device is its kind and model."""
    if isinstance(item, Mapping):
        words = [item.get(name) for name in ("kind", "model", "name")]
        return " ".join(str(word) for word in words if word)
    return moment.plain(item)


def _closed(book: Book, state: State, step: Step, answer: Answer, table: Table | None) -> str:
    if answer.key in ("A", "D", "L"):
        return table.blocked.sentence if table and table.blocked else ""
    if step.verify and answer.key == "1" and not state.verified:
        return "verify the caller first"
    if step.read and step.read.disclosure not in state.reads and not (step.consent and answer.key == "2"):
        return "read the text out first"
    if step.consent and answer.key == "1":
        offer = pending(book, state, consent=step.consent.consent)
        if offer and offer.disclosure and offer.disclosure not in state.reads:
            return "read the terms out first"
    return ""
