"""The page to print: everything of a script is on it, links lead somewhere, and hostile texts stay texts."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.scripts.library import Library, load_library
from app.scripts.model import Script
from app.scripts.page import script_page
from app.scripts.parse import parse_script
from tests.fakes.small_library import small_library

SHIPPED = Path(__file__).resolve().parents[3] / "scripts_library"
VOID = {"meta", "br"}
HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(1)> "quoted" 'so' & </section> <b>"""


class Reader(HTMLParser):
    """Collects tags, attributes, ids, links and text, and checks that what is opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.shown: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag not in ("a", "span", "b"):
            self.shown.append(" ")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.shown).split())


def small() -> Library:
    library = load_library(small_library()).library
    assert library is not None
    return library


def page_of_stay() -> Reader:
    return Reader(script_page(small().scripts["stay"], small()))


def test_every_text_of_the_script_is_on_the_page() -> None:
    text = page_of_stay().text
    for step in small().scripts["stay"].steps.values():
        texts = [line.text for phrasing in step.phrasings for line in phrasing.lines]
        texts += [line.text for line in (*step.points, *step.notes)]
        texts += [answer.text for answer in step.answers]
        texts += [phrase for objection in step.objections for phrase in objection.phrases]
        texts += [step.title]
        for wanted in texts:
            assert wanted.partition("{")[0].strip() in text, wanted


def test_answers_say_where_they_lead() -> None:
    text = page_of_stay().text

    assert "1 Too expensive → 4 Size the gap" in text
    assert "3 Service trouble ⇒ script “Slow internet” (slow), then 3 After the fix" in text
    assert "9 Just cancel ⇒ script “Cancel the service” (cancel-service)" in text
    assert "If low data user → 5 A plan that fits" in text
    assert "Otherwise → 7 A credit" in text
    assert "If they say “too dear”, “no money” → 6 Soften" in text


def test_every_link_has_its_target_on_the_page() -> None:
    page = page_of_stay()

    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)


def test_offers_and_disclosures_are_there_in_full() -> None:
    text = page_of_stay().text

    assert "Fibre 100 £22.00 a month" in text
    assert "Five off £0.00 a month £5.00 a month 6" in text
    assert "Who may have it account.usage_gb < 20" in text
    assert "The credit lasts six months. After that the price is as before." in text
    assert "serves: Terms must be told before a contract changes." in text
    assert "End Kept (reason: Price)" in text


def test_without_a_library_the_ids_are_shown() -> None:
    text = Reader(script_page(small().scripts["stay"])).text

    assert "Offer plan-down" in text and "Read word for word credit-terms" in text
    assert "End saved (reason: price)" in text
    assert "Fibre 100" not in text


def test_the_languages_tell_what_is_missing() -> None:
    script = small().scripts["stay"]
    steps = {id: step for id, step in script.steps.items() if id != "soften"}
    steps["why"] = replace(steps["why"], phrasings=())
    spanish = replace(script, language="es", title="Quedarse", steps=steps)

    text = Reader(script_page(script, small(), {"es": spanish})).text

    assert text.endswith("en as on this page 11 of 11 steps – es Quedarse 9 of 11 steps why, soften")


def hostile_script() -> Script:
    sign = HOSTILE.replace('"', "'")
    choice = sign.replace("(", "").replace(")", "")
    text = (
        f"---\nscript: a\ntitle: {HOSTILE}\nkind: care\nphrases: {HOSTILE}\nabout: {HOSTILE}\n---\n"
        f"## a: {HOSTILE}\n> {HOSTILE} {{{sign}|money}}\n* {HOSTILE}\nNote: {HOSTILE}\n"
        f"Ask: x (choice({choice}, b)) {HOSTILE}\nLet: y = {HOSTILE}\nWait: 4m {HOSTILE}\n"
        f'Consent: c "{sign}"\nIf: {HOSTILE} -> a\nObjection: "{sign}" -> b\n'
        f"- [1] {HOSTILE} {{if {HOSTILE}}} -> a\n- [2] {HOSTILE} => other\n## b #return\n> {HOSTILE}\n"
    )
    parsed = parse_script(text, "a")
    assert parsed.script is not None and parsed.problems == ()
    return parsed.script


def test_hostile_texts_stay_texts() -> None:
    library = small()
    offer, terms = library.offers["plan-down"], library.disclosures["credit-terms"]
    option = replace(offer.options[0], label=HOSTILE)
    hostile_offer = replace(offer, name=HOSTILE, why=HOSTILE, eligible=HOSTILE, options=(option,))
    hostile_terms = replace(terms, title=HOSTILE, text=HOSTILE, rule=HOSTILE, jurisdictions=(HOSTILE,))
    hostile = replace(
        library,
        offers={"plan-down": hostile_offer},
        disclosures={"credit-terms": hostile_terms},
        reasons={"price": HOSTILE},
    )
    calm = page_of_stay()

    for script in (hostile_script(), hostile.scripts["stay"]):
        page = Reader(script_page(script, hostile, {HOSTILE: replace(script, title=HOSTILE)}))
        assert page.tags <= calm.tags
        assert page.attributes <= calm.attributes
        assert HOSTILE.partition(" ")[0] in page.text


def test_the_page_loads_nothing() -> None:
    source = script_page(small().scripts["stay"], small())

    assert "default-src &#x27;none&#x27;" in source or "default-src 'none'" in source
    assert "http:" not in source and "https:" not in source and "url(" not in source
    assert source.isprintable() or all(sign.isprintable() or sign == "\n" for sign in source)


@pytest.mark.parametrize("path", sorted((SHIPPED / "scripts").rglob("*.call.md")), ids=lambda path: path.name)
def test_shipped_scripts_have_sound_pages(path: Path) -> None:
    script = parse_script(path.read_text(encoding="utf-8"), path.name).script
    assert script is not None
    page = Reader(script_page(script))

    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
