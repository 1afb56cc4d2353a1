"""Other words for the same thing, and words that say nothing: the library's file synonyms.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.offers.reading import Found, Reader, read_fields
from app.scripts.finding.words import words_of

_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What find should take for the same.

    `same` leads from a word or a few words (as `words_of` writes them, joined by blanks) to the names of their groups;
    `ignored` are words that callers say with everything; `said` are examples of what callers say, by script, and
    `places` the lines where these begin in the file.
    """

    same: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)


def read_synonyms(content: bytes) -> tuple[Synonyms, tuple[Found, ...]]:
    """The file synonyms.yaml: lists `same` of groups, `ignored` of words, `said` of scripts. Never raises.

    A group is a mapping with the list `words`; its first entry names it. An entry of `said` has `script` and `words`.
    """
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file synonyms.yaml", found)
    same: dict[str, list[str]] = {}
    for entry in top.mappings("same"):
        reader = Reader(entry, "A group of 'same'", found)
        phrases = [" ".join(words_of(text)) for text in reader.texts("words")]
        reader.refuse_others()
        if len(phrases) < 2 or not all(phrases):
            reader.problem("words", "A group needs at least two entries, each with letters or digits.")
            continue
        for phrase in phrases:
            if phrase.count(" ") >= _MOST_WORDS:
                reader.problem("words", f"“{phrase[:60]}” is longer than {_MOST_WORDS} words.")
            groups = same.setdefault(phrase, [])
            if phrases[0] not in groups:
                groups.append(phrases[0])
    ignored = frozenset(word for text in top.texts("ignored") for word in words_of(text))
    said: dict[str, tuple[str, ...]] = {}
    places: dict[str, int] = {}
    for entry in top.mappings("said"):
        reader = Reader(entry, "An entry of 'said'", found)
        script, words = reader.text("script"), reader.texts("words")
        reader.refuse_others()
        if script in said:
            reader.problem("script", f"“{script[:60]}” stands here twice; put it together.")
        said[script], places[script] = words, reader.line_of("script")
    top.refuse_others()
    return Synonyms({phrase: tuple(groups) for phrase, groups in same.items()}, ignored, said, places), tuple(found)
