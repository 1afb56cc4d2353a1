"""The answers of a step as they stand now: which are shown, under which key, and which are closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scripts.model import Answer, Objection, Step, Target
from app.scripts.screen import AnswerRow
from app.scripts.walking.book import Book
from app.scripts.walking.scope import Moment, language_of
from app.scripts.walking.state import State, Visit
from app.scripts.walking.table import Table, pending

_KEYS = "123456789"
_MOST_PASSED = 5


@dataclass(frozen=True, slots=True)
class Open:
    """An answer under a key; `item` is the place in its list for a list answer, else -1.

    An item without a key, since all are taken, is chosen by its `pick`.
    """

    key: str
    text: str
    answer: Answer
    item: int = -1
    closed: str = ""

    @property
    def pick(self) -> str:
        """What chooses an item of a list that has no key."""
        return f"{self.answer.name}#{self.item + 1}" if self.item >= 0 and not self.key else ""


def answers_at(book: Book, state: State, visit: Visit, moment: Moment, table: Table | None) -> tuple[Open, ...]:
    """Every answer that is shown at the visit, in the order of the script; list answers on the next free keys."""
    step = book.step(visit.script, visit.step)
    spoken = book.spoken(visit.script, visit.step, language_of(book, state, visit.script))
    taken = {answer.key for answer in step.answers}
    free = [key for key in _KEYS if key not in taken]
    found: list[Open] = []
    for answer, said in zip(step.answers, _matched(step, spoken), strict=True):
        if not moment.holds(answer.condition):
            continue
        if answer.key != "*":
            closed = _closed(book, state, step, answer, table)
            found.append(Open(answer.key, moment.text(said.text), answer, closed=closed))
            continue
        items = moment.look_up(answer.each)
        for index, item in enumerate(items if isinstance(items, (list, tuple)) else ()):
            key = free.pop(0) if free else ""
            found.append(Open(key, item_text(item, moment), answer, index))
    return tuple(found)


def rows(book: Book, visit: Visit, answers: tuple[Open, ...], moment: Moment) -> tuple[AnswerRow, ...]:
    """The answers for the screen."""
    return tuple(
        AnswerRow(one.key, one.text, leads_to(book, visit, one.answer.target, moment), one.closed, one.pick)
        for one in answers
    )


def leads_to(book: Book, visit: Visit, target: Target, moment: Moment) -> str:
    """A few words about where an answer leads: the title there, as it stands within a sentence."""
    target = _past_what_passes(book, visit, target, moment)
    if target.script:
        script = book.library.scripts.get(target.script)
        title = script.title if script else target.script
    else:
        title = book.spoken(visit.script, target.step, moment.language).title
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


def _matched(step: Step, spoken: Step) -> tuple[Answer, ...]:
    """The translated answers, in the order of the original; the original's own where one is missing."""
    if spoken is step:
        return step.answers
    translated = {(one.key, one.each): one for one in spoken.answers}
    return tuple(translated.get((one.key, one.each), one) for one in step.answers)


def spoken_answer(book: Book, visit: Visit, language: str, text: str) -> str:
    """An answer that was given, in the language that is spoken; as it was given where that is not known."""
    step = book.step(visit.script, visit.step)
    pairs = zip(step.answers, _matched(step, book.spoken(visit.script, visit.step, language)), strict=True)
    return next((said.text for answer, said in pairs if answer.text == text), text)


def objections(book: Book, state: State, script: str, step: Step) -> tuple[tuple[Objection, tuple[str, ...]], ...]:
    """The objections of a step with what the caller may say, in the language that is spoken and in the script's own."""
    spoken = book.spoken(script, step.id, language_of(book, state, script))
    if spoken is step or len(spoken.objections) != len(step.objections):
        return tuple((one, one.phrases) for one in step.objections)
    pairs = zip(step.objections, spoken.objections, strict=True)
    return tuple((one, (*said.phrases, *one.phrases)) for one, said in pairs)


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
        stranger = state.caller_role == "third_party"
        return "this caller may not use the account" if stranger else "verify the caller first"
    if step.read and step.read.disclosure not in state.reads and not (step.consent and answer.key == "2"):
        return "read the text out first"
    if step.consent and answer.key == "1":
        offer = pending(book, state, consent=step.consent.consent)
        if offer and offer.disclosure and offer.disclosure not in state.reads:
            return "read the terms out first"
    return ""
