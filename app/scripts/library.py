"""The library: scripts, offers, disclosures, policies and the rest, assembled from files and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Protocol

from app.domain.offer import Offer
from app.offers.catalogue import read_catalogue
from app.offers.policy import Policy, read_policy
from app.scripts.check.around import COMPETITORS, INTERRUPTS, Around, OfferPlaces, check_around
from app.scripts.check.known import Known
from app.scripts.check.run import check_library
from app.scripts.finding.synonyms import Synonyms, read_synonyms
from app.scripts.library_files import (
    Claim,
    Competitors,
    Disclosure,
    Disposition,
    Interrupt,
    read_competitors,
    read_conditions,
    read_disclosure,
    read_dispositions,
    read_interrupts,
)
from app.scripts.model import Place, Problem, Script, Severity
from app.scripts.note_templates import FILE as NOTES
from app.scripts.note_templates import NoteTemplate, read_note_templates
from app.scripts.parse import parse_script
from app.scripts.routes import Routes, read_routes
from app.scripts.schema import Schema, read_schema
from app.scripts.suggest import closest

__all__ = [
    "Claim",
    "Competitors",
    "Disclosure",
    "Disposition",
    "Interrupt",
    "Library",
    "Loaded",
    "Release",
    "content_hash",
    "load_library",
]

LARGEST_FILE = 1_000_000
MOST_FILES = 2_000

_SCRIPT = re.compile(r"scripts/(?:[^/]+/)?[^/]+\.call\.md")
_TRANSLATION = re.compile(r"\.([a-z]{2}(?:-[A-Z]{2})?)\.call\.md$")
_PICTURE = re.compile(r"pictures/(.+\.(?:svg|png))")
# Files that explain the library to people; nothing is read from them.
_EXPLANATIONS = re.compile(r"(?:.*/)?(?:README\.md|\.[^/]*)")


@dataclass(frozen=True, slots=True)
class Release:
    """One published version: a number that only grows, and the SHA-256 (hex) of its content."""

    number: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Library:
    """All that calls are walked with. `conditions` are the named ones, as written; scripts and interrupts are by id.

    `translations` holds the scripts in other languages by script id and language code ("es", "pt-BR"): the same steps
    and answers in other words.
    """

    release: Release
    scripts: Mapping[str, Script]
    offers: Mapping[str, Offer]
    disclosures: Mapping[str, Disclosure]
    policies: Mapping[str, Policy]
    conditions: Mapping[str, str]
    dispositions: tuple[Disposition, ...]
    reasons: Mapping[str, str]
    schema: Schema
    routes: Routes = field(default_factory=Routes)
    interrupts: Mapping[str, Interrupt] = field(default_factory=dict)
    translations: Mapping[tuple[str, str], Script] = field(default_factory=dict)
    competitors: Competitors = field(default_factory=Competitors)
    synonyms: Synonyms = field(default_factory=Synonyms)
    note_templates: tuple[NoteTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of assembling: the library (None when there are errors) and everything found.

    `known` is what checks of a single script need, whether or not there are errors.
    """

    library: Library | None
    problems: tuple[Problem, ...]
    known: Known


def load_library(
    files: Mapping[str, bytes],
    number: int = 1,
    today: date | None = None,
    earlier: Mapping[str, Script] | None = None,
) -> Loaded:
    """Assembles the library from its files (path below `scripts_library/` with `/`, to content). Never raises.

    With `today` it is judged as well what has expired or has not begun (for the editor and for publishing; a release
    that is in use stays in use). With `earlier`, the scripts of the last release, lost answers are found.
    """
    return _Assembly(today, earlier).load(files, number)


class _Found(Protocol):
    """A finding in a YAML file: line and sentence."""

    @property
    def line(self) -> int: ...

    @property
    def message(self) -> str: ...


