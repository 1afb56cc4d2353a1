"""What find can offer at a step."""

from __future__ import annotations

from app.scripts.model import Script
from app.scripts.screen import Found
from app.scripts.walking.answers import answers_at, objections
from app.scripts.walking.book import Book
from app.scripts.walking.scope import language_of
from app.scripts.walking.state import State
from app.scripts.walking.table import moment_of, table_at


def findable(book: Book, state: State) -> tuple[Found, ...]:
    """Items of a list without a key, objections (those of this step first), interrupts, other scripts."""
    return (*_items(book, state), *_objections(book, state), *_interrupts(book, state), *_scripts(book, state))


def _items(book: Book, state: State) -> list[Found]:
    visit = state.visit
    answers = answers_at(book, state, visit, moment_of(book, state), table_at(book, state, visit))
    return [Found("answer", one.pick, one.text, (one.text,)) for one in answers if one.pick]


def _objections(book: Book, state: State) -> list[Found]:
    visit = state.visit
    script, here = book.script(visit.script), book.step(visit.script, visit.step)
    language = language_of(book, state, visit.script)
    # The same objection may stand in several steps; it is found once, and the nearest counts.
    found: dict[str, Found] = {}
    for step in (here, *(step for step in script.steps.values() if step.id != here.id)):
        for one, phrases in objections(book, state, script.id, step):
            title = book.spoken(script.id, one.target.step, language).title
            found.setdefault(one.phrases[0].lower(), Found("objection", one.phrases[0], title, phrases))
    return list(found.values())


def _interrupts(book: Book, state: State) -> list[Found]:
    return [
        Found("interrupt", one.id, one.title, one.phrases)
        for one in book.library.interrupts.values()
        if one.script != state.visit.script
    ]


def _scripts(book: Book, state: State) -> list[Found]:
    found = []
    for name, script in book.library.scripts.items():
        if name != state.visit.script:
            spoken = book.library.translations.get((name, language_of(book, state, name)), script)
            phrases = tuple(dict.fromkeys((*_phrases(spoken), *_phrases(script))))
            found.append(Found("script", name, spoken.title, phrases))
    return found


def _phrases(script: Script) -> tuple[str, ...]:
    parts = (part.strip().strip('"') for part in script.header.get("phrases", "").split("|"))
    return tuple(dict.fromkeys(part for part in parts if part))
