"""Tells how a whole library changed: scripts, offers, disclosures, policies and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from app.domain.offer import Offer, OfferOption
from app.offers.policy import Policy
from app.scripts.difference.renamed import renamed_scripts
from app.scripts.difference.script import script_differences
from app.scripts.difference.told import LONGEST_QUOTE, Difference, Told, bare, quoted, spaced, worded
from app.scripts.library import Library
from app.scripts.library_files import Disclosure
from app.scripts.model import Script

_Thing = TypeVar("_Thing")
_TOLD = (
    "release", "scripts", "offers", "disclosures", "policies", "conditions", "dispositions", "reasons", "schema",
    "routes", "interrupts", "translations", "competitors",
)  # fmt: skip
_OFFER_NAMES = {
    "kind": "kind",
    "eligible": "who may have it",
    "why": "reason told to the agent",
    "points": "points",
    "disclosure": "disclosure",
    "consent": "consent",
    "valid_from": "valid from",
    "valid_until": "valid until",
    "order_action": "order action",
}
_OPTION_NAMES = {"price": "price", "concession": "concession", "months": "months", "size": "size", "period": "period"}


def differences(old: Library | Script, new: Library | Script) -> tuple[Difference, ...]:
    """What changed for the call between two libraries or two scripts.

    Raises TypeError when a script is compared with a library.
    """
    if isinstance(old, Script) and isinstance(new, Script):
        return script_differences(old, new)
    if isinstance(old, Script) or isinstance(new, Script):
        raise TypeError("a script can be compared with a script only, a library with a library")
    return (
        *_scripts(old.scripts, new.scripts),
        *_scripts(_by_file(old.translations), _by_file(new.translations)),
        *_each("offer", old.offers, new.offers, _tell_offer),
        *_each("disclosure", old.disclosures, new.disclosures, _tell_disclosure),
        *_each("policy", old.policies, new.policies, _tell_policy),
        *_each("named condition", old.conditions, new.conditions, _tell_text),
        *_each("outcome", _labels(old), _labels(new), _tell_text),
        *_each("reason", old.reasons, new.reasons, _tell_text),
        *_each("interrupt", old.interrupts, new.interrupts, _tell_rest),
        *_each("competitor", old.competitors.names, new.competitors.names, _tell_names),
        *_each("claim", old.competitors.claims, new.competitors.claims, _tell_rest),
        *_each("account field", old.schema.fields, new.schema.fields, _tell_rest),
        *_routes(old, new),
        *_rest(old, new),
    )


def _scripts(old: Mapping[str, Script], new: Mapping[str, Script]) -> list[Difference]:
    renamed = renamed_scripts(old, new)
    back = {after: before for before, after in renamed.items()}
    found: list[Difference] = []
    for id, script in old.items():
        if id not in new and id not in renamed:
            told = Told(f"script {id}", script.file, "")
            told.lost("script-removed", f"script {id} removed ({quoted(script.title)})")
            found += told.found
    for id, script in new.items():
        before = old.get(back.get(id, id))
        if before is not None:
            found += script_differences(before, script, renamed)
            continue
        told = Told(f"script {id}", "", script.file)
        told.add("script-added", f"script {id} added ({quoted(script.title)})")
        found += told.found
    return found


def _each(
    noun: str, old: Mapping[str, _Thing], new: Mapping[str, _Thing], tell: Callable[[_Thing, _Thing, Told], None]
) -> list[Difference]:
    """Things by id: removed, added, changed."""
    found: list[Difference] = []
    for id in dict.fromkeys((*old, *new)):
        name = quoted(id) if " " in id else id
        told = Told(f"{noun} {id}", found=found)
        kind = noun.replace(" ", "-")
        if id not in new:
            told.lost(f"{kind}-removed", f"{noun} {name} removed")
        elif id not in old:
            told.add(f"{kind}-added", f"{noun} {name} added")
        else:
            tell(old[id], new[id], told.of(f"{noun} {name}:"))
    return found


def _tell_offer(old: Offer, new: Offer, told: Told) -> None:
    if old.name != new.name:
        told.add("offer-renamed", f"name {quoted(old.name)} -> {quoted(new.name)}")
    for name, words in _OFFER_NAMES.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            told.add("offer-changed", f"{words} {worded(before)} -> {worded(after)}")
    if old.on_credit != new.on_credit:
        now = "may now be paid" if new.on_credit else "may no longer be paid"
        told.add("offer-changed", f"{now} with pay-later credit")
    _tell_options(old, new, told)
    told.others(old, new, ("id", "name", "on_credit", "options", *_OFFER_NAMES))


def _tell_options(old: Offer, new: Offer, told: Told) -> None:
    before, after = ({option.id: option for option in offer.options} for offer in (old, new))
    for id, option in before.items():
        if id not in after:
            told.lost("option-removed", f"option {option.label} removed ({worded(option.price)})")
    for id, option in after.items():
        if id in before:
            _tell_option(before[id], option, told)
        else:
            told.add("option-added", f"option {option.label} added ({worded(option.price)})")
    if [id for id in before if id in after] != [id for id in after if id in before]:
        told.add("options-reordered", "order of options changed")


def _tell_option(old: OfferOption, new: OfferOption, told: Told) -> None:
    if old.label != new.label:
        told.add("option-reworded", f"option {quoted(old.label)} is called {quoted(new.label)}")
    for name, words in _OPTION_NAMES.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            told.add(f"{name}-changed", f"{words} of {new.label} {worded(before)} -> {worded(after)}")
    told.others(old, new, ("id", "label", *_OPTION_NAMES))


def _tell_disclosure(old: Disclosure, new: Disclosure, told: Told) -> None:
    if old.text != new.text:
        told.add("disclosure-reworded", "reworded", None, old.text, new.text)
    for name in ("title", "rule"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            told.add("disclosure-changed", f"{name} changed", None, before, after)
    if old.jurisdictions != new.jurisdictions:
        before, after = (", ".join(one.jurisdictions) or "everywhere" for one in (old, new))
        told.add("disclosure-changed", f"applies in {before} -> {after}")
    told.others(old, new, ("id", "title", "text", "rule", "jurisdictions"))


def _tell_policy(old: Policy, new: Policy, told: Told) -> None:
    limits = {
        "save_offers": "save offers per call",
        "cool_down_days": "days of rest between the same offer",
        "consent_for_account_data": "consent for account data needed",
        "identity_methods": "ways to verify the caller",
        "title": "title",
    }
    for name, words in limits.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            told.add("policy-limit-changed", f"{words} {_limit(name, before)} -> {_limit(name, after)}")
    for interrupt in dict.fromkeys((*old.suppress_days, *new.suppress_days)):
        days = old.suppress_days.get(interrupt, 0), new.suppress_days.get(interrupt, 0)
        if days[0] != days[1]:
            told.add("policy-limit-changed", f"days without offers after {interrupt} {days[0]} -> {days[1]}")
    told.others(old, new, ("id", "suppress_days", *limits))


def _limit(name: str, value: object) -> str:
    if name == "save_offers" and value == 0:
        return "no limit"
    return "all" if name == "identity_methods" and not value else worded(value)


def _tell_text(old: str, new: str, told: Told) -> None:
    short = max(len(old), len(new)) <= LONGEST_QUOTE
    if old != new and short:
        told.add("text-changed", f"{quoted(old)} -> {quoted(new)}")
    elif old != new:
        told.add("text-changed", "changed", None, old, new)


def _tell_rest(old: object, new: object, told: Told) -> None:
    told.others(old, new, ())


def _tell_names(old: tuple[str, ...], new: tuple[str, ...], told: Told) -> None:
    if old != new:
        told.add("names-changed", f"is called {worded(old)} -> {worded(new)}")


def _by_file(translations: Mapping[tuple[str, str], Script]) -> dict[str, Script]:
    """Translations by script and language, to be told beside the scripts."""
    return {f"{id}.{language}": script for (id, language), script in translations.items()}


def _labels(library: Library) -> dict[str, str]:
    return {disposition.id: disposition.label for disposition in library.dispositions}


def _routes(old: Library, new: Library) -> list[Difference]:
    told = Told("routes")
    if old.routes.default != new.routes.default:
        before, after = worded(old.routes.default), worded(new.routes.default)
        told.add("route-changed", f"calls without a route begin with {before} -> {after}")
    before_rules, after_rules = ([bare(rule) for rule in library.routes.rules] for library in (old, new))
    for rule in old.routes.rules:
        if bare(rule) not in after_rules:
            told.lost("route-lost", f"route {_route(rule.intent, rule.queue)} => {rule.script} removed")
    for rule in new.routes.rules:
        if bare(rule) not in before_rules:
            told.add("route-added", f"route {_route(rule.intent, rule.queue)} => {rule.script} added")
    if before_rules != after_rules and sorted(map(repr, before_rules)) == sorted(map(repr, after_rules)):
        told.add("routes-reordered", "order of routes changed")
    return told.found


def _route(intent: str, queue: str) -> str:
    return " and ".join(part for part in (intent and f"intent {intent}", queue and f"queue {queue}") if part)


def _rest(old: Library, new: Library) -> list[Difference]:
    """Parts of a library that have no words of their own here, told by their names at least."""
    told = Told("library", about="library:")
    told.others(old, new, _TOLD)
    if bare(old.schema.never) != bare(new.schema.never):
        told.add("schema-changed", f"{spaced('never')} used account fields changed")
    return told.found
