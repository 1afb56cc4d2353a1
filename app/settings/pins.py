"""The pinned phrasings, as they stand in the book of settings."""

from __future__ import annotations

from contextlib import suppress
from typing import cast

from app.settings.book import SettingsBook
from app.settings.schema import LONGEST_TEXT, MOST_PAIRS, Pairs, SettingRefused

_NAME = "pinned_phrasings"


class PinnedPhrasings:
    """Implements the desk's Pins. The oldest pin makes room where there are too many."""

    def __init__(self, book: SettingsBook) -> None:
        self._book = book

    def words(self, script: str, step: str) -> str:
        """What is pinned for a step, "" for nothing."""
        return dict(cast(Pairs, self._book.value(_NAME))).get(f"{script}/{step}", "")

    def pin(self, script: str, step: str, words: str) -> None:
        """Pins these words, or with "" none; words that are longer than a setting may be are not pinned."""
        key = f"{script}/{step}"
        others = tuple(pair for pair in cast(Pairs, self._book.value(_NAME)) if pair[0] != key)
        if words and len(words) > LONGEST_TEXT:
            return
        with suppress(SettingRefused):
            self._book.set(_NAME, (*others[-(MOST_PAIRS - 1) :], (key, words)) if words else others)
