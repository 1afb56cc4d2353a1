"""From the text of a `.call.md` file to a script, with the place of every line; never stops at the first error.

The grammar with an example for each line is in `resources/help/script-language.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from app.scripts.line_parts import SCRIPT_ID, STEP_ID, LineError, place_of
from app.scripts.mend import mended
from app.scripts.model import Comment, Place, Problem, Script, Severity, Step
from app.scripts.parse_step import StepBuilder, read_into
from app.scripts.suggest import closest, did_you_mean

LARGEST_FILE = 1_000_000
MOST_STEPS = 5_000
LONGEST_LINE = 4_000
# A file that is no script at all gives an error per line; nobody reads more of them than this.
MOST_PROBLEMS = 200

KINDS = ("troubleshoot", "save", "upsell", "verify", "care", "process", "wrap-up")
TAGS = ("identity", "offer", "disclosure", "return")
HEADER_KEYS = ("script", "title", "kind", "start", "cancel", "language", "languages", "phrases", "about")

_HEADER = re.compile(r"([A-Za-z_-]+)\s*:\s*(.*)")
_TAG = re.compile(r"\s#(\S+)\s*$")
# Control characters, line ends that are none, and signs that show a text in another order than it has.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read: the script as far as it could be made out (None: nothing of it) and every problem found."""

    script: Script | None
    problems: tuple[Problem, ...]


def _has_unseen(text: str) -> bool:
    # What Python calls printable has none of them, and is seen faster.
    return not text.isprintable() and _UNSEEN.search(text) is not None


def _indent(row: str) -> int:
    """The column of the first sign."""
    return 1 if row[0] not in " \t" else len(row) - len(row.lstrip()) + 1


