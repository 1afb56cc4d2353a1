"""What a mistyped word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_WORD = 60


def closest(word: str, choices: Iterable[str]) -> str:
    """The choice most like the word, "" when none is near. Upper and lower case count as alike."""
    if not word or len(word) > _LONGEST_WORD:
        return ""
    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def did_you_mean(suggestion: str) -> str:
    """The words to put behind a message, "" when there is nothing to suggest."""
    return f' Did you mean "{suggestion}"?' if suggestion else ""
