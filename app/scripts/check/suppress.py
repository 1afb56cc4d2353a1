"""Findings that a trainer has looked at and answers for: `// check: rule-id: reason`."""

from __future__ import annotations

import re

from app.scripts.check.findings import Findings
from app.scripts.check.rules import RULES
from app.scripts.model import Comment, Problem, Script, Severity
from app.scripts.suggest import closest, did_you_mean

_CHECK = re.compile(r"check\s*:\s*([^:\s]*)\s*:?\s*(.*)", re.IGNORECASE)
# Errors that are judged by the words of a text, and may be wrong about it.
JUDGED_BY_WORDS = frozenset(("promised-too-early",))


def suppress(script: Script, found: Findings) -> None:
    """Takes out what comments answer for, and reports comments that are wrong or answer for nothing.

    A comment within a step, or right above its heading, is for that step; one above all steps is for the whole file.
    """
    for comment in script.comments:
        if not comment.text.lower().startswith("check"):
            continue
        match = _CHECK.fullmatch(comment.text)
        if match is not None:
            _apply(comment, match.group(1), match.group(2), script, found)


def _apply(comment: Comment, rule: str, reason: str, script: Script, found: Findings) -> None:
    known = RULES.get(rule)
    if known is None:
        fix = closest(rule, RULES)
        message = f'There is no rule "{rule[:40]}".' + did_you_mean(fix)
        found.add("bad-suppression", comment.place, message, fix)
        return
    if known.severity is Severity.ERROR and rule not in JUDGED_BY_WORDS:
        found.add(
            "bad-suppression", comment.place, f'"{rule}" is an error and must be mended; no comment answers for it.'
        )
        return
    if not reason:
        message = f"Say why: // check: {rule}: the reason"
        found.add("bad-suppression", comment.place, message)
        return
    first, last = _extent(comment, script)
    left = [one for one in found.problems if not _answered(one, rule, first, last)]
    if len(left) < len(found.problems):
        found.problems[:] = left
    else:
        message = f'There is nothing here for "{rule}" to answer for. Take the comment out.'
        found.add("unused-suppression", comment.place, message)


def _answered(problem: Problem, rule: str, first: int, last: int) -> bool:
    return problem.rule == rule and first <= problem.place.line <= last


def _extent(comment: Comment, script: Script) -> tuple[int, int]:
    """The lines that a comment answers for."""
    line = comment.place.line
    steps = list(script.steps.values())
    for number, step in enumerate(steps):
        if step.first_line <= line <= step.last_line:
            return step.first_line, step.last_line
        if line < step.first_line:
            touching = _touches(line, step.first_line, script)
            return (line, step.last_line) if touching or number > 0 else (1, steps[-1].last_line)
    return (1, steps[-1].last_line) if steps else (line, line)


def _touches(line: int, heading: int, script: Script) -> bool:
    """Whether there are only comments between the line and the heading."""
    comments = {comment.place.line for comment in script.comments}
    return all(one in comments for one in range(line, heading))
