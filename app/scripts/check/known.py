"""What a check knows of the library around a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.offer import Offer
from app.offers.policy import Policy
from app.scripts.model import Script
from app.scripts.schema import Schema


@dataclass(frozen=True, slots=True)
class Known:
    """The library as the checks need it. `pictures` are paths below `pictures/`; ids elsewhere."""

    scripts: Mapping[str, Script]
    offers: Mapping[str, Offer]
    disclosures: frozenset[str]
    policies: Mapping[str, Policy]
    conditions: Mapping[str, str]
    outcomes: frozenset[str]
    reasons: frozenset[str]
    schema: Schema
    pictures: frozenset[str] = frozenset()
