"""Makes what cannot be seen visible: text from outside must look like what it is (safety.md, row 9)."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4_096

# Direction marks and overrides, zero-width characters, controls, tags, variation selectors beyond the emoji one.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_MOST_MARKS = 3


def visible(text: str) -> str:
    """The text as it can be trusted to look: hidden characters stand as [U+202E], very long texts are cut with "…",
    and letters carry at most three marks. A tab becomes a blank."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    text = _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text.replace("\r\n", "\n").replace("\t", " "))
    return _without_towers(text)


def one_line(text: str) -> str:
    """The same on one line: line breaks become blanks."""
    return visible(text).replace("\n", " ")


def _without_towers(text: str) -> str:
    """Drops marks beyond the third on one letter: towers of them would paint over other lines."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
