"""Puts the rows of a spreadsheet together to steps, and writes each as lines of a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from app.scripts.line_parts import SCRIPT_ID, STEP_ID
from app.scripts.parse import TAGS
from app.scripts.spreadsheet.columns import Row
from app.scripts.spreadsheet.table import Cell, Found
from app.scripts.suggest import closest, did_you_mean

_FREE_KEYS = "1234567890"
# Column -> how its line begins; one of each in a step.
_SINGLE = {"verify": "Verify", "offer": "Offer", "read": "Read"}
# Looking for the nearest word takes time; nobody reads suggestions beyond these.
_MOST_SUGGESTIONS = 20
_ARROW = re.compile(r"(->|=>|→|⇒)\s*")


@dataclass(frozen=True, slots=True)
class Written:
    """A line of the script and the cell from which it comes."""

    text: str
    cell: Cell | None = None


@dataclass(slots=True)
class StepRows:
    """A step while its rows are read."""

    id: str
    name: Cell
    title: Cell | None = None
    tags: list[str] = field(default_factory=list)
    # By their text: what is repeated is said or shown once.
    said: dict[str, Cell] = field(default_factory=dict)
    shown: dict[str, Written] = field(default_factory=dict)
    single: dict[str, Cell] = field(default_factory=dict)
    lines: list[Written] = field(default_factory=list)
    ways: list[Written] = field(default_factory=list)
    answers: list[tuple[Row, Cell, str]] = field(default_factory=list)

    def written(self) -> Iterator[Written]:
        """The step's lines in the order of a tidy script."""
        title = " ".join((self.title or self.name).text.split())
        heading = self.id if self.title is None and title == self.id else f"{self.id}: {title}"
        yield Written(" ".join((f"## {heading}", *(f"#{tag}" for tag in self.tags))), self.name)
        for index, cell in enumerate(self.said.values()):
            if index:
                yield Written("or", cell)
            for line in cell.text.split("\n"):
                if line.strip():
                    yield Written(f"> {line.strip()}", cell)
        yield from self.shown.values()
        for name, keyword in _SINGLE.items():
            if name in self.single:
                yield Written(f"{keyword}: {_one_line(self.single[name])}", self.single[name])
        if "consent" in self.single:
            question = _one_line(self.single["question"]) if "question" in self.single else ""
            yield Written(f'Consent: {_one_line(self.single["consent"])} "{question}"', self.single["consent"])
        yield from self.lines
        yield from self.ways
        yield from self._answers()
        if "end" in self.single:
            reason = f", reason {_one_line(self.single['reason'])}" if "reason" in self.single else ""
            yield Written(f"End: {_one_line(self.single['end'])}{reason}", self.single["end"])

    def too_many(self) -> Found | None:
        """The first answer for which there is no key left."""
        taken = {row.text("key").upper() for row, _, _ in self.answers}
        waiting = [cell for row, cell, _ in self.answers if not row.text("key")]
        left = sum(key not in taken for key in _FREE_KEYS)
        if len(waiting) <= left:
            return None
        cell = waiting[left]
        return Found("The step has more answers than keys (0 to 9). Make two steps of it.", cell.row, cell.column)

    def _answers(self) -> Iterator[Written]:
        """Answers without a key get the next free one; `too_many` has seen to it that there is one."""
        taken = {row.text("key").upper() for row, _, _ in self.answers}
        free = iter([key for key in _FREE_KEYS if key not in taken])
        for row, cell, target in self.answers:
            key = row.text("key").upper() or next(free, "")
            condition = f" {{if {_one_line(row.cell('only if'))}}}" if row.text("only if") else ""
            yield Written(f"- [{key}] {_one_line(cell)}{condition} {target}", cell)


