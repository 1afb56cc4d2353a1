"""What a script names must be there; keys, tags and fixed answers must fit their step."""

from __future__ import annotations

from collections.abc import Iterator

from app.scripts.check.compiled import Compiled
from app.scripts.check.findings import Findings
from app.scripts.check.graph import targets_of
from app.scripts.check.known import Known
from app.scripts.expressions import Node
from app.scripts.expressions.tree import Binary, Literal, Path, nodes_in
from app.scripts.model import Script, Step, Target
from app.scripts.names import ACTIONS

_JURISDICTION = "account.jurisdiction"


def check_references(script: Script, known: Known, found: Findings) -> None:
    """Steps, scripts, offers, disclosures, outcomes, actions, ways to verify and pictures that are not there."""
    policies = known.policies.values()
    methods = {method for policy in policies for method in policy.identity_methods}
    if not all(policy.identity_methods for policy in policies):
        # A policy that names no ways allows every one.
        methods = set()
    for step in script.steps.values():
        for target in targets_of(step):
            _target(target, script, known, found)
        _names(step, known, methods, found)
        _keys(step, found)
        _shape(step, script, found)


def check_policies(compiled: Compiled, known: Known, found: Findings) -> None:
    """Jurisdictions that conditions compare with, and for which there is no policy."""
    if not known.policies:
        return
    for source, place in compiled.conditions:
        if _JURISDICTION not in source:
            continue
        for name in _compared(compiled.trees.get(source)):
            if name not in known.policies:
                message = f'There is no policy "{name[:60]}" in policies/.'
                found.unknown("unknown-policy", place, message, name, known.policies)


def _compared(tree: Node | None) -> Iterator[str]:
    """The texts with which account.jurisdiction is compared."""
    for node in nodes_in(tree) if tree is not None else ():
        if not isinstance(node, Binary) or node.operator not in ("==", "!=", "in"):
            continue
        if any(isinstance(side, Path) and side.text == _JURISDICTION for side in (node.left, node.right)):
            for one in (*nodes_in(node.left), *nodes_in(node.right)):
                if isinstance(one, Literal) and isinstance(one.value, str):
                    yield one.value


def _target(target: Target, script: Script, known: Known, found: Findings) -> None:
    wanted = target.step or target.then
    if wanted and wanted not in script.steps:
        found.unknown("unknown-step", target.place, f'There is no step "{wanted}".', wanted, script.steps)
    if target.script and target.script not in known.scripts:
        message = f'There is no script "{target.script}".'
        found.unknown("unknown-script", target.place, message, target.script, known.scripts)


def _names(step: Step, known: Known, methods: set[str], found: Findings) -> None:
    if step.offer and step.offer.offer not in known.offers:
        message = f'There is no offer "{step.offer.offer}" in the catalogue.'
        found.unknown("unknown-offer", step.offer.place, message, step.offer.offer, known.offers)
    if step.read and step.read.disclosure not in known.disclosures:
        message = f'There is no disclosure "{step.read.disclosure}".'
        found.unknown("unknown-disclosure", step.read.place, message, step.read.disclosure, known.disclosures)
    if step.end and step.end.outcome not in known.outcomes:
        message = f'There is no outcome "{step.end.outcome}" in dispositions.yaml.'
        found.unknown("unknown-outcome", step.end.place, message, step.end.outcome, known.outcomes)
    if step.end and step.end.reason and step.end.reason not in known.reasons:
        message = f'There is no reason "{step.end.reason}" in dispositions.yaml.'
        found.unknown("unknown-outcome", step.end.place, message, step.end.reason, known.reasons)
    for request in step.requests:
        if request.verb == "do" and request.what not in ACTIONS:
            message = f'There is no action "{request.what}" ({", ".join(ACTIONS)}).'
            found.unknown("unknown-action", request.place, message, request.what, ACTIONS)
    for method in step.verify.methods if step.verify and methods else ():
        if step.verify and method not in methods:
            message = f'No policy allows to verify by "{method}".'
            found.unknown("unknown-method", step.verify.place, message, method, methods)
    if step.picture and step.picture not in known.pictures:
        message = f'There is no picture "{step.picture}" in the library\'s folder pictures/.'
        found.unknown("unknown-picture", step.place, message, step.picture, known.pictures)


def _keys(step: Step, found: Findings) -> None:
    seen: set[str] = set()
    for answer in step.answers:
        if answer.key in seen and answer.key != "*":
            found.add("duplicate-key", answer.place, f"[{answer.key}] is taken in this step. Use another key.")
        if answer.key in "ADL" and step.offer is None:
            message = f"[{answer.key}] is for offer steps. Use a digit, or put the offer here with Offer:."
            found.add("reserved-key", answer.place, message)
        seen.add(answer.key)


def _shape(step: Step, script: Script, found: Findings) -> None:
    for tag, there, line in (
        ("identity", step.verify, "Verify:"),
        ("offer", step.offer, "Offer:"),
        ("disclosure", step.read or step.consent, "Read: or Consent:"),
    ):
        if tag in step.tags and there is None:
            found.add("tag-without-line", step.place, f"The step is tagged #{tag} but has no line {line}.")
    keys = {answer.key for answer in step.answers}
    if step.verify and "1" not in keys:
        found.add("fixed-answers", step.verify.place, "With Verify the step needs answer [1]: the caller is verified.")
    if step.consent and not {"1", "2"} <= keys:
        found.add("fixed-answers", step.consent.place, "With Consent the step needs the answers [1] yes and [2] no.")
    if "return" in step.tags and (step.answers or step.branches or step.end):
        message = "A #return step has no answers, no If and no End of its own: it leads back by itself."
        found.add("fixed-answers", step.place, message)
    for objection in step.objections:
        target = script.steps.get(objection.target.step)
        if target is not None and "return" not in target.tags:
            message = f'The step "{target.id}" must be tagged #return, so that it leads back from the objection.'
            found.add("objection-target", objection.target.place, message)
