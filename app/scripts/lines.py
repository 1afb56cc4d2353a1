"""The grammar of single lines of a step: from the text behind the keyword to a piece of the model.

Each function takes the text, its line and the column at which it begins (from 1) and raises LineError for what is not
in the grammar (`resources/help/script-language.md`).
"""

from __future__ import annotations

import re

from app.scripts.line_parts import (
    ID,
    PATH,
    QUOTED,
    SCRIPT_ID,
    STEP_ID,
    LineError,
    an_id,
    bad_id,
    closing,
    comma_parts,
    last_arrow,
    place_of,
    split_condition,
)
from app.scripts.model import (
    Answer,
    Ask,
    Branch,
    Consent,
    End,
    Let,
    Line,
    Objection,
    OfferLine,
    Place,
    Read,
    Request,
    Target,
    Verify,
    Wait,
)
from app.scripts.suggest import closest, did_you_mean

_ANSWER = re.compile(r"-\s*\[([^\]]*)\]\s*")
# Most answers are of this form; the patterns below read all others, and say what is wrong.
_PLAIN_ANSWER = re.compile(r'- \[([0-9ADL])\] ([^"{\s](?:[^"{]*[^"{\s])?) (->) ([a-z][a-z0-9_]{0,59})')
_EACH = re.compile(r"(\S+)\s+as\s+(\S+)")
_WAIT = re.compile(r"(\d{1,5})\s*([smh])\b\s*")
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9][A-Za-z0-9_-]*)*\.(?:svg|png)")
_WAIT_UNITS = {"s": 1, "m": 60, "h": 3600}
_LONGEST_WAIT = 24 * 3600

ASK_TYPES = ("text", "digits", "number", "money", "date", "yes/no", "choice")
ANSWER_KEYS = frozenset("0123456789ADL*")
# The first words of paths in expressions; a Let may not hide them.
RESERVED_NAMES = frozenset(
    ("account", "caller", "agent", "call", "ask", "offer", "option", "outcome", "done", "device", "true", "false", "in")
)


def read_text(text: str, line: int, column: int) -> Line:
    """A spoken line, a point or a note: text, then perhaps `{if condition}`."""
    if "{if" not in text:
        if not text:
            raise LineError("There is no text behind the sign. Write it, or take the line out.", column)
        return Line(text, Place(line, column, column + len(text)))
    words, condition = split_condition(text, column)
    if not words:
        raise LineError("There is no text before {if ...}. Write what is shown when the condition holds.", column)
    return Line(words, place_of(text, line, column), condition)


def read_answer(text: str, line: int, column: int) -> Answer:
    """`- [key] answer -> step`, also `=> script then step`, or `- [*] list as name -> step`."""
    plain = _PLAIN_ANSWER.fullmatch(text)
    if plain is not None:
        key, words, _, step = plain.groups()
        target = Target(Place(line, column + plain.start(3), column + len(text)), step)
        return Answer(key, words, target, Place(line, column, column + plain.end(2)))
    head = _ANSWER.match(text)
    if head is None:
        raise LineError("An answer begins with its key in square brackets: - [1] Yes -> next_step", column)
    key = head.group(1).strip()
    if key not in ANSWER_KEYS:
        upper = key.upper()
        fix = upper if upper in ANSWER_KEYS else ""
        raise LineError(
            f"[{key[:20]}] is no key for an answer. Use a digit 0 to 9, A, D or L in an offer step, or * for a list."
            + did_you_mean(fix),
            column + head.start(1),
            fix,
        )
    start = head.end()
    arrow = last_arrow(text)
    if arrow < start:
        raise LineError(
            "The answer leads nowhere. Put -> and a step, or => and a script, behind it.", column + len(text)
        )
    words = text[start:arrow].rstrip()
    target = read_target(text[arrow:], line, column + arrow)
    place = Place(line, column, column + start + len(words))
    condition = ""
    if "{if" in words:
        words, condition = split_condition(words, column + start)
    if not words:
        raise LineError(f"The answer under [{key}] has no words. Write what the caller says.", column + start)
    if key != "*":
        return Answer(key, words, target, place, condition)
    each = _EACH.fullmatch(words)
    if each is None or not PATH.fullmatch(each.group(1)) or not STEP_ID.fullmatch(each.group(2)):
        raise LineError(
            "[*] is followed by a list and a name: - [*] account.equipment as device -> step", column + start
        )
    return Answer(key, words, target, place, condition, each.group(1), each.group(2))


