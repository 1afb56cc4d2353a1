"""What a walk shows at its present step: plain values, ready for the window or the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OfferState(StrEnum):
    """Where an offer on the table is. PENDING: accepted by the customer, disclosure or consent still to come."""

    ON_TABLE = "on_table"
    EXTENDED = "extended"
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DEFERRED = "deferred"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer under its key. `leads` is a few words about where it leads; a closed one says why in `closed`.

    Items of a list beyond the free keys have no key; `pick` is then what chooses them.
    """

    key: str
    text: str
    leads: str
    closed: str = ""
    pick: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field to fill in. `value` is as typed (empty for a secret one after a restart), `problem` what is wrong."""

    name: str
    label: str
    type: str
    value: str
    secret: bool
    optional: bool
    choices: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VerifyMethod:
    """A way to verify the caller; `prompt` is what to ask for ("account PIN"); `checkable`: the CRM can check it."""

    id: str
    prompt: str
    checkable: bool


@dataclass(frozen=True, slots=True)
class VerifyScreen:
    """The identity box. `last_answer` is "", no or unknown."""

    methods: tuple[VerifyMethod, ...]
    last_method: str = ""
    last_answer: str = ""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option of the offer. `closed` says why it cannot be chosen ("£4.00 is more than the balance of £1.20")."""

    id: str
    label: str
    price: str
    closed: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """A later offer of the ladder: name and what it gives, in few words."""

    name: str
    gist: str


@dataclass(frozen=True, slots=True)
class OfferScreen:
    """The offer on the table.

    `price` and `gist` are the headline ("£22.00", "a month, £20.00 less"). `number` of `allowed` counts save offers
    ("1 of 3 allowed"); allowed 0 means no limit. `blocked` is a sentence when policy forbids extending it.
    `needs` lists what an accept still needs ("terms", "consent").
    """

    id: str
    name: str
    kind: str
    state: OfferState
    price: str
    gist: str
    why: str
    options: tuple[OptionRow, ...]
    next_rungs: tuple[Rung, ...]
    number: int
    allowed: int
    blocked: str = ""
    needs: tuple[str, ...] = ()
    option: str = ""


@dataclass(frozen=True, slots=True)
class DisclosureScreen:
    """A text to read word for word, and whether it has been confirmed."""

    id: str
    title: str
    text: str
    rule: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ConsentScreen:
    """A question to put word for word; answers 1 and 2 are yes and no. `open` is False until what must be read was."""

    id: str
    question: str
    open: bool


@dataclass(frozen=True, slots=True)
class WaitScreen:
    """A timer of so many seconds, from the moment the step was entered."""

    seconds: int
    text: str


@dataclass(frozen=True, slots=True)
class RequestScreen:
    """Something asked of the CRM or the phone here; `result` is "", queued, placed, ok or failed."""

    verb: str
    what: str
    label: str
    result: str


@dataclass(frozen=True, slots=True)
class PathItem:
    """A step already walked and what was answered there."""

    step: str
    title: str
    answer: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How the script ended; prefills the disposition."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Something that find can offer.

    `kind` is answer (an item of a list, chosen by its id), objection (opened by its first phrase), interrupt or script
    (by id).
    """

    kind: str
    id: str
    title: str
    phrases: tuple[str, ...]


class ReasonKind(StrEnum):
    """What a reason is about.

    ANSWERED: what the agent chose at the step before; BRANCH: the condition by which that led here; SENTENCE, ANSWER: a
    line that is shown under a condition; VALUES: what stands in the sentence; OFFER: who may have the offer; BLOCKED:
    why it may not be made.
    """

    ANSWERED = "answered"
    BRANCH = "branch"
    SENTENCE = "sentence"
    ANSWER = "answer"
    VALUES = "values"
    OFFER = "offer"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class ValueSeen:
    """A value by its path, as people write it; "" where it is not known, and where it is `masked`."""

    path: str
    text: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that decided what is on the screen: a condition as written, whether it `holds` (None: cannot be said
    now), and the values that it looks at."""

    kind: ReasonKind
    text: str
    condition: str = ""
    holds: bool | None = True
    values: tuple[ValueSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class StepScreen:
    """Everything to show at a step.

    `spoken` is the sentence to say now (phrasing `phrasing` of `phrasings`, from 1), placeholders filled, missing
    values as a visible gap. `enter` says what Enter does here ("" when it does nothing). `can_cancel`: this script has
    a Cancel key. `returns_to` names the script that comes back after this one ("" for none). `interrupt` is the title
    of what ended all selling ("" for nothing), `suppressed` what stays away since: offers, alerts, bell, points.
    `language` is what is spoken now, `languages` what could be ("en", "es").
    """

    script: str
    script_title: str
    script_kind: str
    step: str
    step_title: str
    release: int
    spoken: str
    phrasing: int
    phrasings: int
    points: tuple[str, ...]
    notes: tuple[str, ...]
    answers: tuple[AnswerRow, ...]
    form: tuple[FormField, ...]
    verify: VerifyScreen | None
    offer: OfferScreen | None
    disclosure: DisclosureScreen | None
    consent: ConsentScreen | None
    wait: WaitScreen | None
    requests: tuple[RequestScreen, ...]
    path: tuple[PathItem, ...]
    ending: Ending | None
    enter: str
    can_back: bool
    can_forward: bool
    can_cancel: bool
    can_take_back: bool
    returns_to: str
    picture: str = ""
    interrupt: str = ""
    suppressed: tuple[str, ...] = ()
    language: str = "en"
    languages: tuple[str, ...] = ()