def steps_of(rows: Sequence[Row]) -> tuple[list[StepRows], list[Found]]:
    """The steps in their order, and what is wrong with the rows."""
    errors: list[Found] = []
    names = _step_ids(rows, errors)
    steps: dict[str, StepRows] = {}
    step: StepRows | None = None
    for row in rows:
        name = row.cells.get("step")
        if name is not None and (step is None or names[name.text] != step.id):
            id = names[name.text]
            if id in steps:
                message = f"The step is in row {steps[id].name.row} already. Put its rows together, or rename one."
                errors.append(Found(message, name.row, name.column))
            step = steps.setdefault(id, StepRows(id, name))
            # A name that is no id is what people call the step.
            step.title = name if name.text != id and step.title is None else step.title
        if step is None:
            errors.append(Found("The first row below the header needs a step.", row.number))
            return [], errors
        _take_row(row, step, names, errors)
    errors += [error for error in (one.too_many() for one in steps.values()) if error is not None]
    return list(steps.values()), errors


def _step_ids(rows: Sequence[Row], errors: list[Found]) -> dict[str, str]:
    """The id of each step by its name in the table."""
    names: dict[str, str] = {}
    cells: dict[str, Cell] = {}
    for row in rows:
        cell = row.cells.get("step")
        if cell is None or cell.text in names:
            continue
        id = step_id(cell.text)
        if id in cells and cells[id].text.casefold() != cell.text.casefold():
            other = f"“{cells[id].text[:40]}” in row {cells[id].row}"
            message = f"“{cell.text[:40]}” gives the same id as {other}: {id}. Rename one."
            errors.append(Found(message, cell.row, cell.column))
        names[cell.text] = id
        cells.setdefault(id, cell)
    return names