def read_target(text: str, line: int, column: int) -> Target:
    """`-> step`, `=> script` or `=> script then step`, from the arrow on."""
    arrow, words = text[:2], text[2:].strip()
    place = place_of(text.rstrip(), line, column)
    if arrow == "->":
        if STEP_ID.fullmatch(words):
            return Target(place, step=words)
        if " then " in f"{words} ":
            raise LineError("Only a script comes back: write => script then step.", column)
        raise bad_id(words, "step", "small letters, digits and _", column + 3, "_")
    script, then, back = words.partition(" then ")
    script, back = script.strip(), back.strip()
    if not SCRIPT_ID.fullmatch(script):
        raise bad_id(script, "script", "small letters, digits and -", column + 3, "-")
    if then and not STEP_ID.fullmatch(back):
        raise bad_id(back, "step", "small letters, digits and _", column + text.index(" then ") + 6, "_")
    return Target(place, script=script, then=back)


def read_ask(text: str, line: int, column: int) -> Ask:
    """`name (type[, secret][, optional][, default path]) label`."""
    name, parenthesis, rest = text.partition("(")
    name = name.strip()
    if not parenthesis:
        raise LineError("A form field needs its type in brackets: Ask: target (money, optional) What they pay", column)
    if not STEP_ID.fullmatch(name):
        raise bad_id(name, "field", "small letters, digits and _", column, "_")
    inside, label = closing(rest, column + len(text) - len(rest))
    if not label:
        raise LineError(
            "The form field has no label. Write behind the bracket what the agent asks for.", column + len(text)
        )
    parts = comma_parts(inside)
    kind, choices = _ask_type(parts[0], column)
    secret = optional = False
    default = ""
    for part in parts[1:]:
        word, _, path = part.partition(" ")
        if part == "secret":
            secret = True
        elif part == "optional":
            optional = True
        elif word == "default" and PATH.fullmatch(path.strip()):
            default = path.strip()
        else:
            fix = closest(word, ("secret", "optional", "default"))
            raise LineError(
                f'"{part[:40]}" is not known in a form field; there are secret, optional and default path.'
                + did_you_mean(fix),
                column + max(text.find(part), 0),
                fix,
            )
    if secret and default:
        raise LineError("A secret field has no default: what is prefilled is no secret.", column)
    return Ask(name, kind, label, place_of(text, line, column), secret, optional, choices, default)


def read_let(text: str, line: int, column: int) -> Let:
    """`name = expression`; its place is the expression's."""
    name, sign, expression = text.partition("=")
    start = len(name) + 1 + len(expression) - len(expression.lstrip())
    name, expression = name.strip(), expression.strip()
    if not sign or not expression:
        raise LineError("Let needs a name, = and a value: Let: gap = account.bill - ask.target", column)
    if not STEP_ID.fullmatch(name):
        raise bad_id(name, "value", "small letters, digits and _", column, "_")
    if name in RESERVED_NAMES:
        raise LineError(f'"{name}" is a name that Cuecard uses itself. Choose another one.', column)
    return Let(name, expression, place_of(expression, line, column + start))


def read_if(text: str, line: int, column: int) -> Branch:
    """`condition -> target`; its place is the condition's."""
    arrow = last_arrow(text)
    if arrow < 0:
        raise LineError(
            "If leads nowhere. Put -> and a step, or => and a script, behind the condition.", column + len(text)
        )
    condition = text[:arrow].strip()
    if not condition:
        raise LineError("If has no condition. Write one, or use Else.", column)
    return Branch(condition, read_target(text[arrow:], line, column + arrow), place_of(condition, line, column))


def read_else(text: str, line: int, column: int) -> Branch:
    """`-> target`."""
    if text[:2] not in ("->", "=>"):
        raise LineError("Else is followed by its arrow at once: Else: -> step", column)
    return Branch("", read_target(text, line, column), place_of(text, line, column))


def read_verify(text: str, line: int, column: int) -> Verify:
    """`method | method`."""
    methods = tuple(part.strip() for part in text.split("|"))
    for method in methods:
        if not ID.fullmatch(method):
            raise bad_id(method, "way to verify", "small letters, digits and -", column, "-")
    return Verify(methods, place_of(text, line, column))


