"""The checks of what stands around the scripts: named conditions, routes, offers, disclosures, interrupts, claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.scripts.check.compiled import Compiled, check_condition, check_text
from app.scripts.check.findings import Findings
from app.scripts.check.known import Known
from app.scripts.check.routed import check_routes
from app.scripts.check.speech import fault_of
from app.scripts.expressions import ExpressionError, compile_condition
from app.scripts.library_files import Disclosure
from app.scripts.model import Place, Problem
from app.scripts.names import ACTIONS, library_names
from app.scripts.routes import Routes

INTERRUPTS = "interrupts.yaml"
COMPETITORS = "catalog/competitors.yaml"


@dataclass(frozen=True, slots=True)
class OfferPlaces:
    """Where an offer, its condition and its reason stand."""

    file: str
    offer: Place
    eligible: Place
    why: Place


@dataclass(frozen=True, slots=True)
class Around:
    """What is checked besides the scripts, and where it stands in its files."""

    disclosures: Mapping[str, Disclosure]
    routes: Routes
    offer_places: Mapping[str, OfferPlaces] = field(default_factory=dict)
    condition_places: Mapping[str, Place] = field(default_factory=dict)


def check_around(around: Around, known: Known) -> list[Problem]:
    """What is wrong with the library's other files, seen together."""
    compiled = Compiled(library_names(known.schema, known.conditions), known.schema)
    return [
        *_conditions(around, known, compiled),
        *_offers(around, known, compiled),
        *_disclosures(around, known, compiled),
        *check_routes(around.routes, known),
        *_interrupts(known),
        *_policies(known),
        *_claims(known),
    ]


def _conditions(around: Around, known: Known, compiled: Compiled) -> list[Problem]:
    """Named conditions are checked with the names that every script knows."""
    found = Findings("conditions.yaml")
    for name, when in known.conditions.items():
        place = around.condition_places.get(name, Place(1))
        check_condition(when, place, compiled, found)
        try:
            compile_condition(when, compiled.names)
        except ExpressionError as error:
            # What has no finding yet goes round in a circle by way of others.
            if not found.problems or found.problems[-1].place.line != place.line:
                found.add("syntax", place, error.message)
    return found.problems


def _offers(around: Around, known: Known, compiled: Compiled) -> Iterable[Problem]:
    for offer in known.offers.values():
        places = around.offer_places[offer.id]
        place = places.offer
        found = Findings(places.file)
        if offer.eligible:
            check_condition(offer.eligible, places.eligible, compiled, found)
        check_text(offer.why, places.why, compiled, found)
        if offer.disclosure and offer.disclosure not in known.disclosures:
            message = f'There is no disclosure "{offer.disclosure}", which the offer "{offer.id}" needs.'
            found.unknown("unknown-disclosure", place, message, offer.disclosure, known.disclosures)
        if offer.order_action not in ACTIONS:
            message = f'There is no action "{offer.order_action}" ({", ".join(ACTIONS)}).'
            found.unknown("unknown-action", place, message, offer.order_action, ACTIONS)
        yield from found.problems


def _disclosures(around: Around, known: Known, compiled: Compiled) -> Iterable[Problem]:
    """Their texts may name what every script knows (an offer's price); their jurisdictions have policies."""
    for disclosure in around.disclosures.values():
        found = Findings(f"disclosures/{disclosure.id}.md")
        check_text(disclosure.text, Place(1), compiled, found)
        for name in disclosure.jurisdictions if known.policies else ():
            if name not in known.policies:
                message = f'There is no policy "{name[:60]}" in policies/.'
                found.unknown("unknown-policy", Place(1, 2), message, name, known.policies)
        yield from (replace(problem, place=Place(1)) for problem in found.problems)


def _interrupts(known: Known) -> list[Problem]:
    """Every interrupt opens a script, and one that ends all selling opens none that sells."""
    found = Findings(INTERRUPTS)
    for interrupt in known.interrupts.values():
        place = Place(interrupt.line)
        if interrupt.script and interrupt.script not in known.scripts:
            message = f'There is no script "{interrupt.script[:60]}".'
            found.unknown("unknown-script", place, message, interrupt.script, known.scripts)
            continue
        script = known.scripts.get(interrupt.script)
        if script and "offers" in interrupt.suppresses and any(step.offer for step in script.steps.values()):
            message = f'The interrupt suppresses offers, and its script "{script.id}" makes one.'
            found.add("cancel-makes-offer", place, message)
    return found.problems


def _policies(known: Known) -> Iterable[Problem]:
    """What a policy suppresses for days are interrupts that there are."""
    for policy in known.policies.values():
        found = Findings(f"policies/{policy.id}.yaml")
        for name in policy.suppress_days if known.interrupts else ():
            if name not in known.interrupts:
                message = f'There is no interrupt "{name[:60]}" in interrupts.yaml.'
                found.unknown("unknown-interrupt", Place(1), message, name, known.interrupts)
        yield from found.problems


def _claims(known: Known) -> list[Problem]:
    found = Findings(COMPETITORS)
    for claim in known.competitors.claims.values():
        fault = fault_of(claim, known.today)
        if fault:
            found.add("competitor-claim", Place(claim.line), fault)
    return found.problems
