"""Every rule: its id, how grave it is, and what a trainer should know about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.scripts.model import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the checker. `help` says why it is there and what to do."""

    id: str
    severity: Severity
    help: str


_ERRORS = {
    "syntax": "A line is not in the grammar. Cuecard refuses it rather than guess: a mistyped word must not be spoken.",
    "unknown-step": "An arrow or visits() names a step that this script does not have.",
    "unknown-script": "A hand-over or cancel: names a script that the library does not have.",
    "unknown-variable": "A condition or a placeholder names something that is not declared.",
    "unknown-condition": "A named condition is not in conditions.yaml.",
    "unknown-filter": "A placeholder uses a filter that there is not.",
    "unknown-offer": "Offer: names an offer that is in no catalogue.",
    "unknown-disclosure": "Read:, or an offer, names a disclosure that is not in the library.",
    "unknown-outcome": "End: names an outcome or a reason that is not in dispositions.yaml.",
    "unknown-action": "Do:, or an offer, names an action that no CRM knows.",
    "unknown-method": "Verify: names a way to verify that no policy allows.",
    "unknown-picture": "Show: names a picture that the library does not have.",
    "unknown-policy": "A condition or a disclosure names a jurisdiction for which there is no policy.",
    "unknown-interrupt": "A policy suppresses offers after an interrupt that interrupts.yaml does not have.",
    "unknown-alert": "A route names a kind of alert that the list alerts in routes.yaml does not have.",
    "duplicate-route": "Two routes are for the same calls; only the first would ever count.",
    "unknown-file": "A file in the library's folder is none that Cuecard reads, so what it says would be lost.",
    "type-error": "Values are put together that do not go together, such as a date and money.",
    "duplicate-step": "Two steps have the same id.",
    "duplicate-script": "Two files have the same script id.",
    "duplicate-offer": "Two offers of the catalogue have the same id.",
    "duplicate-key": "Two answers of a step are under the same key.",
    "reserved-key": "A, D and L belong to offer steps: accepted, declined, later.",
    "tag-without-line": "A step is tagged as something that no line of it does.",
    "fixed-answers": "With Verify answer 1 is yes; with Consent answers 1 and 2 are yes and no; #return has none.",
    "objection-target": "An objection opens a step tagged #return, which leads back.",
    "if-without-else": "A step without answers must say with Else where it goes when no If holds.",
    "end-goes-on": "A step that ends the script has no answers and no If.",
    "else-with-answers": "In a step with answers Ifs are read on entry; an Else would always lead away from it.",
    "never-taken": "A form field or value in a step that ends or returns would never be taken.",
    "dead-end": "From here the agent cannot go on: no answer, no Else, no End.",
    "loop-without-exit": "From here every way leads round in a circle; no End and no other script is ever reached.",
    "sensitive-before-identity": "Masked account data would be shown before the caller is verified.",
    "accept-without-terms": "An accept can reach the end without the Read or Consent that its offer needs.",
    "too-many-saves": "A path makes more save offers than any policy allows in one call.",
    "save-without-cancel": "A save script needs cancel: in its header, so that the Cancel key has somewhere to go.",
    "cancel-makes-offer": "Whoever asked to cancel, or whose interrupt ends all selling, is not made another offer.",
    "promised-too-early": "The text says that something is active or done although nothing has confirmed it yet.",
    "competitor-claim": "Another company is spoken of only in approved claims with source and expiry, word for word.",
    "translation-differs": "A translation has the steps, keys, conditions and arrows of its original.",
    "bad-suppression": "A comment // check: names a rule that there is not, an error, or no reason.",
    "forbidden-field": "The customer's age, name, address and what can stand in for them must not decide anything.",
}
_WARNINGS = {
    "unreachable-step": "No answer, If or objection leads to this step.",
    "unreachable-route": "A route is never come to, since one before it fits wherever it does.",
    "transfer-without-number": "Transfer: names a queue for which routes.yaml has no number, while it has some.",
    "constant-condition": "A condition is true, or false, for all values at and beside those that it names.",
    "overlapping-cases": "An If is never taken, since one before it holds wherever it does.",
    "missing-case": "All answers of a step, or all lines of a text, have conditions, and for some values none holds.",
    "missing-fallback": "A value that may be missing would be a visible gap in what the agent says.",
    "missing-translation": "A translation that the header promises is missing, or a text in it still the original's.",
    "unused-field": "The agent fills in a form field that nothing reads, and that goes along with no request.",
    "lost-answer": "An answer that agents had in the last release is gone.",
    "offer-not-valid": "The offer has ended, or has not begun, on the day of the check.",
    "card-data": "A text asks for card data. It must never be spoken or typed where a call is recorded.",
    "hard-to-read": "Long words in long sentences are hard to say and hard to follow by ear (Flesch's reading ease).",
    "unused-suppression": "A comment // check: answers for a finding that is not there any more.",
    "too-long": "What is said takes more than 20 seconds (at 2.5 words a second). Divide it.",
}

RULES: Mapping[str, Rule] = MappingProxyType(
    {id: Rule(id, Severity.ERROR, text) for id, text in _ERRORS.items()}
    | {id: Rule(id, Severity.WARNING, text) for id, text in _WARNINGS.items()}
)
