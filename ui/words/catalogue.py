"""The catalogue in force: one table from the English text to the text of the language chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "de": "Deutsch", "es": "Español"}
"""The languages that the window speaks, by what people call them."""

PSEUDO = "pseudo"
"""A made-up language for tests: every text is half as long again, and marked."""


class Catalogue:
    """Says texts in one language. A text that its table lacks is said in English."""

    def __init__(self) -> None:
        self.language = ENGLISH
        self._say: Callable[[str], str] = str

    def choose(self, language: str) -> bool:
        """Takes this language for what is built from now on; one that the window does not speak is English.

        Whether that is another one than before.
        """
        before = self.language
        self.language = language if language in (*LANGUAGES, PSEUDO) else ENGLISH
        if self.language == before:
            return False
        if self.language == PSEUDO:
            self._say = pseudo
        elif self.language == ENGLISH:
            self._say = str
        else:
            table = table_of(self.language)
            self._say = lambda english: table.get(english, english)
        return True

    def say(self, english: str) -> str:
        """The text in the language chosen; "{}" stand where they stood or where that language wants them."""
        return self._say(english)


def table_of(language: str) -> Mapping[str, str]:
    """The table of one language, read when it is wanted first."""
    table: Mapping[str, str] = import_module(f"ui.words.{language}").TABLE
    return table


def pseudo(english: str) -> str:
    """The text made longer by half, between marks that show where it ends; placeholders stay."""
    if not english:
        return ""
    long = "~" * (len(english) // 2)
    words = " ".join(long[at : at + 9] for at in range(0, len(long), 9))
    return f"‹{english} {words}›" if words else f"‹{english}›"


CATALOGUE = Catalogue()
say = CATALOGUE.say