class _Assembly:
    """Takes the files one by one and keeps what was read and what is wrong."""

    def __init__(self, today: date | None, earlier: Mapping[str, Script] | None) -> None:
        self.today = today
        self.earlier = earlier
        self.problems: list[Problem] = []
        self.scripts: dict[str, Script] = {}
        self.offers: dict[str, Offer] = {}
        self.offer_places: dict[str, OfferPlaces] = {}
        self.disclosures: dict[str, Disclosure] = {}
        self.policies: dict[str, Policy] = {}
        self.conditions: dict[str, str] = {}
        self.condition_places: dict[str, Place] = {}
        self.dispositions: tuple[Disposition, ...] = ()
        self.reasons: dict[str, str] = {}
        self.schema = Schema()
        self.pictures: set[str] = set()
        self.routes = Routes()
        self.synonyms = Synonyms()
        self.note_templates: tuple[NoteTemplate, ...] = ()
        self.interrupts: dict[str, Interrupt] = {}
        self.translations: dict[tuple[str, str], Script] = {}
        self.competitors = Competitors()

    def load(self, files: Mapping[str, bytes], number: int) -> Loaded:
        if len(files) > MOST_FILES:
            self._problem("syntax", "", 1, f"The library has more than {MOST_FILES:,} files.")
            files = {}
        for file in sorted(files):
            self._file(file, files[file])
        self._check_said()
        known = self._known()
        around = Around(self.disclosures, self.routes, self.offer_places, self.condition_places)
        self.problems += check_around(around, known)
        self.problems += check_library(known)
        problems = tuple(sorted(self.problems, key=lambda one: (one.file, one.place.line, one.place.column)))
        if any(problem.severity is Severity.ERROR for problem in problems):
            return Loaded(None, problems, known)
        library = Library(
            Release(number, content_hash(files)),
            MappingProxyType(self.scripts),
            MappingProxyType(self.offers),
            MappingProxyType(self.disclosures),
            MappingProxyType(self.policies),
            MappingProxyType(self.conditions),
            self.dispositions,
            MappingProxyType(self.reasons),
            self.schema,
            self.routes,
            MappingProxyType(self.interrupts),
            MappingProxyType(self.translations),
            self.competitors,
            self.synonyms,
            self.note_templates,
        )
        return Loaded(library, problems, known)

    def _check_said(self) -> None:
        for script, line in self.synonyms.places.items():
            if script not in self.scripts:
                message = f'There is no script "{script[:60]}".'
                self._problem("unknown-script", "synonyms.yaml", line, message, closest(script, self.scripts))

    def _known(self) -> Known:
        return Known(
            self.scripts,
            self.offers,
            frozenset(self.disclosures),
            self.policies,
            self.conditions,
            frozenset(disposition.id for disposition in self.dispositions),
            frozenset(self.reasons),
            self.schema,
            frozenset(self.pictures),
            self.interrupts,
            self.competitors,
            self.translations,
            self.today,
            self.earlier,
        )

    def _problem(self, rule: str, file: str, line: int, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(rule, Severity.ERROR, file, Place(line), message, suggestion))

    def _take(self, file: str, found: Iterable[_Found]) -> None:
        for one in found:
            self._problem("syntax", file, one.line, one.message)

    def _file(self, file: str, content: bytes) -> None:
        if len(content) > LARGEST_FILE:
            self._problem("syntax", file, 1, f"The file has more than {LARGEST_FILE:,} bytes. Divide it.")
        elif _SCRIPT.fullmatch(file):
            self._script(file, content)
        elif file == COMPETITORS:
            self.competitors, found_claims = read_competitors(content)
            self._take(file, found_claims)
        elif file == INTERRUPTS:
            self.interrupts, found_interrupts = read_interrupts(content)
            self._take(file, found_interrupts)
        elif file.startswith("catalog/") and file.endswith(".yaml"):
            self._catalogue(file, content)
        elif file.startswith("disclosures/") and file.endswith(".md"):
            self._disclosure(file, content)
        elif file.startswith("policies/") and file.endswith(".yaml"):
            policy, found = read_policy(file, content)
            self._take(file, found)
            if policy is not None:
                self.policies[policy.id] = policy
        elif file == "conditions.yaml":
            conditions, found_conditions = read_conditions(content)
            self._take(file, found_conditions)
            self.conditions = {one.name: one.when for one in conditions}
            self.condition_places = {one.name: _place_of(content, one.when, Place(one.line)) for one in conditions}
        elif file == "dispositions.yaml":
            self.dispositions, self.reasons, found_dispositions = read_dispositions(content)
            self._take(file, found_dispositions)
        elif file == "schema/account.yaml":
            self.schema, found_fields = read_schema(content)
            self._take(file, found_fields)
        elif file == "routes.yaml":
            self.routes, found_routes = read_routes(content)
            self._take(file, found_routes)
        elif file == "synonyms.yaml":
            self.synonyms, found_synonyms = read_synonyms(content)
            self._take(file, found_synonyms)
        elif file == NOTES:
            self.note_templates, found_templates = read_note_templates(content)
            self._take(file, found_templates)
        elif match := _PICTURE.fullmatch(file):
            self.pictures.add(match.group(1))
        elif not _EXPLANATIONS.fullmatch(file):
            self._problem("unknown-file", file, 1, "The library has no place for this file. Move it or take it out.")

    def _script(self, file: str, content: bytes) -> None:
        try:
            source = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self._problem("syntax", file, line, "This line is not UTF-8 text. Save the file as UTF-8.")
            return
        parsed = parse_script(source, file)
        self.problems += parsed.problems
        script = parsed.script
        if script is None:
            return
        translation = _TRANSLATION.search(file)
        if translation is not None:
            self._translation(script, translation.group(1), file)
            return
        if script.id in self.scripts:
            there = self.scripts[script.id].file
            self._problem("duplicate-script", file, 1, f'The script "{script.id}" is already in {there}. Rename one.')
            return
        if file.rpartition("/")[2] != f"{script.id}.call.md":
            self._problem("syntax", file, 1, f"The file must be named like its script: {script.id}.call.md")
        self.scripts[script.id] = script

    def _translation(self, script: Script, language: str, file: str) -> None:
        """Keeps a script in another language; the file's name says which, and the header as well."""
        if script.language != language:
            message = f'The header of this translation needs "language: {language}", like its name.'
            self._problem("syntax", file, 1, message)
        if file.rpartition("/")[2] != f"{script.id}.{language}.call.md":
            message = f"The file must be named like its script: {script.id}.{language}.call.md"
            self._problem("syntax", file, 1, message)
        if (script.id, language) in self.translations:
            there = self.translations[script.id, language].file
            message = f"This translation is already in {there}. Keep one."
            self._problem("duplicate-script", file, 1, message)
            return
        self.translations[script.id, language] = replace(script, language=language)

    def _catalogue(self, file: str, content: bytes) -> None:
        offers, found = read_catalogue(file, content)
        self._take(file, found)
        for offer in offers:
            place = _place_of_id(content, offer.id)
            if offer.id in self.offers:
                there = self.offer_places[offer.id].file
                message = f'The offer "{offer.id}" is already in {there}. Rename one.'
                self._problem("duplicate-offer", file, place.line, message)
                continue
            self.offers[offer.id] = offer
            eligible, why = (_place_of(content, text, place) for text in (offer.eligible, offer.why))
            self.offer_places[offer.id] = OfferPlaces(file, place, eligible, why)

    def _disclosure(self, file: str, content: bytes) -> None:
        disclosure, found = read_disclosure(file.rpartition("/")[2].removesuffix(".md"), content)
        self._take(file, found)
        if disclosure is not None:
            self.disclosures[disclosure.id] = disclosure


def content_hash(files: Mapping[str, bytes]) -> str:
    """The SHA-256 (hex) of all files: names, lengths and contents in the order of the names."""
    digest = sha256()
    for file in sorted(files):
        digest.update(f"{len(file.encode())} {file} {len(files[file])}\n".encode())
        digest.update(files[file])
    return digest.hexdigest()


def _place_of(content: bytes, text: str, otherwise: Place) -> Place:
    """Where a text of a YAML file stands, from a line on; that line where YAML wrote it in another way."""
    lines = content.decode("utf-8", "replace").splitlines()
    for number in range(otherwise.line, len(lines) + 1):
        column = lines[number - 1].find(text) if text else -1
        if column >= 0:
            return Place(number, column + 1, column + 1 + len(text))
    return otherwise


def _place_of_id(content: bytes, id: str) -> Place:
    """The line where an offer begins."""
    match = re.search(rf"^\s*-\s*\{{?\s*id:\s*[\"']?{re.escape(id)}\b".encode(), content, re.MULTILINE)
    return Place(content[: match.end()].count(b"\n") + 1 if match else 1)
