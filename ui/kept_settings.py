"""The window's part of the settings: read from the book before the first paint, and put back when it changes."""

from __future__ import annotations

from typing import cast

from app.settings.book import SettingsBook
from app.settings.schema import Pairs, Place
from ui.settings import WindowSettings
from ui.theme.colours import Scheme


def read_settings(book: SettingsBook) -> WindowSettings:
    """What the window looks like; the book has only values that the schema allows."""
    return WindowSettings(
        scheme=Scheme(str(book.value("scheme"))),
        text_scale=cast(int, book.value("text_scale")),
        language=str(book.value("language")),
        keys=cast(Pairs, book.value("keys")),
        strip=bool(book.value("strip")),
        strip_place=cast("Place | None", book.value("strip_place")),
        key_words=bool(book.value("key_words")),
    )


def keep_settings(book: SettingsBook, settings: WindowSettings) -> None:
    """Keeps what the user chose in the window."""
    book.set_all(
        {
            "scheme": settings.scheme.value,
            "text_scale": settings.text_scale,
            "language": settings.language,
            "keys": settings.keys,
            "strip": settings.strip,
            "strip_place": settings.strip_place,
            "key_words": settings.key_words,
        }
    )
