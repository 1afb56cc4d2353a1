"""Translations: the same call in other words, so the same steps, keys and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.scripts.check.findings import Findings
from app.scripts.check.known import Known
from app.scripts.model import Place, Script, Step

_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
# Shorter texts are often the same in two languages.
_FEWEST_WORDS = 5


def check_languages(script: Script, known: Known, found: Findings) -> None:
    """The languages that a script's header promises."""
    for language in _wanted(script):
        place = next(iter(script.steps.values())).place
        if not _LANGUAGE.fullmatch(language):
            message = f'languages: is codes with commas between them (es, pt-BR); not "{language[:20]}".'
            found.add("missing-translation", place, message)
        elif (script.id, language) not in known.translations:
            message = f"The header promises this script in {language}; {script.id}.{language}.call.md is missing."
            found.add("missing-translation", place, message)


def _wanted(script: Script) -> tuple[str, ...]:
    return tuple(part.strip() for part in script.header.get("languages", "").split(",") if part.strip())


def check_translation(original: Script | None, script: Script, found: Findings) -> None:
    """What differs from the original but the words."""
    first = next(iter(script.steps.values())).place
    if original is None:
        found.add("translation-differs", first, f'There is no script "{script.id}" that this could translate.')
        return
    for what in ("kind", "start", "cancel"):
        if getattr(script, what) != getattr(original, what):
            message = f"The original has {what}: {getattr(original, what) or 'nothing'}. A translation has the same."
            found.add("translation-differs", first, message)
    for id in original.steps:
        if id not in script.steps:
            found.add("translation-differs", first, f'The step "{id}" of the original is missing here.')
    if [id for id in original.steps if id in script.steps] != [id for id in script.steps if id in original.steps]:
        found.add("translation-differs", first, "The steps stand in another order than in the original.")
    for step in script.steps.values():
        before = original.steps.get(step.id)
        if before is None:
            found.add("translation-differs", step.place, f'The original has no step "{step.id}".')
            continue
        for message, place in _differences(before, step):
            found.add("translation-differs", place, message)
        _check_words(before, step, found)


def _differences(before: Step, step: Step) -> Iterator[tuple[str, Place]]:
    here, there = _shape(step), _shape(before)
    for what, value in there.items():
        if here[what] != value:
            yield f"The original has {what} {_shown(value)}; here it is {_shown(here[what])}.", step.place
    answers = {answer.key: answer for answer in step.answers}
    wanted = {answer.key: answer for answer in before.answers}
    for key, answer in wanted.items():
        own = answers.get(key)
        if own is None:
            yield f'The answer [{key}] "{answer.text}" of the original is missing.', step.place
        elif _way(own) != _way(answer):
            yield (
                f"The answer [{key}] leads elsewhere, or is shown under another condition, than the original.",
                own.place,
            )
    for key in answers.keys() - wanted.keys():
        yield f"The original has no answer [{key}] in this step.", answers[key].place


def _way(answer: object) -> tuple[object, ...]:
    target = answer.target  # type: ignore[attr-defined]
    return (
        target.step,
        target.script,
        target.then,
        answer.condition,  # type: ignore[attr-defined]
        answer.each,  # type: ignore[attr-defined]
        answer.name,  # type: ignore[attr-defined]
    )


def _shape(step: Step) -> Mapping[str, object]:
    """Everything of a step but its words."""
    return {
        "tags": step.tags,
        "If and Else": tuple(
            (one.condition, one.target.step, one.target.script, one.target.then) for one in step.branches
        ),
        "Let": tuple((one.name, one.expression) for one in step.lets),
        "Ask": tuple((one.name, one.type, one.secret, one.optional, one.choices, one.default) for one in step.asks),
        "Verify": step.verify.methods if step.verify else (),
        "Offer": (step.offer.offer, step.offer.best_first) if step.offer else (),
        "Read": step.read.disclosure if step.read else "",
        "Consent": step.consent.consent if step.consent else "",
        "Objection": tuple(one.target.step for one in step.objections),
        "Wait": step.wait.seconds if step.wait else 0,
        "Show": step.picture,
        "requests": tuple((one.verb, one.what) for one in step.requests),
        "End": (step.end.outcome, step.end.reason) if step.end else (),
    }


def _shown(value: object) -> str:
    if not value:
        return "nothing"
    return ", ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _check_words(before: Step, step: Step, found: Findings) -> None:
    """What is said in the original's own words has not been translated yet."""
    old = {line.text for phrasing in before.phrasings for line in phrasing.lines}
    for phrasing in step.phrasings:
        for line in phrasing.lines:
            if line.text in old and len(line.text.split()) >= _FEWEST_WORDS:
                found.add(
                    "missing-translation", line.place, "This is still in the words of the original. Translate it."
                )
