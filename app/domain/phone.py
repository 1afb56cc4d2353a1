"""Callers' numbers: from what a phone sends to E.164, or to a clear "no number".

Numbers are E.164 strings inside ("+442079460123") and in the site's national form on the screen ("020 7946 0123").
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.call import Presentation


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
    raise NotImplementedError


def national(e164: str, region: str) -> str:
    """The number as people of the region write it; the international form for numbers from elsewhere."""
    raise NotImplementedError
