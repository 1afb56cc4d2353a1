"""Mends a script where that is certain, and puts it into its canonical form."""

from __future__ import annotations

from dataclasses import dataclass

from app.scripts.mend import mended
from app.scripts.parse import parse_script
from app.scripts.printer import canonical


@dataclass(frozen=True, slots=True)
class Fixed:
    """The mended text, and the lines (from 1, of the text as it was) in which a sign or word was changed."""

    text: str
    lines: tuple[int, ...]


def fix_script(source: str) -> Fixed:
    """Mends what has one meaning only: signs of another keyboard, capitals, the word `reason`. Never raises.

    A line is changed only when it is in the grammar afterwards; the file is put into its canonical form only when all
    of it is.
    """
    rows = source.removeprefix("\ufeff").split("\n")
    wrong = _wrong_lines(source)
    changed: dict[int, str] = {}
    for line in sorted(wrong):
        if line <= len(rows):
            row = rows[line - 1].rstrip("\r")
            better = mended(row)
            if better != row:
                changed[line] = better
    while changed:
        attempt = list(rows)
        for line, row in changed.items():
            attempt[line - 1] = row
        still_wrong = _wrong_lines("\n".join(attempt)) & changed.keys()
        if not still_wrong:
            rows = attempt
            break
        changed = {line: row for line, row in changed.items() if line not in still_wrong}
    return Fixed(canonical("\n".join(rows) if changed else source), tuple(sorted(changed)))


def _wrong_lines(source: str) -> set[int]:
    return {problem.place.line for problem in parse_script(source, "script.call.md").problems}
