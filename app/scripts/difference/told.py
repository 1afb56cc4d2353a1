"""One difference, and how differences are collected and worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum

from app.scripts.model import Place, Target
from app.scripts.text import plain

# Where something stands is no part of what it says.
_PLACES = frozenset(("place", "file", "first_line", "last_line", "line", "picture_place"))
LONGEST_QUOTE = 60


class Side(StrEnum):
    """In which of the two versions the place of a difference is."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change, fit to be read by a trainer.

    `kind` is a stable id ("answer-lost"), `subject` what it is about ("script stay", "offer data-pack"), `message` a
    sentence without its full stop. `file` ("" for what is not a script) and `place` say where, in the version `side`:
    the new one, but for what is gone. `old` and `new` are the two texts where whole texts changed.
    """

    kind: str
    subject: str
    message: str
    file: str = ""
    place: Place = field(default_factory=lambda: Place(1))
    side: Side = Side.NEW
    old: str = ""
    new: str = ""


@dataclass(slots=True)
class Told:
    """Collects the differences of one subject; `about` begins each message ("step why")."""

    subject: str
    old_file: str = ""
    new_file: str = ""
    about: str = ""
    found: list[Difference] = field(default_factory=list)

    def of(self, about: str) -> Told:
        """The same collection, for a part of the subject."""
        return Told(self.subject, self.old_file, self.new_file, about, self.found)

    def add(self, kind: str, message: str, place: Place | None = None, old: str = "", new: str = "") -> None:
        """Notes what the new version has, or has otherwise."""
        words = f"{self.about} {message}" if self.about else message
        self.found.append(Difference(kind, self.subject, words, self.new_file, place or Place(1), Side.NEW, old, new))

    def lost(self, kind: str, message: str, place: Place | None = None) -> None:
        """Notes what only the old version has."""
        words = f"{self.about} {message}" if self.about else message
        self.found.append(Difference(kind, self.subject, words, self.old_file, place or Place(1), Side.OLD))

    def others(self, old: object, new: object, told: Iterable[str], place: Place | None = None) -> None:
        """Notes fields that differ and have no words of their own, so that nothing new is passed over in silence."""
        known = {*told, *_PLACES}
        for one in fields(old) if is_dataclass(old) else ():
            before, after = getattr(old, one.name), getattr(new, one.name)
            if one.name not in known and bare(before) != bare(after):
                self.add(f"{one.name.replace('_', '-')}-changed", f"{spaced(one.name)} changed", place)


def bare(value: object) -> object:
    """A value without the places where its parts stand; hashable, to be compared."""
    if is_dataclass(value) and not isinstance(value, type):
        named = ((one.name, getattr(value, one.name)) for one in fields(value) if one.name not in _PLACES)
        return (type(value).__name__, *((name, bare(inner)) for name, inner in named))
    if isinstance(value, Mapping):
        return tuple((key, bare(inner)) for key, inner in value.items())
    if isinstance(value, (tuple, list)):
        return tuple(bare(inner) for inner in value)
    if isinstance(value, (set, frozenset)):
        return frozenset(value)
    return value


def quoted(text: str) -> str:
    """A text within a message, shortened."""
    short = text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"
    return f"“{short}”"


def arrow(target: Target) -> str:
    """A target as it is written in a script."""
    if not target.script:
        return f"-> {target.step}"
    return f"=> {target.script}" + (f" then {target.then}" if target.then else "")


def spaced(name: str) -> str:
    """A field's name in words."""
    return name.replace("_", " ")


def worded(value: object, locale: str = "en_GB") -> str:
    """A value in words: amounts with their sign, days written out, "none" for nothing."""
    if value is None or value == "" or value == ():
        return "none"
    return plain(value, locale) or str(value)
