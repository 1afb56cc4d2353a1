"""A parsed call script: what the trainer wrote, with the place of every line.

Nothing here is checked against the library; that is `check`'s work. Text templates and conditions are kept as written
and compiled by `text` and `expressions` when the library is assembled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a library from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file: line and column from 1, and the column behind its end."""

    line: int
    column: int = 1
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, fit to be shown to a trainer.

    `rule` is the stable id ("unknown-step"), `message` a whole sentence that says what to do, `suggestion` the text
    that would be right where that is clear ("did you mean").
    """

    rule: str
    severity: Severity
    file: str
    place: Place
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text (spoken, point, note), shown only when `condition` holds ("" is always)."""

    text: str
    place: Place
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to say it: the `>` lines in a row that make one text."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer or a branch leads.

    A step of this script (`step`), or another script (`script`), and then, when the call comes back, `then`.
    """

    place: Place
    step: str = ""
    script: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller may answer. `key` is 0-9, A, D, L, or * for one answer per item of the list at `each`."""

    key: str
    text: str
    target: Target
    place: Place
    condition: str = ""
    each: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """`If: condition -> target`; `condition` "" is `Else`."""

    condition: str
    target: Target
    place: Place


@dataclass(frozen=True, slots=True)
class Let:
    """`Let: name = expression`."""

    name: str
    expression: str
    place: Place


@dataclass(frozen=True, slots=True)
class Ask:
    """A form field. `type` is text, digits, number, money, date, yes/no or choice; `default` a path or ""."""

    name: str
    type: str
    label: str
    place: Place
    secret: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Verify:
    """Identity by one of these methods."""

    methods: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class OfferLine:
    """`Offer: id[, best first]`."""

    offer: str
    place: Place
    best_first: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """`Read: id`: a disclosure, word for word."""

    disclosure: str
    place: Place


@dataclass(frozen=True, slots=True)
class Consent:
    """`Consent: id "question"`."""

    consent: str
    question: str
    place: Place


@dataclass(frozen=True, slots=True)
class Objection:
    """`Objection: "phrase" | "phrase" -> step`."""

    phrases: tuple[str, ...]
    target: Target
    place: Place


@dataclass(frozen=True, slots=True)
class Wait:
    """`Wait: 4m text`: a timer that the agent sees."""

    seconds: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Request:
    """`Do: action`, `Task: kind`, `Send: template`, `Transfer: queue`; `verb` is do, task, send or transfer."""

    verb: str
    what: str
    place: Place


@dataclass(frozen=True, slots=True)
class End:
    """`End: outcome[, reason code]`."""

    outcome: str
    place: Place
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """`// text`: for trainers. `apart` is true where an empty line stands before it."""

    text: str
    place: Place
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `first_line` and `last_line` are its extent in the file, heading included.

    `titled` is False where the heading has no title and the id stands for it.
    """

    id: str
    title: str
    tags: tuple[str, ...]
    place: Place
    first_line: int
    last_line: int
    phrasings: tuple[Phrasing, ...] = ()
    points: tuple[Line, ...] = ()
    notes: tuple[Line, ...] = ()
    asks: tuple[Ask, ...] = ()
    lets: tuple[Let, ...] = ()
    branches: tuple[Branch, ...] = ()
    answers: tuple[Answer, ...] = ()
    objections: tuple[Objection, ...] = ()
    requests: tuple[Request, ...] = ()
    verify: Verify | None = None
    offer: OfferLine | None = None
    read: Read | None = None
    consent: Consent | None = None
    wait: Wait | None = None
    picture: str = ""
    end: End | None = None
    picture_place: Place = Place(0)
    titled: bool = True


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script. `steps` keeps the order of the file; `cancel` names where the Cancel key goes ("" is nowhere).

    `comments` are those of the whole file, in the order of its lines.
    """

    id: str
    title: str
    kind: str
    start: str
    file: str
    language: str = "en"
    cancel: str = ""
    header: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
