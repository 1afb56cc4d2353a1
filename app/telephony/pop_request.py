"""What another program hands over when a call comes in: by arguments, or by a `cuecard:` or `tel:` address.

All of it comes from outside and is untrusted. It can show a call and nothing else: there is no field by which it could
answer, record or change anything, and what it names beyond these fields is ignored. Standard library only, since this
runs in the short process of `cuecard pop`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import unquote

from app.telephony.errors import PopRefused

LONGEST_BYTES = 2048

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NAMES = {
    "from": "number",
    "caller": "number",
    "name": "name",
    "dnis": "dnis",
    "to": "dnis",
    "uui": "uui",
    "call-id": "call_id",
    "call_id": "call_id",
    "callid": "call_id",
    "account": "account",
    "acct": "account",
}


@dataclass(frozen=True, slots=True)
class PopRequest:
    """A call to show. All fields are untrusted text without control characters; empty where nothing was given.

    `number` is the caller's, in any form; `call_id` the phone's own id of the call; `account` the account number that
    an IVR asked for.
    """

    number: str = ""
    name: str = ""
    dnis: str = ""
    uui: str = ""
    call_id: str = ""
    account: str = ""

    @classmethod
    def of(cls, **given: str) -> PopRequest:
        """The fields cleaned; raises PopRefused for control characters inside, or more than 2 kB in all."""
        cleaned = {name: _clean(value) for name, value in given.items()}
        if sum(len(value.encode()) for value in cleaned.values()) > LONGEST_BYTES:
            raise PopRefused("The call was not shown: more than 2 kB was handed over. Check the softphone's settings.")
        return cls(**cleaned)

    @classmethod
    def from_address(cls, address: str) -> PopRequest:
        """Reads `cuecard://call?from=..&name=..` or `tel:..`; raises PopRefused for any other."""
        if len(address) > LONGEST_BYTES:
            raise PopRefused("The call was not shown: its address is over 2 kB long. Check the softphone's settings.")
        scheme, colon, rest = address.strip().partition(":")
        if colon and scheme.lower() in ("tel", "sip", "sips", "callto"):
            return cls.of(number=f"{scheme.lower()}:{unquote(rest)}")
        if scheme.lower() != "cuecard":
            raise PopRefused("The call was not shown: its address starts neither with cuecard://call nor with tel:.")
        place, _, query = rest.partition("?")
        if place.strip("/").lower() != "call":
            raise PopRefused("Nothing was done: cuecard: addresses can only show a call (cuecard://call?from=..).")
        return cls.of(**_query(query.partition("#")[0]))

    @classmethod
    def from_wire(cls, message: dict[str, object]) -> PopRequest:
        """What came over the handoff; raises PopRefused for a field that is no text."""
        given = {field.name: message.get(field.name, "") for field in fields(cls)}
        texts = {name: value for name, value in given.items() if isinstance(value, str)}
        if len(texts) != len(given):
            raise PopRefused("The call was not shown: a field is no text.")
        return cls.of(**texts)

    def to_wire(self) -> dict[str, object]:
        """The fields that are not empty."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value}


def _query(query: str) -> dict[str, str]:
    """The fields known to us; the first of each counts, unknown ones are ignored."""
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        field = _NAMES.get(name.lower())
        if field is not None:
            # Softphones write from=+4420.. unescaped; there + is a plus, while in a name it is a space.
            found.setdefault(field, unquote(value if field in ("number", "dnis") else value.replace("+", " ")))
    return found


def _clean(value: str) -> str:
    # Bytes that were no UTF-8 arrive as lone surrogates, which later stages could not write down.
    text = value.encode("utf-8", "replace").decode("utf-8").strip()
    if _CONTROL.search(text):
        raise PopRefused("The call was not shown: control characters were handed over. Check the softphone's settings.")
    return text