def read_offer(text: str, line: int, column: int) -> OfferLine:
    """`id[, best first]`."""
    offer, comma, how = text.partition(",")
    offer, how = offer.strip(), how.strip()
    if comma and how != "best first":
        fix = closest(how, ("best first",))
        raise LineError(f'"{how[:40]}" is not known behind an offer.' + did_you_mean(fix), column + len(offer) + 2, fix)
    return OfferLine(an_id(offer, "offer", column), place_of(text, line, column), bool(comma))


def read_read(text: str, line: int, column: int) -> Read:
    """`id`."""
    return Read(an_id(text, "disclosure", column), place_of(text, line, column))


def read_consent(text: str, line: int, column: int) -> Consent:
    """`id "question"`."""
    consent, _, rest = text.partition('"')
    question = rest[:-1].strip() if rest.endswith('"') else ""
    if not question or '"' in question:
        raise LineError(
            'Consent needs an id and the question in quotes: Consent: pack-charge "May I add it now?"', column
        )
    return Consent(an_id(consent.strip(), "consent", column), question, place_of(text, line, column))


def read_objection(text: str, line: int, column: int) -> Objection:
    """`"phrase" | "phrase" -> step`."""
    arrow = last_arrow(text)
    phrases = []
    for part in text[: max(arrow, 0)].split("|"):
        quoted = QUOTED.fullmatch(part.strip())
        if quoted is None or not quoted.group(1).strip():
            raise LineError(
                'An objection is quoted phrases and a step: Objection: "too dear" | "no money" -> soften', column
            )
        phrases.append(quoted.group(1).strip())
    target = read_target(text[arrow:], line, column + arrow)
    if target.script:
        raise LineError("An objection opens a step of this script, and returns from it: use ->.", column + arrow)
    return Objection(tuple(phrases), target, place_of(text, line, column))


def read_wait(text: str, line: int, column: int) -> Wait:
    """`4m text`; units s, m, h; at most 24 hours."""
    match = _WAIT.match(text)
    if match is None or match.end() == len(text):
        raise LineError("Wait needs a time and what happens meanwhile: Wait: 4m The router restarts", column)
    seconds = int(match.group(1)) * _WAIT_UNITS[match.group(2)]
    if not 0 < seconds <= _LONGEST_WAIT:
        raise LineError("A wait lasts between a second and 24 hours.", column)
    return Wait(seconds, text[match.end() :], place_of(text, line, column))


def read_picture(text: str, line: int, column: int) -> str:
    """`picture.svg`: a file in the library, nothing else."""
    if not _PICTURE.fullmatch(text):
        raise LineError("Show needs an SVG or PNG picture of the library: Show: router-lights.svg", column)
    return text


def read_request(verb: str, text: str, line: int, column: int) -> Request:
    """`action`, `kind`, `template` or `queue` behind Do, Task, Send, Transfer."""
    return Request(verb, an_id(text, "name", column), place_of(text, line, column))


def read_end(text: str, line: int, column: int) -> End:
    """`outcome[, reason code]`."""
    outcome, comma, rest = text.partition(",")
    reason = ""
    if comma:
        word, _, code = rest.strip().partition(" ")
        if word != "reason":
            raise LineError(
                "Behind the outcome comes the word reason and its code: End: saved, reason price",
                column + len(outcome) + 1,
                f"reason {rest.strip()}" if ID.fullmatch(rest.strip()) else "",
            )
        reason = an_id(code.strip(), "reason", column + len(outcome) + 1)
    return End(an_id(outcome.strip(), "outcome", column), place_of(text, line, column), reason)


def _ask_type(text: str, column: int) -> tuple[str, tuple[str, ...]]:
    word, parenthesis, inside = text.partition("(")
    word = word.strip()
    if word not in ASK_TYPES or (parenthesis != "") != (word == "choice"):
        fix = closest(word, ASK_TYPES)
        if word == "choice":
            raise LineError("A choice lists its values: choice(red, green)", column)
        raise LineError(
            f'"{word[:40]}" is no type of a form field ({", ".join(ASK_TYPES)}).' + did_you_mean(fix), column, fix
        )
    choices = tuple(part.strip() for part in inside.rstrip(")").split(",")) if parenthesis else ()
    if parenthesis and (not all(choices) or len(set(choices)) != len(choices)):
        raise LineError("The values of a choice are different and none is empty.", column)
    return word, choices
