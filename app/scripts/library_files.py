"""Reads the library's smaller files: disclosures, named conditions, dispositions, interrupts, competitors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.offers.reading import Found, Reader, read_fields
from app.scripts.suggest import closest, did_you_mean

_DISCLOSURE_KEYS = ("title", "rule", "jurisdictions", "valid_from", "valid_until")
_KEY_LINE = re.compile(r"([a-z_]+)\s*:\s*(.*)")
_CONDITION_NAME = re.compile(r"[A-Za-z]\w*(?:['’-]\w+)*(?: \w+(?:['’-]\w+)*)*")
_MOST_DISPOSITIONS = 25
_INTERRUPT = re.compile(r"[a-z][a-z0-9_-]{0,59}")
# What an interrupt can keep away for the rest of the call.
SUPPRESSIBLE = ("offers", "alerts", "bell", "points")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A text to read word for word; `rule` names the law or rule it serves, `jurisdictions` where (none: all)."""

    id: str
    title: str
    text: str
    rule: str
    jurisdictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disposition:
    """An outcome of a call as the agent confirms it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A condition with a name, and the line where it stands."""

    name: str
    when: str
    line: int


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Something a caller says that ends all selling, from any step (cancel, bereavement, vulnerable, complaint, fraud).

    `phrases` are what callers say, `script` is opened and never comes back, `suppresses` names what stays away for the
    rest of the call: offers, alerts, bell, points. `line` is where it stands in interrupts.yaml.
    """

    id: str
    phrases: tuple[str, ...]
    script: str
    suppresses: tuple[str, ...]
    title: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be said about another company, word for word: `wordings`, the first one being the original.

    `source` is where it can be looked up, `approver` who allowed it, `expires` the last day on which it may be said
    (None: not written down, which the checker refuses). `line` is where it stands in catalog/competitors.yaml.
    """

    id: str
    competitor: str
    wordings: tuple[str, ...]
    source: str
    approver: str
    expires: date | None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Competitors:
    """The other companies by id, each with the names it goes by, and the claims about them by id."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)


def read_disclosure(id: str, content: bytes) -> tuple[Disclosure | None, tuple[Found, ...]]:
    """A disclosure: `key: value` lines between two `---`, then the text to read. Never raises.

    Lines of one paragraph belong together; an empty line begins a new one.
    """
    try:
        rows = [row.strip() for row in content.decode("utf-8").splitlines()]
    except UnicodeDecodeError:
        return None, (Found(1, "The file is not UTF-8 text. Save it as UTF-8."),)
    if not rows or rows[0] != "---" or "---" not in rows[1:]:
        return None, (Found(1, "A disclosure begins with ---, title: and rule:, and another ---."),)
    end = rows.index("---", 1)
    found: list[Found] = []
    values: dict[str, str] = {}
    for index in range(1, end):
        match = _KEY_LINE.fullmatch(rows[index])
        if match is None or match.group(1) not in _DISCLOSURE_KEYS:
            word = match.group(1) if match else rows[index]
            fix = closest(word, _DISCLOSURE_KEYS)
            message = f"'{word[:40]}' is not known here ({', '.join(_DISCLOSURE_KEYS)})." + did_you_mean(fix)
            if rows[index]:
                found.append(Found(index + 1, message))
        else:
            values[match.group(1)] = match.group(2)
    found += [Found(1, f"The disclosure lacks {key}:") for key in ("title", "rule") if not values.get(key)]
    paragraphs = "\n".join(rows[end + 1 :]).strip().split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())
    if not text:
        found.append(Found(end + 1, "The disclosure has no text to read."))
    where = tuple(
        part.strip() for part in values.get("jurisdictions", "").split(",") if part.strip() not in ("", "all")
    )
    disclosure = Disclosure(id, values.get("title", ""), text, values.get("rule", ""), where)
    return (None if found else disclosure), tuple(found)


def read_conditions(content: bytes) -> tuple[tuple[NamedCondition, ...], tuple[Found, ...]]:
    """The named conditions: a list `conditions` of name, when and meaning. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file conditions.yaml", found)
    conditions: dict[str, NamedCondition] = {}
    for entry in top.mappings("conditions"):
        reader = Reader(entry, "The condition", found)
        name, when = reader.text("name"), reader.text("when")
        reader.text("meaning", "")
        reader.refuse_others()
        if name and not _CONDITION_NAME.fullmatch(name):
            reader.problem("name", f"A name is words with single blanks, like low data user; not {name[:40]!r}.")
        elif name in conditions:
            reader.problem("name", f"The condition '{name}' is here twice; keep one.")
        elif name and when:
            conditions[name] = NamedCondition(name, when, reader.line_of("when"))
    top.refuse_others()
    return tuple(conditions.values()), tuple(found)


