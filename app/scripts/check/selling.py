"""Offers: nothing is accepted without its terms, not too many saves, and no offer to who asked to cancel."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.offer import Offer, OfferKind
from app.scripts.check.findings import Findings
from app.scripts.check.graph import Edge, Graph, circles, targets_of
from app.scripts.check.known import Known
from app.scripts.model import Script, Step

# A script with more different ways through its offers than this is not followed further.
_MOST_WAYS = 64


def check_selling(graph: Graph, known: Known, found: Findings) -> None:
    """The rules about offers in one script."""
    unread: dict[str, frozenset[str]] = {}
    for step in graph.script.steps.values():
        offer = known.offers.get(step.offer.offer) if step.offer else None
        if offer is not None:
            _terms(step, offer, graph, unread, found)
    _saves(graph, known, found)
    _cancel(graph.script, known, found)


# An accept is on its way to the end with what it still needs, as ("read", id) and ("consent", id).
def _terms(step: Step, offer: Offer, graph: Graph, unread: dict[str, frozenset[str]], found: Findings) -> None:
    needs = _needs(offer) - _given(step)
    if offer.disclosure and _read_before(step, offer.disclosure, graph, unread):
        needs -= {("read", offer.disclosure)}
    for edge in graph.edges[step.id]:
        if edge.key == "A" and needs:
            missing = _escape(edge, needs, offer.id, graph)
            if missing:
                kind, id = missing
                line = f"Read: {id}" if kind == "read" else f'Consent: {id} "..."'
                message = f"{offer.name} can be accepted here and never meets {line}, which it needs."
                found.add("accept-without-terms", edge.place, message)


def _needs(offer: Offer) -> frozenset[tuple[str, str]]:
    wanted = (("read", offer.disclosure), ("consent", offer.consent))
    return frozenset((kind, id) for kind, id in wanted if id)


def _given(step: Step) -> frozenset[tuple[str, str]]:
    read = {("read", step.read.disclosure)} if step.read else set()
    return frozenset(read | ({("consent", step.consent.consent)} if step.consent else set()))


def _read_before(step: Step, disclosure: str, graph: Graph, unread: dict[str, frozenset[str]]) -> bool:
    """Whether every way to the step has passed the disclosure; a step that an If can skip does not count.

    `unread` keeps, by disclosure, the steps that can be reached without it.
    """
    if disclosure not in unread:
        reading = frozenset(
            one.id
            for one in graph.script.steps.values()
            if one.read is not None and one.read.disclosure == disclosure and not (one.answers and one.branches)
        )
        unread[disclosure] = graph.reachable_without(reading) if reading else frozenset(graph.script.steps)
    return step.id not in unread[disclosure]


def _escape(edge: Edge, needs: frozenset[tuple[str, str]], offer: str, graph: Graph) -> tuple[str, str] | None:
    """What is still missing where some way ends or goes on to other business; None where none does."""
    waiting = [(edge, needs)]
    seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()
    while waiting:
        edge, open_needs = waiting.pop()
        step = graph.script.steps.get(edge.target.step)
        if step is None:
            return min(open_needs)
        if step.offer is not None and step.offer.offer == offer:
            # Back at the offer the customer decides anew.
            continue
        open_needs -= _given(step)
        if not open_needs or (step.id, open_needs) in seen:
            continue
        seen.add((step.id, open_needs))
        if step.end is not None or step.offer is not None or step.requests:
            return min(open_needs)
        for following in graph.edges[step.id]:
            # A no to the consent declines, so nothing is accepted on that way.
            if following.how == "objection" or (step.consent is not None and following.key == "2"):
                continue
            waiting.append((following, open_needs))
    return None


def _saves(graph: Graph, known: Known, found: Findings) -> None:
    limits = [policy.save_offers for policy in known.policies.values()]
    if not limits or 0 in limits:
        return
    limit = max(limits)
    steps = graph.script.steps
    offered = {
        step.id: step.offer.offer
        for step in steps.values()
        if step.offer and (offer := known.offers.get(step.offer.offer)) and offer.kind is OfferKind.SAVE
    }
    if len(set(offered.values())) <= limit:
        return
    # Groups come later ones first, so that the ways onward from a group are known when it is reached.
    ways: dict[str, set[frozenset[str]]] = {}
    for group in circles(graph):
        own = frozenset(offered[step] for step in group if step in offered)
        onward = {way for step in group for edge in graph.edges[step] for way in ways.get(edge.step, ())}
        all_ways = {own | way for way in onward} or {own}
        kept = set(sorted(all_ways, key=len, reverse=True)[:_MOST_WAYS])
        ways.update((step, kept) for step in group)
    worst = max(ways.get(graph.script.start, {frozenset()}), key=len)
    if len(worst) > limit:
        last = next(step for step in reversed(list(steps.values())) if offered.get(step.id) in worst)
        message = f"A call can meet {len(worst)} save offers in this script; no policy allows more than {limit}."
        found.add("too-many-saves", last.offer.place if last.offer else last.place, message)


def _cancel(script: Script, known: Known, found: Findings) -> None:
    place = script.steps[script.start].place
    if not script.cancel:
        if script.kind == "save":
            message = "A save script says in its header where the Cancel key goes: cancel: cancel-service"
            found.add("save-without-cancel", place, message)
        return
    if script.cancel not in known.scripts:
        message = f'The Cancel key leads to "{script.cancel}", which the library does not have.'
        found.unknown("unknown-script", place, message, script.cancel, known.scripts)
        return
    maker = _offering(script.cancel, known.scripts)
    if maker is not None:
        message = f'The Cancel key leads to "{script.cancel}", where "{maker}" makes another offer.'
        found.add("cancel-makes-offer", place, message)


def _offering(start: str, scripts: Mapping[str, Script]) -> str | None:
    """The script with an offer that can be reached from this one by handing over; None for none."""
    seen, waiting = {start}, [start]
    while waiting:
        script = scripts.get(waiting.pop())
        for step in script.steps.values() if script else ():
            if step.offer is not None and script:
                return script.id
            for target in targets_of(step):
                if target.script and target.script not in seen:
                    seen.add(target.script)
                    waiting.append(target.script)
    return None
