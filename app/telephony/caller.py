"""What every source says about the caller, in one way."""

from __future__ import annotations

from typing import TypedDict

from app.domain.call import Direction, Presentation
from app.domain.phone import is_no_name, is_unfilled_macro, read_number


class CallerFields(TypedDict):
    """The fields of a CallEvent that follow from the caller's number and name."""

    ani_raw: str
    ani_e164: str | None
    ani_presentation: Presentation
    display_name: str
    direction: Direction


def make_ready(region: str) -> None:
    """Loads what reading numbers needs, some tenths of a second, so that the first call does not wait for it."""
    read_number("0800 1234567", region)


def caller_fields(
    number: str,
    name: str,
    region: str,
    presentation: Presentation = Presentation.ALLOWED,
    direction: Direction = Direction.INBOUND,
) -> CallerFields:
    """Reads the number in the site's region.

    Of a withheld caller neither number nor name is kept, whatever the network let through; a call from an extension
    is internal; a name that only says that there is none is empty.
    """
    read = read_number(number, region, presentation)
    withheld = read.presentation is Presentation.RESTRICTED
    if read.extension is not None and direction is Direction.INBOUND:
        direction = Direction.INTERNAL
    return CallerFields(
        ani_raw="" if withheld or is_unfilled_macro(number) else number,
        ani_e164=read.e164,
        ani_presentation=read.presentation,
        display_name="" if withheld or is_no_name(name) else name.strip(),
        direction=direction,
    )
