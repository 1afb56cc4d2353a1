"""What a check knows of the library around a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.offer import Offer
from app.offers.policy import Policy
from app.scripts.library_files import Competitors, Interrupt
from app.scripts.model import Script
from app.scripts.schema import Schema


@dataclass(frozen=True, slots=True)
class Known:
    """The library as the checks need it. `pictures` are paths below `pictures/`; ids elsewhere.

    `today` is the day for which validity is judged (None: it is not), `earlier` the scripts of the release before, by
    id (None: not known).
    """

    scripts: Mapping[str, Script]
    offers: Mapping[str, Offer]
    disclosures: frozenset[str]
    policies: Mapping[str, Policy]
    conditions: Mapping[str, str]
    outcomes: frozenset[str]
    reasons: frozenset[str]
    schema: Schema
    pictures: frozenset[str] = frozenset()
    interrupts: Mapping[str, Interrupt] = field(default_factory=dict)
    competitors: Competitors = field(default_factory=Competitors)
    translations: Mapping[tuple[str, str], Script] = field(default_factory=dict)
    today: date | None = None
    earlier: Mapping[str, Script] | None = None
