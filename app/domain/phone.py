"""Callers' numbers: from what a phone sends to E.164, or to a clear "no number".

Numbers are E.164 strings inside ("+442079460123") and in the site's national form on the screen ("020 7946 0123").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.call import Presentation

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# What phones and networks write where a number would stand: withheld by the caller, or not known to the network.
_WITHHELD = frozenset(
    {"anonymous", "restricted", "private", "private number", "withheld", "number withheld", "blocked", "caller blocked"}
)
_UNKNOWN = frozenset({"", "unavailable", "unknown", "not available", "no number", "null", "none", "undefined", "nil"})
# The same words typed on a telephone's keypad and sent as if they were a number.
_KEYPAD = {
    "+266696687": Presentation.RESTRICTED,
    "+7378742833": Presentation.RESTRICTED,
    "+2562533": Presentation.RESTRICTED,
    "+8656696": Presentation.UNAVAILABLE,
    "+86282452253": Presentation.UNAVAILABLE,
}
_SCHEME = re.compile(r"(?:sips?|tel|callto):/{0,2}", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*(?:;.*)?$", re.DOTALL)
_MACRO = re.compile(r"(?:%+[A-Za-z][\w.-]*%*|\$+[A-Za-z][\w.-]*\$*|\$?\{+[^{}]*\}+|\[[A-Za-z][\w .-]*\])")
_PUNCTUATION = re.compile(r"[\s()./\-\u2010-\u2015\u2212]+")
_LONGEST = 200
_LONGEST_EXTENSION = 6


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """What is known of a caller's number.

    `e164` is None for withheld, unavailable, internal and unreadable numbers. `extension` is set for an internal one.
    """

    e164: str | None
    presentation: Presentation
    extension: str | None = None


def read_number(raw: str, region: str, presentation: Presentation = Presentation.ALLOWED) -> CallerNumber:
    """What a phone sent as the caller's number, in any form, as a number or as none.

    `region` is the site's ISO 3166 code ("GB"), for national forms. Internal extensions are tested first, `sip:` and
    `tel:` are stripped, spellings of "anonymous" and unfilled macros count as no number. Never raises.
    """
    if presentation is not Presentation.ALLOWED:
        return CallerNumber(None, presentation)
    if len(raw) > _LONGEST or is_unfilled_macro(raw):
        return CallerNumber(None, Presentation.UNAVAILABLE)
    user = _user_part(raw)
    absent = _absence(user)
    if absent is not None:
        return CallerNumber(None, absent)
    digits = _digits(user)
    if digits is None or not digits.strip("+0"):
        return CallerNumber(None, Presentation.UNAVAILABLE)
    if digits in _KEYPAD:
        return CallerNumber(None, _KEYPAD[digits])
    # Before any parsing: 1001 would be read as a number in the site's country (+44 1001).
    if not digits.startswith("+") and 2 <= len(digits) <= _LONGEST_EXTENSION:
        return CallerNumber(None, Presentation.ALLOWED, extension=digits)
    e164 = _e164(digits, region)
    return CallerNumber(e164, Presentation.ALLOWED if e164 else Presentation.UNAVAILABLE)


def national(e164: str, region: str) -> str:
    """The number as people of the region write it; the international form for numbers from elsewhere.

    What is no number comes back as it was.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    home = number.country_code == phonenumbers.country_code_for_region(region.upper())
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def is_unfilled_macro(text: str) -> bool:
    """Whether this is a placeholder that a softphone sent as it stands ("%CALLERID%", "$caller$", "{CALLERNUM}")."""
    return _MACRO.fullmatch(text.strip()) is not None


def is_no_name(text: str) -> bool:
    """Whether a caller's name says only that there is none ("Anonymous", "<unknown>", an unfilled macro)."""
    bare = text.strip().strip('<>"').strip()
    return is_unfilled_macro(bare) or _absence(bare) is not None


def _user_part(raw: str) -> str:
    """The part that can be a number: out of `"Name" <sip:user@host;x=y>`, `tel:user;phone-context=+44` or as it is."""
    text = unicodedata.normalize("NFKC", raw).strip()
    bracketed = _IN_BRACKETS.search(text)
    if bracketed is not None:
        text = bracketed[1].strip()
    text = text.replace("%2B", "+").replace("%2b", "+")
    text, _, parameters = _SCHEME.sub("", text, count=1).partition(";")
    user = text.partition("@")[0].strip().strip('"').strip()
    context = re.search(r"phone-context=(\+[0-9]{1,4})(?:;|$)", parameters)
    return context[1] + user if context is not None and not user.startswith("+") else user


def _absence(user: str) -> Presentation | None:
    word = " ".join(user.casefold().replace("_", " ").split())
    if word in _WITHHELD:
        return Presentation.RESTRICTED
    return Presentation.UNAVAILABLE if word in _UNKNOWN else None


def _digits(user: str) -> str | None:
    """The number as digits with its + where there is one; None where there is anything else in it."""
    # "+44 (0)20 7946 0123": the bracketed 0 is for callers at home and no part of the international form.
    plain = re.sub(r"^(\+|00)([\d\s]*)\(0\)", r"\1\2", user)
    plain = _PUNCTUATION.sub("", plain)
    body = plain.removeprefix("+")
    if not body.isdecimal():
        return None
    western = "".join(str(unicodedata.decimal(character)) for character in body)
    return "+" + western if plain.startswith("+") else western


def _e164(digits: str, region: str) -> str | None:
    """The first reading that is a valid number; else the first that is at least whole."""
    import phonenumbers

    whole: str | None = None
    for number in _readings(digits, region):
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        reason = phonenumbers.is_possible_number_with_reason(number)
        if whole is None and reason == phonenumbers.ValidationResult.IS_POSSIBLE:
            whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return whole


def _readings(digits: str, region: str) -> Iterator[PhoneNumber]:
    """As dialled in the region; then, without a +, as international with 00 or with nothing before it.

    The region goes first: 0011 is Australia's 00, and 011 is North America's.
    """
    import phonenumbers

    forms = [(digits, region.upper())]
    if digits.startswith("00"):
        forms.append(("+" + digits[2:], ""))
    elif not digits.startswith(("+", "0")) and len(digits) >= 11:
        forms.append(("+" + digits, ""))
    for form, home in forms:
        try:
            yield phonenumbers.parse(form, home or None)
        except phonenumbers.NumberParseException:
            continue
