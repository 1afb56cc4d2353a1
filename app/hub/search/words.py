"""The words of a name, as they are kept and looked for: "Müller-Lüdenscheid & Co." -> muller, ludenscheid, co."""

from __future__ import annotations

import re
import unicodedata

from app.hub.search.tables import LONGEST

MOST = 12
_WORD = re.compile(r"\w+", re.UNICODE)
# Letters that no decomposition takes apart, as people type them without the right keyboard.
_SPELT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})


def words_of(text: str) -> tuple[str, ...]:
    """Its words, each once, in order; at most twelve."""
    plain = unicodedata.normalize("NFKD", text[:4000].casefold().translate(_SPELT))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    found = (word.replace("_", "")[:LONGEST] for word in _WORD.findall(letters))
    return tuple(dict.fromkeys(word for word in found if word))[:MOST]
