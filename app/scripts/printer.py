"""From a script back to its text, in the canonical form; and single steps put in place of others.

Canonical is: one blank behind every sign and keyword, none at the end of a line, an empty line before each step and
none within it but before comments, a line feed at the end of each line. The order of lines is the trainer's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.scripts.model import Answer, Ask, Comment, Line, Place, Script, Step, Target
from app.scripts.parse import parse_script

_DEFAULTS = ("start", "cancel", "language")
# From two of a unit on, waits are written in it.
_UNITS = ((3600, "h"), (60, "m"), (1, "s"))


class StepEditError(ValueError):
    """A step cannot be put in place; the text says why."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A printed line and where it stood; `part` orders lines that stood nowhere, `apart` asks for an empty line."""

    line: int
    part: int
    text: str
    apart: bool = False


def print_script(script: Script) -> str:
    """The text of a script; for a script that was read from a canonical file the same bytes."""
    comments = list(script.comments)
    rows = _header(script, comments)
    body = [_Row(one.place.line, 0, _comment(one), one.apart) for one in comments]
    for step in script.steps.values():
        body += _step_rows(step)
    # A comment right above a heading belongs to it: the empty line is before the comment.
    headed = _touching(script, comments)
    for row in sorted(body, key=lambda one: (one.line, one.part)):
        is_heading = row.part == 1
        if row.apart and not (is_heading and row.line in headed):
            rows.append("")
        rows.append(row.text)
    return "\n".join(rows) + "\n"


def canonical(source: str) -> str:
    """A script's text in the canonical form; as it is where it has lines that are not in the grammar."""
    parsed = parse_script(source, "script.call.md")
    if parsed.script is None or parsed.problems:
        return source
    return print_script(parsed.script)


def print_step(step: Step) -> str:
    """The lines of one step, heading first."""
    return "\n".join(row.text for row in sorted(_step_rows(step), key=lambda one: (one.line, one.part))) + "\n"


def edit_step(source: str, step_id: str, new_step: str) -> str:
    """The source with the lines of one step replaced, and no other byte changed; raises StepEditError.

    `new_step` begins with its heading and has no other. Comments above the heading stay.
    """
    script = parse_script(source, "script.call.md").script
    step = script.steps.get(step_id) if script else None
    if step is None:
        raise StepEditError(f'There is no step "{step_id[:60]}" to change.')
    lines = [line.rstrip() for line in new_step.strip("\r\n").replace("\r\n", "\n").split("\n")]
    if not lines[0].startswith("## ") or any(line.startswith("## ") for line in lines[1:]):
        raise StepEditError("A step begins with its heading, ## and the id, and has one heading only.")
    rows = source.split("\n")
    # Where the file has Windows line ends, the new lines have them as well.
    end = "\r" if rows[step.first_line - 1].endswith("\r") else ""
    new = [line + end for line in lines]
    if step.last_line == len(rows):
        new[-1] = lines[-1]
    return "\n".join([*rows[: step.first_line - 1], *new, *rows[step.last_line :]])


def _header(script: Script, comments: list[Comment]) -> list[str]:
    """The header between its ---; takes out the comments that stand within it."""
    fields = dict(script.header)
    if not fields:
        fields = {"script": script.id, "title": script.title, "kind": script.kind}
        defaults = {"start": next(iter(script.steps), ""), "cancel": "", "language": "en"}
        fields |= {key: getattr(script, key) for key in _DEFAULTS if getattr(script, key) != defaults[key]}
    rows = ["---"]
    for key, value in fields.items():
        while comments and comments[0].place.line == len(rows) + 1:
            rows.append(_comment(comments.pop(0)))
        rows.append(f"{key}: {value}".rstrip())
    first = comments[0] if comments else None
    while first is not None and first.place.line == len(rows) + 1 and not first.apart:
        rows.append(_comment(comments.pop(0)))
        first = comments[0] if comments else None
    return [*rows, "---"]


def _comment(comment: Comment) -> str:
    return f"// {comment.text}".rstrip()


