"""What was asked and never used, shown and perhaps not there, or had by the last release and lost."""

from __future__ import annotations

from collections.abc import Iterator

from app.scripts.check.compiled import Compiled, lines_of
from app.scripts.check.findings import Findings
from app.scripts.check.graph import Graph
from app.scripts.check.known import Known
from app.scripts.expressions import Node, paths_in
from app.scripts.model import Ask, Script, Step
from app.scripts.text import Placeholder, compile_text


def check_leftover(graph: Graph, compiled: Compiled, known: Known, found: Findings) -> None:
    """The rules about what is used and what was lost."""
    script = graph.script
    _check_fields(graph, compiled, found)
    check_fallbacks(graph, compiled, known, found)
    _check_offers(script, known, found)
    if known.earlier is not None and script.id in known.earlier:
        _check_lost(known.earlier[script.id], script, found)


def _check_fields(graph: Graph, compiled: Compiled, found: Findings) -> None:
    """A form field that nothing reads costs the agent time for nothing.

    What is asked before a request (Do, Task, Send, Transfer) goes along with it.
    """
    script = graph.script
    asking = [step for step in script.steps.values() if step.asks]
    if not asking:
        return
    handed_on = graph.leading_to(step.id for step in script.steps.values() if step.requests)
    asks = {f"ask.{ask.name}": ask for step in asking if step.id not in handed_on for ask in step.asks}
    if not asks:
        return
    used: set[str] = set()
    for tree in compiled.trees.values():
        if tree is not None:
            used.update(path.text for path in paths_in(tree))
    for step in script.steps.values():
        used.update(ask.default for ask in step.asks)
        for text in texts_of(step):
            if "{" in text:
                used.update(placeholder.path for placeholder in compile_text(text).placeholders)
    for path, ask in asks.items():
        if path not in used:
            message = f'Nothing uses "{path}": no text, no condition, no request. Use it, or take the field out.'
            found.add("unused-field", ask.place, message)


def texts_of(step: Step) -> Iterator[str]:
    """Everything of a step that may have placeholders."""
    for line in lines_of(step):
        yield line.text
    for answer in step.answers:
        yield answer.text
    if step.consent:
        yield step.consent.question
    if step.wait:
        yield step.wait.text


def check_fallbacks(graph: Graph, compiled: Compiled, known: Known, found: Findings) -> None:
    """A value that may be missing needs `or`, or a condition that asks for it, where it is said aloud."""
    uncertain = _uncertain(graph, compiled)
    if not uncertain:
        return
    for step in graph.script.steps.values():
        for phrasing in step.phrasings:
            for line in phrasing.lines:
                if "{" not in line.text:
                    continue
                for placeholder in compile_text(line.text).placeholders:
                    if placeholder.path not in uncertain or _has_fallback(placeholder):
                        continue
                    if not _asked_before(placeholder.path, line.condition, step, graph, compiled, known):
                        message = (
                            f'"{placeholder.path}" may be missing, and would be a gap in what is said. Add |or:"...", '
                            f"or show the line {{if has({placeholder.path})}} only."
                        )
                        found.add("missing-fallback", line.place, message)


def _has_fallback(placeholder: Placeholder) -> bool:
    return any(name == "or" for name, _ in placeholder.filters)


def _uncertain(graph: Graph, compiled: Compiled) -> frozenset[str]:
    """The paths that may be missing: fields that say so, optional form fields, and what is worked out from them."""
    uncertain = {path for path, field in compiled.schema.fields.items() if field.optional}
    asks: list[Ask] = [ask for step in graph.script.steps.values() for ask in step.asks]
    uncertain |= {f"ask.{ask.name}" for ask in asks if ask.optional and (not ask.default or ask.default in uncertain)}
    lets = [let for step in graph.script.steps.values() for let in step.lets]
    growing = True
    while growing:
        growing = False
        for let in lets:
            tree = compiled.trees.get(f"Let {let.name} {let.expression}")
            if let.name not in uncertain and tree is not None and _paths(tree) & uncertain:
                uncertain.add(let.name)
                growing = True
    return frozenset(uncertain)


def _paths(tree: Node) -> set[str]:
    return {path.text for path in paths_in(tree, behind_has=False)}


def _asked_before(path: str, condition: str, step: Step, graph: Graph, compiled: Compiled, known: Known) -> bool:
    """Whether the line, an If on entry, every way to the step, or its offer's eligibility asks for the value first."""
    if condition and path in compiled.all_paths(condition):
        return True
    if step.answers and any(one.condition and path in compiled.all_paths(one.condition) for one in step.branches):
        # Read on entry, they lead past the step.
        return True
    offer = known.offers.get(step.offer.offer) if step.offer else None
    if offer is not None and offer.eligible and path in compiled.all_paths(offer.eligible):
        return True
    ways = graph.ways_to(step.id)
    return (
        bool(ways)
        and step.id != graph.script.start
        and all(edge.condition and path in compiled.all_paths(edge.condition) for edge in ways)
    )


def _check_offers(script: Script, known: Known, found: Findings) -> None:
    if known.today is None:
        return
    for step in script.steps.values():
        offer = known.offers.get(step.offer.offer) if step.offer else None
        if offer is None or step.offer is None:
            continue
        if offer.valid_until is not None and offer.valid_until < known.today:
            message = f"{offer.name} ended on {offer.valid_until.isoformat()}, so this step only costs time."
            found.add("offer-not-valid", step.offer.place, message)
        elif offer.valid_from is not None and offer.valid_from > known.today:
            message = f"{offer.name} begins on {offer.valid_from.isoformat()}; until then the step makes no offer."
            found.add("offer-not-valid", step.offer.place, message)


def _check_lost(earlier: Script, script: Script, found: Findings) -> None:
    """Answers that agents had in the last release and would look for in vain."""
    for step in script.steps.values():
        before = earlier.steps.get(step.id)
        if before is None:
            continue
        words = {answer.text for answer in step.answers}
        ways = {(answer.key, answer.target.step, answer.target.script) for answer in step.answers}
        for answer in before.answers:
            way = (answer.key, answer.target.step, answer.target.script)
            if answer.text not in words and way not in ways:
                message = (
                    f'The last release had [{answer.key}] "{answer.text}" here. Put it back, or say why it is gone.'
                )
                found.add("lost-answer", step.place, message)
