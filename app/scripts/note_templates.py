"""Note templates: sentences that agents write again and again, with gaps to be filled in by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.offers.reading import Found, Reader, read_fields

FILE = "notes.yaml"
GAP = "___"
"""Stands where the agent types something."""

MOST = 100
_LONGEST_TITLE = 60
_LONGEST_TEXT = 500
_ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_MANY_DIGITS = re.compile(r"(?:\d[ -]?){12,}")


@dataclass(frozen=True, slots=True)
class NoteTemplate:
    """A template by its id: `title` is what agents look for, `text` what goes into the note."""

    id: str
    title: str
    text: str


def read_note_templates(content: bytes) -> tuple[tuple[NoteTemplate, ...], tuple[Found, ...]]:
    """The list `templates` of id, title and text, in the order of the file, and what is wrong with it. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, f"The file {FILE}", found)
    templates: dict[str, NoteTemplate] = {}
    for entry in top.mappings("templates"):
        reader = Reader(entry, "The note template", found)
        one = NoteTemplate(reader.text("id"), reader.text("title"), reader.text("text"))
        reader.refuse_others()
        problem = _problem(one, one.id in templates)
        if problem is None:
            templates[one.id] = one
        elif one.id and one.title and one.text:
            reader.problem(*problem)
    top.refuse_others()
    if len(templates) > MOST:
        top.problem("templates", f"There are {len(templates)} templates; at most {MOST} can be looked through.")
    return tuple(templates.values()), tuple(found)


def _problem(one: NoteTemplate, known: bool) -> tuple[str, str] | None:
    """The key and the sentence of the first thing that is wrong."""
    if not _ID.fullmatch(one.id):
        return "id", f"'{one.id[:40]}' is no id: small letters, digits, _ and -, beginning with a letter."
    if known:
        return "id", f"'{one.id}' is here twice; keep one."
    if len(one.title) > _LONGEST_TITLE:
        return "title", f"The title has more than {_LONGEST_TITLE} letters."
    if not one.text.strip() or len(one.text) > _LONGEST_TEXT:
        return "text", f"The text must have 1 to {_LONGEST_TEXT} letters."
    if "{" in one.text or "}" in one.text:
        return "text", f"A note template has no placeholders. Leave {GAP} where the agent types something."
    if _MANY_DIGITS.search(one.text):
        return "text", f"So many digits look like a card or an account. Leave {GAP} for them."
    return None