def _touching(script: Script, comments: list[Comment]) -> frozenset[int]:
    """The lines of headings above which there are comments and no empty line."""
    apart: dict[int, bool] = {}
    for comment in comments:
        line = comment.place.line
        apart[line] = comment.apart or apart.get(line - 1, False)
    return frozenset(step.first_line for step in script.steps.values() if apart.get(step.first_line - 1, False))


def _step_rows(step: Step) -> list[_Row]:
    rows = [_Row(step.first_line, 1, _heading(step), True)]
    for part, (place, text) in enumerate(_lines(step), start=2):
        rows.append(_Row(place.line, part, text))
    return rows


def _heading(step: Step) -> str:
    title = f": {step.title}" if step.titled else ""
    return "".join((f"## {step.id}{title}", *(f" #{tag}" for tag in step.tags)))


def _lines(step: Step) -> Iterator[tuple[Place, str]]:
    """Every line of a step in the order in which it is written anew; lines that were read have their own."""
    for number, phrasing in enumerate(step.phrasings):
        if number:
            yield phrasing.lines[0].place, "or"
        for line in phrasing.lines:
            yield line.place, f"> {_with_condition(line)}"
    for line in step.points:
        yield line.place, f"* {_with_condition(line)}"
    for line in step.notes:
        yield line.place, f"Note: {_with_condition(line)}"
    if step.picture:
        yield step.picture_place, f"Show: {step.picture}"
    for ask in step.asks:
        yield ask.place, f"Ask: {_ask(ask)}"
    for let in step.lets:
        yield let.place, f"Let: {let.name} = {let.expression}"
    yield from _single(step)
    for branch in step.branches:
        words = f"If: {branch.condition}" if branch.condition else "Else:"
        yield branch.place, f"{words} {_target(branch.target)}"
    for objection in step.objections:
        phrases = " | ".join(f'"{phrase}"' for phrase in objection.phrases)
        yield objection.place, f"Objection: {phrases} {_target(objection.target)}"
    for answer in step.answers:
        yield answer.place, _answer(answer)
    for request in step.requests:
        yield request.place, f"{request.verb.capitalize()}: {request.what}"
    if step.end:
        reason = f", reason {step.end.reason}" if step.end.reason else ""
        yield step.end.place, f"End: {step.end.outcome}{reason}"


def _single(step: Step) -> Iterator[tuple[Place, str]]:
    """The lines of which a step has one at most."""
    if step.verify:
        yield step.verify.place, f"Verify: {' | '.join(step.verify.methods)}"
    if step.offer:
        yield step.offer.place, f"Offer: {step.offer.offer}{', best first' if step.offer.best_first else ''}"
    if step.read:
        yield step.read.place, f"Read: {step.read.disclosure}"
    if step.consent:
        yield step.consent.place, f'Consent: {step.consent.consent} "{step.consent.question}"'
    if step.wait:
        yield step.wait.place, f"Wait: {_duration(step.wait.seconds)} {step.wait.text}"


def _with_condition(line: Line) -> str:
    return f"{line.text} {{if {line.condition}}}" if line.condition else line.text


def _answer(answer: Answer) -> str:
    condition = f" {{if {answer.condition}}}" if answer.condition else ""
    return f"- [{answer.key}] {answer.text}{condition} {_target(answer.target)}"


def _target(target: Target) -> str:
    if target.step:
        return f"-> {target.step}"
    return f"=> {target.script} then {target.then}" if target.then else f"=> {target.script}"


def _ask(ask: Ask) -> str:
    inside = [f"choice({', '.join(ask.choices)})" if ask.type == "choice" else ask.type]
    inside += ["secret"] if ask.secret else []
    inside += ["optional"] if ask.optional else []
    inside += [f"default {ask.default}"] if ask.default else []
    return f"{ask.name} ({', '.join(inside)}) {ask.label}"


def _duration(seconds: int) -> str:
    """In the largest unit in which it is a whole number, and not one alone."""
    fitting = ((size, unit) for size, unit in _UNITS if seconds % size == 0 and (seconds >= 2 * size or size == 1))
    size, unit = next(fitting)
    return f"{seconds // size}{unit}"