def parse_script(source: str, file: str) -> Parsed:
    """Reads a script. `file` is its path below `scripts_library/`, for the problems. Never raises."""
    if len(source) > LARGEST_FILE:
        too_large = f"The file has more than {LARGEST_FILE:,} characters. Divide the script."
        return Parsed(None, (Problem("syntax", Severity.ERROR, file, Place(1), too_large),))
    return _Reader(file).read(source)


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.header: dict[str, str] = {}
        self.header_places: dict[str, Place] = {}
        self.steps: dict[str, Step] = {}
        self.step: StepBuilder | None = None
        self.comments: list[Comment] = []

    def read(self, source: str) -> Parsed:
        rows = [row.rstrip("\r") for row in source.removeprefix("\ufeff").split("\n")]
        body = self._read_header(rows)
        last_line = body
        # After an empty line comments belong to what follows; the step before ends with what it says or does.
        apart = False
        for number in range(body, len(rows)):
            row = rows[number]
            text = row.strip()
            if not text:
                apart = True
                continue
            line = number + 1
            if len(self.problems) >= MOST_PROBLEMS:
                break
            if text.startswith("//"):
                self._read_comment(text, line, _indent(row), rows[number - 1])
                if apart:
                    continue
            elif row.startswith("## "):
                self._close_step(last_line)
                self._open_step(row.rstrip(), line)
            else:
                self._read_line(text, line, _indent(row))
            last_line, apart = line, False
        self._close_step(last_line)
        return Parsed(self._script(), tuple(self.problems))

    def _problem(self, message: str, place: Place, suggestion: str = "", rule: str = "syntax") -> None:
        self.problems.append(Problem(rule, Severity.ERROR, self.file, place, message, suggestion))

    # Header

    def _read_header(self, rows: list[str]) -> int:
        """Reads what stands between the `---`; the index of the first row behind it."""
        first = next((index for index, row in enumerate(rows) if row.strip()), 0)
        if not rows or rows[first].strip() != "---":
            self._problem("The file does not begin with --- and the lines script:, title: and kind:.", Place(first + 1))
            return 0
        for index in range(first + 1, len(rows)):
            row = rows[index].strip()
            if row == "---":
                return index + 1
            if row.startswith("## "):
                self._problem("The header is not closed. Put --- before the first step.", Place(index + 1))
                return index
            if row.startswith("//"):
                self._read_comment(row, index + 1, 1, rows[index - 1])
            elif row:
                self._read_header_line(row, index + 1)
        self._problem("The header is not closed. Put --- behind it.", Place(len(rows)))
        return len(rows)

    def _read_header_line(self, row: str, line: int) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        match = _HEADER.fullmatch(row) if len(row) <= LONGEST_LINE and not _has_unseen(row) else None
        if match is None:
            self._problem("A line of the header is a word, a colon and its value: kind: save", place_of(row, line, 1))
            return
        key, value = match.groups()
        if key not in HEADER_KEYS:
            fix = closest(key, HEADER_KEYS)
            message = f'"{key[:40]}" is not known in the header ({", ".join(HEADER_KEYS)}).' + did_you_mean(fix)
            self._problem(message, place_of(key, line, 1), fix)
        elif key in self.header:
            self._problem(f"The header says {key}: twice. Keep one.", place_of(key, line, 1))
        else:
            self.header[key] = value
            self.header_places[key] = place_of(value, line, match.start(2) + 1)

    # Steps

    def _open_step(self, row: str, line: int) -> None:
        if len(row) > LONGEST_LINE or _has_unseen(row):
            message = f"The line is over {LONGEST_LINE:,} signs long, or has signs that cannot be seen. Write it anew."
            self._problem(message, Place(line))
            return
        tags: list[str] = []
        heading = row
        while "#" in heading[3:] and (match := _TAG.search(heading)):
            tag = match.group(1)
            if tag not in TAGS:
                fix = closest(tag, TAGS)
                column = match.start(1) + 1
                message = f"#{tag[:40]} is no tag; there are #{', #'.join(TAGS)}." + did_you_mean(fix)
                self._problem(message, place_of(tag, line, column), fix)
            else:
                tags.insert(0, tag)
            heading = heading[: match.start()]
        name, _, title = heading[3:].partition(":")
        name = name.strip()
        place = place_of(name, line, 4 + len(heading[3:]) - len(heading[3:].lstrip()))
        if not STEP_ID.fullmatch(name):
            fix = re.sub(r"[^a-z0-9]+", "_", name.lower()[:60]).strip("_")
            fix = fix if STEP_ID.fullmatch(fix) else ""
            message = f'"{name[:40]}" is no id of a step; ids have small letters, digits and _.' + did_you_mean(fix)
            self._problem(message, place, fix)
        elif name in self.steps:
            there = self.steps[name].first_line
            self._problem(
                f'The step "{name}" is already in line {there}. Give this one another id.', place, "", "duplicate-step"
            )
        elif len(self.steps) == MOST_STEPS:
            self._problem(f"The script has more than {MOST_STEPS:,} steps. Divide it.", place)
        # A step that could not be taken is read all the same, so that the problems of its lines are seen.
        shown = title.strip() or name.replace("_", " ").capitalize()
        self.step = StepBuilder(name, shown, tuple(tags), place, line, bool(title.strip()))

    def _close_step(self, last_line: int) -> None:
        step, self.step = self.step, None
        if step is None:
            return
        if step.last == "or":
            self._problem("or is followed by another way to say it. Write it, or take or out.", Place(last_line))
        if STEP_ID.fullmatch(step.id) and step.id not in self.steps and len(self.steps) < MOST_STEPS:
            self.steps[step.id] = step.finish(last_line)

    # Lines

    def _read_comment(self, text: str, line: int, column: int, before: str) -> None:
        if _has_unseen(text):
            self._problem("The comment contains signs that cannot be seen. Write it anew.", Place(line, column))
            return
        self.comments.append(Comment(text[2:].strip(), place_of(text, line, column), not before.strip()))

    def _read_line(self, text: str, line: int, column: int) -> None:
        step = self.step
        if step is None:
            self._problem(
                "Before the first step there is nothing but comments. A step begins with ## and its id.", Place(line)
            )
            return
        if len(text) > LONGEST_LINE or _has_unseen(text):
            reason = (
                "contains signs that cannot be seen"
                if len(text) <= LONGEST_LINE
                else f"is over {LONGEST_LINE:,} signs long"
            )
            self._problem(f"The line {reason}. Write it anew.", Place(line, column))
            return
        try:
            read_into(step, text, line, column)
        except LineError as error:
            better = mended(text)
            if better != text and not error.suggestion:
                message = f"Signs or capitals of this line are not those of the language. Write: {better[:120]}"
                self._problem(message, Place(line, column, column + len(text)), better)
            else:
                self._problem(error.message, Place(line, error.column, column + len(text)), error.suggestion)

    def _script(self) -> Script | None:
        """The script, with what is missing in its header reported and filled in as well as can be."""
        if not self.header and not self.steps:
            self._problem("There is no script in this file: no header and no step.", Place(1))
            return None
        header, places = self.header, self.header_places
        if not self.steps:
            self._problem("The script has no step. A step begins with ## and its id.", Place(1))
        name = header.get("script", "")
        if not SCRIPT_ID.fullmatch(name) or len(name) > 60:
            message = "The header needs script: and an id of small letters, digits and -."
            self._problem(message, places.get("script", Place(1)))
            name = (
                re.sub(r"[^a-z0-9]+", "-", self.file.rpartition("/")[2].partition(".")[0].lower()).strip("-")
                or "script"
            )
        kind = header.get("kind", "")
        if kind not in KINDS:
            fix = closest(kind, KINDS)
            message = f"The header needs kind: and one of {', '.join(KINDS)}." + did_you_mean(fix)
            self._problem(message, places.get("kind", Place(1)), fix)
        if not header.get("title"):
            self._problem("The header needs title: and what the agent sees.", places.get("title", Place(1)))
        cancel = header.get("cancel", "")
        if "cancel" in header and not SCRIPT_ID.fullmatch(cancel):
            self._problem("cancel: needs the id of the script that the Cancel key opens.", places["cancel"])
            cancel = ""
        start = header.get("start", "") or next(iter(self.steps), "")
        if start not in self.steps and self.steps:
            fix = closest(start, self.steps)
            self._problem(
                f'There is no step "{start[:40]}" to start with.' + did_you_mean(fix),
                places["start"],
                fix,
                "unknown-step",
            )
            start = next(iter(self.steps))
        return Script(
            name,
            header.get("title", "") or name,
            kind,
            start,
            self.file,
            header.get("language", "") or "en",
            cancel,
            MappingProxyType(dict(header)),
            MappingProxyType(self.steps),
            tuple(self.comments),
        )
