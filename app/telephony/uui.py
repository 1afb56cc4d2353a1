"""User-to-user data (RFC 7433): what an IVR or another switch sends along with a call, as text.

It comes as `4143434f554e543d34323231;encoding=hex`, often also as plain text. Untrusted, like everything from the
network: it may say who is calling, it never identifies anybody.
"""

from __future__ import annotations

import re

from app.domain.phone import is_unfilled_macro

LONGEST = 512
"""Characters; longer ones are cut."""
_ACCOUNT = re.compile(
    r"(?:^|[;&,\s])(?:account|acct|account_number|accountnumber|customer)\s*[=:]\s*([A-Za-z0-9][\w.-]{0,39})(?=$|[;&,\s])",
    re.IGNORECASE,
)


_NUMBER = re.compile(r"[A-Za-z0-9](?:[\w./ -]{0,38}[A-Za-z0-9])?", re.ASCII)


def account_number(given: str) -> str:
    """An account number that an IVR, a switch or a softphone names, "" for what can be none: a macro, a long text."""
    text = given.strip()
    return text if _NUMBER.fullmatch(text) and not is_unfilled_macro(text) else ""


def readable_uui(raw: str) -> str:
    """The data as text; hexadecimal is undone where text comes out, all else is left as it is."""
    content, _, parameters = raw.strip().partition(";")
    if "encoding=hex" in parameters.replace(" ", "").lower():
        try:
            text = bytes.fromhex(content.strip().strip('"')).decode("utf-8")
        except ValueError:
            return raw.strip()[:LONGEST]
        if text.isprintable():
            return text[:LONGEST]
    return raw.strip()[:LONGEST]


def account_in(uui: str) -> str:
    """The account number that the data names ("ACCOUNT=4221"), "" where it names none."""
    found = _ACCOUNT.search(readable_uui(uui))
    return found[1] if found is not None else ""
