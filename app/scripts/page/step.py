"""One step on the page: what is said, what is asked, and where the answers lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.scripts.check.graph import graph_of
from app.scripts.library import Library
from app.scripts.model import Line, Script, Step, Target
from app.scripts.page.markup import Markup, element, join, spoken, table

_VERBS = {"do": "Asked of the CRM", "task": "Task", "send": "Sent", "transfer": "Transferred to"}


@dataclass(frozen=True, slots=True)
class Pages:
    """What a step's lines refer to: numbers of steps, and the library where there is one."""

    script: Script
    library: Library | None
    numbers: Mapping[str, int]
    reached_from: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, script: Script, library: Library | None) -> Pages:
        """Numbers the steps in the order of the file."""
        reached: dict[str, list[str]] = {}
        for edges in graph_of(script).edges.values():
            for edge in edges:
                if edge.step and edge.source not in reached.setdefault(edge.step, []):
                    reached[edge.step].append(edge.source)
        numbers = {id: number for number, id in enumerate(script.steps, start=1)}
        return cls(script, library, numbers, {id: tuple(sources) for id, sources in reached.items()})

    def link(self, id: str) -> Markup:
        """A step by its number and title; on paper the number finds it."""
        step = self.script.steps.get(id)
        if step is None:
            return join([id])
        return element("a", f"{self.numbers[id]} {step.title or id}", href=f"#step-{id}")

    def target(self, target: Target) -> Markup:
        """Where an arrow leads."""
        if not target.script:
            return join(["→ ", self.link(target.step)])
        other = self.library.scripts.get(target.script) if self.library else None
        name = f"⇒ script “{other.title}” ({target.script})" if other else f"⇒ script {target.script}"
        return join([name, ", then ", self.link(target.then)]) if target.then else join([name])


def step_section(step: Step, pages: Pages) -> Markup:
    """A step as a section of the page."""
    tags = [element("span", tag, class_="tag") for tag in step.tags]
    number = element("span", str(pages.numbers[step.id]), class_="number")
    heading = element("h3", number, step.title or step.id, *tags)
    return element("section", heading, *_parts(step, pages), id=f"step-{step.id}", class_="step")


def _parts(step: Step, pages: Pages) -> Iterator[Markup]:
    sources = [pages.link(source) for source in pages.reached_from.get(step.id, ()) if source != step.id]
    came = join([" · from ", join(sources, ", ")]) if sources else Markup()
    start = " · the call begins here" if step.id == pages.script.start else ""
    yield element("p", step.id, start, came, class_="small")
    yield from _said(step)
    if step.points:
        yield element("ul", *(element("li", _line(point)) for point in step.points))
    for note in step.notes:
        yield element("p", element("b", "Note: "), _line(note), class_="note")
    rows = [element("dt", name) + element("dd", value) for name, value in _facts(step, pages)]
    if rows:
        yield element("dl", *(Markup(row) for row in rows))
    if step.answers:
        yield _answers(step, pages)
    if "return" in step.tags:
        yield element("p", "Then back to where it was opened.")


def _said(step: Step) -> Iterator[Markup]:
    for index, phrasing in enumerate(step.phrasings):
        if index:
            yield element("p", "or", class_="or")
        yield element("blockquote", *(element("p", _line(line)) for line in phrasing.lines), class_="say")


def _line(line: Line) -> Markup:
    return join([spoken(line.text), _when(line.condition)])


def _when(condition: str) -> Markup:
    return element("span", f" (only if {condition})", class_="when") if condition else Markup()


def _facts(step: Step, pages: Pages) -> Iterator[tuple[str, Markup]]:
    """What a step does besides speaking, as name and text."""
    library = pages.library
    if step.verify:
        yield "Verify by", join([" or ".join(step.verify.methods)])
    if step.offer:
        known = library.offers.get(step.offer.offer) if library else None
        name = element("a", known.name, href=f"#offer-{known.id}") if known else join([step.offer.offer])
        yield "Offer", join([name, ", the best option first" if step.offer.best_first else ""])
    if step.read:
        text = library.disclosures.get(step.read.disclosure) if library else None
        name = element("a", text.title, href=f"#disclosure-{text.id}") if text else join([step.read.disclosure])
        yield "Read word for word", name
    if step.consent:
        yield "Consent", join(["“", spoken(step.consent.question), f"” ({step.consent.consent})"])
    for ask in step.asks:
        kind = f"{ask.type}: {', '.join(ask.choices)}" if ask.choices else ask.type
        more = [word for word, holds in (("may stay empty", ask.optional), ("secret", ask.secret)) if holds]
        more += [f"filled in with {ask.default}"] if ask.default else []
        yield "Ask", join([f"{ask.label} ({'; '.join((kind, *more))})"])
    for let in step.lets:
        yield "Reckon", join([f"{let.name} = {let.expression}"])
    if step.wait:
        minutes, seconds = divmod(step.wait.seconds, 60)
        parts = [f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else ""]
        yield "Wait", join([f"{' '.join(part for part in parts if part)}: {step.wait.text}"])
    if step.picture:
        yield "Picture", join([step.picture])
    for branch in step.branches:
        yield "If" if branch.condition else "Otherwise", join([branch.condition, " ", pages.target(branch.target)])
    for objection in step.objections:
        said = ", ".join(f"“{phrase}”" for phrase in objection.phrases)
        yield "If they say", join([said, " ", pages.target(objection.target)])
    for request in step.requests:
        yield _VERBS.get(request.verb, request.verb), join([request.what.replace("_", " ")])
    if step.end:
        yield "End", join([_outcome(step, library)])


def _outcome(step: Step, library: Library | None) -> str:
    """The outcome and its reason by their labels."""
    end = step.end
    if end is None:
        return ""
    labels = {one.id: one.label for one in library.dispositions} if library else {}
    reason = library.reasons.get(end.reason, end.reason) if library else end.reason
    return labels.get(end.outcome, end.outcome) + (f" (reason: {reason})" if reason else "")


def _answers(step: Step, pages: Pages) -> Markup:
    rows = []
    for answer in step.answers:
        words = f"each of {answer.each}, as {answer.name}" if answer.key == "*" else answer.text
        key = element("span", answer.key, class_="key")
        rows.append((key, join([words, _when(answer.condition)]), pages.target(answer.target)))
    return table(("Key", "The caller says", "Leads to"), rows, "answers")