def read_dispositions(content: bytes) -> tuple[tuple[Disposition, ...], dict[str, str], tuple[Found, ...]]:
    """The outcomes, the labels of reasons by code, and what is wrong. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file dispositions.yaml", found)
    outcomes = _labels(top, "outcomes", found)
    reasons = _labels(top, "reasons", found)
    if len(outcomes) > _MOST_DISPOSITIONS:
        top.problem("outcomes", f"There are {len(outcomes)} outcomes; agents can choose among {_MOST_DISPOSITIONS}.")
    top.refuse_others()
    return tuple(Disposition(id, label) for id, label in outcomes.items()), reasons, tuple(found)


def _labels(top: Reader, name: str, found: list[Found]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for entry in top.mappings(name):
        reader = Reader(entry, f"An entry of '{name}'", found)
        id, label = reader.text("id"), reader.text("label")
        reader.refuse_others()
        if id in labels:
            reader.problem("id", f"'{id}' is here twice; keep one.")
        elif id:
            labels[id] = label
    return labels


def read_interrupts(content: bytes) -> tuple[dict[str, Interrupt], tuple[Found, ...]]:
    """The interrupts by id: a list `interrupts` of id, title, script, phrases and suppresses. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file interrupts.yaml", found)
    interrupts: dict[str, Interrupt] = {}
    for entry in top.mappings("interrupts"):
        reader = Reader(entry, "The interrupt", found)
        interrupt = Interrupt(
            reader.text("id"),
            reader.texts("phrases"),
            reader.text("script"),
            reader.texts("suppresses"),
            reader.text("title"),
            reader.line_of("id"),
        )
        reader.refuse_others()
        if not interrupt.phrases:
            reader.problem("phrases", "An interrupt needs phrases: what callers say. Add phrases: [just cancel]")
        for word in interrupt.suppresses:
            if word not in SUPPRESSIBLE:
                fix = closest(word, SUPPRESSIBLE)
                message = f"'{word[:40]}' cannot be suppressed ({', '.join(SUPPRESSIBLE)})." + did_you_mean(fix)
                reader.problem("suppresses", message)
        if interrupt.id and not _INTERRUPT.fullmatch(interrupt.id):
            reader.problem("id", f"An id has small letters, digits, - and _; not {interrupt.id[:40]!r}.")
        elif interrupt.id in interrupts:
            reader.problem("id", f"The interrupt '{interrupt.id}' is here twice; keep one.")
        elif interrupt.id:
            interrupts[interrupt.id] = interrupt
    top.refuse_others()
    return interrupts, tuple(found)


def read_competitors(content: bytes) -> tuple[Competitors, tuple[Found, ...]]:
    """Lists `competitors` (id, names) and `claims` (id, competitor, claim, also, source, approver, expires).

    A claim without source, approver or expiry is read all the same; the checker refuses it with its own rule. Never
    raises.
    """
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file competitors.yaml", found)
    names: dict[str, tuple[str, ...]] = {}
    for entry in top.mappings("competitors"):
        reader = Reader(entry, "The competitor", found)
        id = reader.text("id")
        spellings = reader.texts("names")
        reader.refuse_others()
        if not spellings:
            reader.problem("names", "A competitor needs the names it goes by: names: [FastNet, Fast Net]")
        if id in names:
            reader.problem("id", f"The competitor '{id}' is here twice; keep one.")
        elif id:
            names[id] = spellings
    claims: dict[str, Claim] = {}
    for entry in top.mappings("claims"):
        claim = _claim(Reader(entry, "The claim", found), names)
        if claim.id in claims:
            found.append(Found(claim.line, f"The claim '{claim.id}' is here twice; keep one."))
        elif claim.id:
            claims[claim.id] = claim
    top.refuse_others()
    return Competitors(names, claims), tuple(found)


def _claim(reader: Reader, names: Mapping[str, tuple[str, ...]]) -> Claim:
    competitor = reader.text("competitor")
    if competitor and competitor not in names:
        reader.problem("competitor", f"There is no competitor '{competitor[:40]}' in this file.")
    wordings = (reader.text("claim"), *reader.texts("also"))
    claim = Claim(
        reader.text("id"),
        competitor,
        tuple(wording for wording in wordings if wording),
        reader.text("source", ""),
        reader.text("approver", ""),
        _day(reader, "expires"),
        reader.line_of("id"),
    )
    reader.refuse_others()
    return claim


def _day(reader: Reader, name: str) -> date | None:
    text = reader.text(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        reader.problem(name, f"'{name}' is a day like 2027-01-31, not {text[:40]!r}.")
        return None
