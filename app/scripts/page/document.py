"""The whole page: head, contents, steps, offers, disclosures, languages."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.offer import Offer, Period
from app.scripts.library import Library
from app.scripts.library_files import Disclosure
from app.scripts.model import Script, Step
from app.scripts.page.markup import Markup, amount, element, join, spoken, table
from app.scripts.page.step import Pages, step_section
from app.scripts.page.style import STYLE

# The page loads nothing and runs nothing, whatever should be in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def script_page(
    script: Script, library: Library | None = None, translations: Mapping[str, Script] | None = None
) -> str:
    """A script as one HTML document of A4 pages.

    `library` gives offers, disclosures and labels their words; without it their ids are shown. `translations` are the
    script in other languages by their codes; where it is None, those of the library.
    """
    if translations is None:
        known = library.translations if library else {}
        translations = {language: other for (id, language), other in known.items() if id == script.id}
    pages = Pages.of(script, library)
    body = [
        _head(script, library),
        _contents(script, pages),
        element("h2", "The call"),
        *(step_section(step, pages) for step in script.steps.values()),
        *_offers(script, library, pages),
        *_disclosures(script, library, pages),
        _languages(script, translations),
    ]
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"{element('title', script.title)}<style>{STYLE}</style>"
    )
    language = join([script.language])
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>{head}</head>\n<body>\n{"".join(body)}\n</body>\n</html>\n'
    )


def _head(script: Script, library: Library | None) -> Markup:
    rows = [("Script", script.id), ("Kind", script.kind)]
    if library is not None:
        rows.append(("Release", f"{library.release.number} ({library.release.content_hash[:12]})"))
    if script.cancel:
        other = library.scripts.get(script.cancel) if library else None
        rows.append(("Cancel key", f"{other.title} ({script.cancel})" if other else script.cancel))
    if script.header.get("phrases"):
        rows.append(("Callers say", script.header["phrases"].replace("|", "·")))
    if script.header.get("about"):
        rows.append(("About", script.header["about"]))
    listed = [part for name, value in rows for part in (element("dt", name), element("dd", value))]
    return join([element("h1", script.title), element("dl", *listed)])


def _contents(script: Script, pages: Pages) -> Markup:
    items = [element("li", pages.link(id)) for id in script.steps]
    return element("nav", element("h2", "Steps"), element("ol", *items))


def _offers(script: Script, library: Library | None, pages: Pages) -> list[Markup]:
    """The offers that the script makes, each with its options."""
    used: dict[str, list[str]] = {}
    for step in script.steps.values():
        if step.offer:
            used.setdefault(step.offer.offer, []).append(step.id)
    known = library.offers if library else {}
    sections = [_offer(known[id], steps, pages) for id, steps in used.items() if id in known]
    return [element("h2", "Offers"), *sections] if sections else []


def _offer(offer: Offer, steps: list[str], pages: Pages) -> Markup:
    needs = [
        f"disclosure {offer.disclosure}" if offer.disclosure else "",
        f"consent {offer.consent}" if offer.consent else "",
    ]
    facts: list[tuple[str, str]] = [
        ("Made in", join([pages.link(step) for step in steps], ", ")),
        ("Who may have it", offer.eligible or "anyone"),
        ("Why", spoken(offer.why) if offer.why else "–"),
        ("Needs", " and ".join(need for need in needs if need) or "nothing"),
        ("Points", str(offer.points)),
    ]
    if offer.valid_from or offer.valid_until:
        facts.append(("Valid", f"{amount(offer.valid_from)} to {amount(offer.valid_until)}"))
    if offer.on_credit:
        facts.append(("Payment", "also with pay-later credit"))
    options = [
        (
            option.label,
            f"{amount(option.price)} {'once' if option.period is Period.ONCE else 'a month'}",
            f"{amount(option.concession)} a month" if option.concession else "–",
            str(option.months) if option.months else "–",
        )
        for option in offer.options
    ]
    listed = [part for name, value in facts for part in (element("dt", name), element("dd", value))]
    return element(
        "section",
        element("h3", offer.name, element("span", offer.kind.value, class_="tag")),
        element("p", offer.id, class_="small"),
        element("dl", *listed),
        table(("Option", "Price", "We give", "Months"), options),
        id=f"offer-{offer.id}",
        class_="step",
    )


def _disclosures(script: Script, library: Library | None, pages: Pages) -> list[Markup]:
    """The texts that the script has read out, and those that its offers need, in full."""
    if library is None:
        return []
    used: dict[str, list[str]] = {}
    for step in script.steps.values():
        for id in _disclosures_of(step, library):
            used.setdefault(id, []).append(step.id)
    texts = [
        _disclosure(library.disclosures[id], steps, pages) for id, steps in used.items() if id in library.disclosures
    ]
    return [element("h2", "Disclosures, word for word"), *texts] if texts else []


def _disclosures_of(step: Step, library: Library) -> list[str]:
    offer = library.offers.get(step.offer.offer) if step.offer else None
    needed = offer.disclosure if offer else None
    return [id for id in (step.read.disclosure if step.read else None, needed) if id]


def _disclosure(disclosure: Disclosure, steps: list[str], pages: Pages) -> Markup:
    where = ", ".join(disclosure.jurisdictions) or "everywhere"
    return element(
        "section",
        element("h3", disclosure.title),
        *(element("p", spoken(paragraph)) for paragraph in disclosure.text.split("\n\n")),
        element(
            "p",
            f"{disclosure.id} · applies: {where} · serves: {disclosure.rule} · in ",
            join([pages.link(step) for step in steps], ", "),
            class_="small",
        ),
        id=f"disclosure-{disclosure.id}",
        class_="disclosure",
    )


def _languages(script: Script, translations: Mapping[str, Script]) -> Markup:
    """How much of the script there is in which language."""
    rows = [(script.language, "as on this page", f"{len(script.steps)} of {len(script.steps)} steps", "–")]
    for language, other in sorted(translations.items()):
        missing = [id for id, step in script.steps.items() if not _translated(step, other.steps.get(id))]
        count = f"{len(script.steps) - len(missing)} of {len(script.steps)} steps"
        rows.append((language, other.title, count, ", ".join(missing) or "–"))
    return join([element("h2", "Languages"), table(("Language", "Title", "There is", "Missing"), rows)])


def _translated(step: Step, other: Step | None) -> bool:
    """Whether the other language has a text for every sort of text that the step has."""
    if other is None:
        return False
    sorts = ("phrasings", "points", "notes", "asks", "answers")
    return all(bool(getattr(other, sort)) or not getattr(step, sort) for sort in sorts)
