"""The library: scripts, offers, disclosures, policies and the rest, assembled from files and compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.offer import Offer
from app.offers.policy import Policy
from app.scripts.model import Problem, Script
from app.scripts.schema import Schema


@dataclass(frozen=True, slots=True)
class Release:
    """One published version: a number that only grows, and the SHA-256 (hex) of its content."""

    number: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A text to read word for word; `rule` names the law or rule it serves, `jurisdictions` where ("" is all)."""

    id: str
    title: str
    text: str
    rule: str
    jurisdictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disposition:
    """An outcome of a call as the agent confirms it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Library:
    """All that calls are walked with. `conditions` are the named ones, as written; scripts are by id."""

    release: Release
    scripts: Mapping[str, Script]
    offers: Mapping[str, Offer]
    disclosures: Mapping[str, Disclosure]
    policies: Mapping[str, Policy]
    conditions: Mapping[str, str]
    dispositions: tuple[Disposition, ...]
    reasons: Mapping[str, str]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of assembling: the library (None when there are errors) and everything found."""

    library: Library | None
    problems: tuple[Problem, ...]


def load_library(files: Mapping[str, bytes], number: int = 1) -> Loaded:
    """Assembles the library from its files (path below `scripts_library/` with `/`, to content). Never raises."""
    raise NotImplementedError