def step_id(name: str) -> str:
    """A name as the id of a step: small letters, digits and _."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    id = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].strip("_")
    return id if STEP_ID.fullmatch(id) else f"step_{id}".rstrip("_")


def _take_row(row: Row, step: StepRows, names: Mapping[str, str], errors: list[Found]) -> None:
    _take_said(row, step)
    _take_single(row, step, errors)
    if "tags" in row.cells:
        step.tags += [tag for tag in _tags(row.cell("tags"), errors) if tag not in step.tags]
    if "lines" in row.cells:
        cell = row.cell("lines")
        lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
        if any(line.startswith("#") for line in lines):
            errors.append(Found("A step begins in a row of its own, not in a line of another.", cell.row, cell.column))
        step.lines += [Written(line, cell) for line in lines if not line.startswith("#")]
    _take_way(row, step, names, errors)


def _take_said(row: Row, step: StepRows) -> None:
    """A text that is repeated in each row of a step is one text; another one is another way to say it."""
    say = row.cells.get("say")
    if say is not None:
        step.said.setdefault(say.text, say)
    for name, sign in (("point", "*"), ("note", "Note:")):
        cell = row.cells.get(name)
        for line in cell.text.split("\n") if cell else ():
            written = f"{sign} {line.strip()}"
            if line.strip():
                step.shown.setdefault(written, Written(written, cell))


def _take_single(row: Row, step: StepRows, errors: list[Found]) -> None:
    """What a step has once; the same again in its other rows is no second one."""
    title = row.cells.get("title")
    if title is not None:
        if step.title is not None and step.title.column == title.column and step.title.text != title.text:
            errors.append(Found("The step has two titles. Keep one.", title.row, title.column))
        step.title = title
    for name in (*_SINGLE, "consent", "question", "end", "reason"):
        cell = row.cells.get(name)
        if cell is None:
            continue
        known = step.single.setdefault(name, cell)
        if known.text != cell.text:
            message = f'The step has another "{name}" in row {known.row}. Keep one, or make another step of it.'
            errors.append(Found(message, cell.row, cell.column))
    for name, needed in (("question", "consent"), ("reason", "end")):
        if name in row.cells and needed not in step.single:
            cell = row.cell(name)
            errors.append(Found(f'"{name}" needs "{needed}" in the same step.', cell.row, cell.column))


def _tags(cell: Cell, errors: list[Found]) -> list[str]:
    tags = [tag.lstrip("#").casefold() for tag in re.split(r"[\s,;]+", cell.text) if tag.strip("#")]
    for tag in tags:
        if tag not in TAGS:
            fix = closest(tag, TAGS)
            message = f'"{tag[:40]}" is no tag of a step ({", ".join(TAGS)}).' + did_you_mean(fix)
            errors.append(Found(message, cell.row, cell.column))
    return [tag for tag in tags if tag in TAGS]


def _take_way(row: Row, step: StepRows, names: Mapping[str, str], errors: list[Found]) -> None:
    """An answer and where it leads; without an answer, where the step goes on by itself."""
    target = _target(row, names, errors)
    answer = row.cells.get("answer")
    if answer is not None:
        if target:
            step.answers.append((row, answer, target))
        elif not any(name in row.cells for name in ("goes to", "other script")):
            message = 'The answer leads nowhere. Fill in "goes to" or "other script".'
            errors.append(Found(message, answer.row, answer.column))
        return
    if "key" in row.cells:
        key = row.cell("key")
        errors.append(Found("There is a key and no answer. Write what the caller says.", key.row, key.column))
    elif target:
        cell = next(row.cells[name] for name in ("goes to", "other script") if name in row.cells)
        condition = _one_line(row.cell("only if"))
        step.ways.append(Written(f"If: {condition} {target}" if condition else f"Else: {target}", cell))
    elif "only if" in row.cells and not any(name in row.cells for name in ("goes to", "other script")):
        cell = row.cell("only if")
        errors.append(Found("There is a condition and nothing that depends on it.", cell.row, cell.column))


def _target(row: Row, names: Mapping[str, str], errors: list[Found]) -> str:
    """The arrow of a row as a script has it; "" where there is none, or a wrong one."""
    goes, script, back = (row.cells.get(name) for name in ("goes to", "other script", "comes back to"))
    if goes is not None and script is not None:
        message = 'Fill in "goes to" or "other script". Where the call comes back to is "comes back to".'
        errors.append(Found(message, goes.row, goes.column))
        return ""
    if back is not None and script is None:
        message = '"comes back to" needs "other script" in the same row.'
        errors.append(Found(message, back.row, back.column))
        return ""
    if goes is not None:
        arrow = _ARROW.match(goes.text)
        words = goes.text[arrow.end() :] if arrow else goes.text
        if arrow is None or arrow.group(1) in ("->", "→"):
            id = _known_step(words, goes, names, errors)
            return f"-> {id}" if id else ""
        other, _, then = words.partition(" then ")
        return _hand_over(Cell(other, goes.row, goes.column), Cell(then, goes.row, goes.column), names, errors)
    return _hand_over(script, back, names, errors) if script is not None else ""


def _hand_over(script: Cell, back: Cell | None, names: Mapping[str, str], errors: list[Found]) -> str:
    other = _ARROW.sub("", script.text).strip()
    if not SCRIPT_ID.fullmatch(other):
        fix = re.sub(r"[^a-z0-9]+", "-", other.lower()).strip("-")
        message = f'"{other[:40]}" is no id of a script.' + did_you_mean(fix if SCRIPT_ID.fullmatch(fix) else "")
        errors.append(Found(message, script.row, script.column))
        return ""
    if back is None or not back.text:
        return f"=> {other}"
    then = _known_step(back.text, back, names, errors)
    return f"=> {other} then {then}" if then else ""


def _known_step(words: str, cell: Cell, names: Mapping[str, str], errors: list[Found]) -> str:
    id = names.get(words.strip()) or step_id(words)
    if id in names.values():
        return id
    fix = closest(words.strip(), (*names, *names.values())) if len(errors) < _MOST_SUGGESTIONS else ""
    message = f'There is no step "{words.strip()[:40]}" in the column "step".' + did_you_mean(fix)
    errors.append(Found(message, cell.row, cell.column))
    return ""


def _one_line(cell: Cell) -> str:
    return " ".join(cell.text.split())
