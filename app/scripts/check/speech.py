"""What is said aloud: easy to follow, no card data, nothing about other companies but what was approved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from app.scripts.check.findings import Findings
from app.scripts.check.known import Known
from app.scripts.library_files import Claim, Competitors
from app.scripts.model import Line, Phrasing, Script, Step

# Flesch's scale: below 50 a text is fairly difficult to read, and more so to follow by ear.
LEAST_EASE = 50
# Shorter texts have too few words for the formula to mean anything.
_FEWEST_WORDS = 15

# With words this short (signs, the blank included) and sentences this short in words, a text is easy without reckoning.
_SHORT_WORDS = 5.8
_SHORT_SENTENCES = 25

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouyáéíóúüäöâêîôûàèìòùąęœæøå]+", re.IGNORECASE)
_SILENT_E = re.compile(r"[aeiouy][a-z]*[^\Waeiouyl]e[sd]?\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_CARD = re.compile(
    r"\bcard\s+(?:number|details)|\b(?:cvv|cvc|csc)\b"
    r"|\b(?:give|tell|read|have|need)\b[^.!?]*\bnumber\s+(?:on|of)\s+(?:the|your)\s+(?:\w+\s+)?card"
    r"|\bsecurity\s+code|\b(?:three|four)\s+digits\s+on\s+the|\bexpiry\s+date|\blong\s+number"
    r"|\bn[uú]mero\s+de\s+(?:la\s+|su\s+)?tarjeta|\bc[oó]digo\s+de\s+seguridad"
    r"|\bkartennummer|\bkreditkartennummer|\bprüfziffer|\bprüfnummer",
    re.IGNORECASE,
)
_CARD_WORDS = (
    *("card", "cvv", "cvc", "csc", "security code", "digits on the", "expiry", "long number"),
    *("tarjeta", "seguridad", "karte", "prüf"),
)
_NEGATED = re.compile(
    r"\b(?:never|not|no|don['’]t|do not|without|nunca|nie|niemals|nicht|kein\w*|ohne)\b", re.IGNORECASE
)


def check_speech(script: Script, known: Known, words: str, found: Findings) -> None:
    """The rules about single texts; `words` are all that the script says, in small letters."""
    names = [name for spellings in known.competitors.names.values() for name in spellings if name.lower() in words]
    about_cards = [word for word in _CARD_WORDS if word in words]
    for step in script.steps.values():
        for phrasing in step.phrasings:
            _check_ease(phrasing, script.language, found)
        if not about_cards and not names:
            continue
        for text, line in _said(step):
            if about_cards and mentions(text.lower(), about_cards):
                _check_card(text, line, found)
            if names and _pattern(tuple(names)).search(text):
                _check_claim(text, line, known, found)


def mentions(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words is in the text: a tenth of the time that a pattern takes."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False


def _said(step: Step) -> Iterator[tuple[str, Line]]:
    for phrasing in step.phrasings:
        for line in phrasing.lines:
            yield line.text, line
    for line in step.points:
        yield line.text, line
    for ask in step.asks:
        yield ask.label, Line(ask.label, ask.place)


def _check_ease(phrasing: Phrasing, language: str, found: Findings) -> None:
    text = phrasing.lines[0].text if len(phrasing.lines) == 1 else " ".join(line.text for line in phrasing.lines)
    text = _PLACEHOLDER.sub("it", text) if "{" in text else text
    words = text.count(" ") + 1
    if words < _FEWEST_WORDS or (len(text) < _SHORT_WORDS * words and words <= _SHORT_SENTENCES * _ends(text)):
        return
    ease = reading_ease(text, language)
    if ease is not None and ease < LEAST_EASE:
        message = (
            f"This is hard to follow by ear (reading ease {ease:.0f}, wanted {LEAST_EASE}). "
            "Take shorter words and shorter sentences."
        )
        found.add("hard-to-read", phrasing.lines[0].place, message)


def _ends(text: str) -> int:
    """How many sentences a text has, at a glance."""
    return max(text.count(". ") + text.count("? ") + text.count("! "), 0) + 1


def reading_ease(text: str, language: str) -> float | None:
    """Flesch's reading ease: 100 is very easy, 0 very hard; None for short texts and languages without a formula.

    English after Flesch (1948), German after Amstad (1978), Spanish after Szigriszt-Pazos (1993). A placeholder counts
    as an easy word.
    """
    plain = _PLACEHOLDER.sub("it", text)
    words = _WORD.findall(plain)
    if len(words) < _FEWEST_WORDS:
        return None
    length = len(words) / max(len(_SENTENCE_END.findall(plain)), 1)
    syllables = _syllables(plain, len(words), language) / len(words)
    match language.partition("-")[0]:
        case "en":
            return 206.835 - 1.015 * length - 84.6 * syllables
        case "de":
            return 180 - length - 58.5 * syllables
        case "es":
            return 206.835 - length - 62.3 * syllables
        case _:
            return None


def _syllables(plain: str, words: int, language: str) -> int:
    """Groups of vowels; an e at the end of an English word is mostly silent."""
    groups = len(_VOWELS.findall(plain))
    if language.startswith("en"):
        groups -= len(_SILENT_E.findall(plain))
    return max(groups, words)


def _check_card(text: str, line: Line, found: Findings) -> None:
    if not _CARD.search(text):
        return
    for sentence in _SENTENCE.findall(text):
        asked = _CARD.search(sentence)
        if asked and not _NEGATED.search(sentence[: asked.start()]):
            message = (
                f'"{asked.group()}": card data is never asked for aloud or typed here. Send the payment page instead.'
            )
            found.add("card-data", line.place, message)
            return


@lru_cache(maxsize=20)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        r"\b(?:" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + r")\b", re.I
    )


def _names(competitors: Competitors) -> re.Pattern[str] | None:
    names = tuple(name for spellings in competitors.names.values() for name in spellings)
    return _pattern(names) if names else None


def _check_claim(text: str, line: Line, known: Known, found: Findings) -> None:
    """A sentence with another company's name is a question, or an approved claim word for word."""
    names = _names(known.competitors)
    allowed = [
        _plain(wording)
        for claim in known.competitors.claims.values()
        if not fault_of(claim, known.today)
        for wording in claim.wordings
    ]
    rest = _plain(text)
    for wording in sorted(allowed, key=len, reverse=True):
        rest = rest.replace(wording.rstrip("."), " ")
    for sentence in _SENTENCE.findall(rest):
        named = names.search(sentence) if names else None
        if named and not sentence.rstrip().endswith("?"):
            message = (
                f'What is said about "{named.group()}" is no approved claim of catalog/competitors.yaml, word for word.'
            )
            found.add("competitor-claim", line.place, message)
            return


def fault_of(claim: Claim, today: date | None) -> str:
    """Why a claim must not be used, "" when it may be."""
    for value, what in ((claim.source, "source"), (claim.approver, "approver"), (claim.expires, "expires")):
        if not value:
            return f"The claim '{claim.id}' lacks {what}: nobody may say it until that is written down."
    if today is not None and claim.expires is not None and claim.expires < today:
        return f"The claim '{claim.id}' expired on {claim.expires.isoformat()}. Check it anew, or take it out."
    return ""


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").lower().split())
